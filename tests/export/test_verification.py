from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch

from bundles import rewrite_manifest
from latentd.bundle import read_bundle
from latentd.errors import BundleError
from latentd_export.bundle_writer import write_bundle
from latentd_export.errors import VerificationFailedError
from latentd_export.facts import Facts
from latentd_export.verification import bundle_recipe, rebuild_model, verify_bundle

KIND = "dae"


@pytest.fixture(scope="module")
def bundle(facts: dict[str, Facts], tmp_path_factory: pytest.TempPathFactory) -> Path:
    own = facts[KIND]
    return write_bundle(own.trained, own.comparison, own.dataset, tmp_path_factory.mktemp("models"))


@pytest.fixture
def damaged(bundle: Path, tmp_path: Path) -> Path:
    """A copy, to be damaged."""
    return Path(shutil.copytree(bundle, tmp_path / bundle.parent.name / bundle.name))


def manifest(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / "manifest.json").read_text("utf-8"))
    return content


def test_a_sound_bundle_is_told_so_step_by_step(bundle: Path, facts: dict[str, Facts]) -> None:
    lines = list(verify_bundle(bundle, facts[KIND].dataset))
    assert [line.split(":")[0] for line in lines] == ["digests", "golden", "graphs", "parity", "figures"]
    assert lines[-1].startswith("figures: 4 of 6 measured again, as stated; not measured: plain_masked_error, plain_")
    assert "no bundle holds" in lines[-1]


def test_without_data_what_needs_it_is_left_out_and_said(bundle: Path) -> None:
    *_, last = verify_bundle(bundle, None)
    assert last.startswith("parity and figures: left out")


def test_the_model_and_the_recipe_come_back_out(bundle: Path, facts: dict[str, Facts]) -> None:
    found = read_bundle(bundle)
    expected = facts[KIND].trained.model.state_dict()
    assert all(torch.equal(tensor, expected[name]) for name, tensor in rebuild_model(found).state_dict().items())
    assert bundle_recipe(found) == facts[KIND].trained.recipe


def test_a_figure_that_is_not_so_is_found(damaged: Path, facts: dict[str, Facts]) -> None:
    content = manifest(damaged)
    (metric,) = [metric for metric in content["metrics"] if metric["name"] == "masked_error"]
    metric["value"] *= 0.9
    rewrite_manifest(damaged, content)
    with pytest.raises(VerificationFailedError, match=r"masked_error is .*; the manifest states"):
        list(verify_bundle(damaged, facts[KIND].dataset))


def test_a_graph_without_the_recipe_s_weights_is_found(damaged: Path) -> None:
    content = manifest(damaged)
    content["provenance"]["recipe"]["architecture"]["hidden"] = [31]
    rewrite_manifest(damaged, content)
    with pytest.raises(VerificationFailedError, match=r"encoder\.onnx lacks the weights hidden\.dense_1\.weight"):
        rebuild_model(read_bundle(damaged))


def test_a_graph_with_a_frozen_batch_axis_is_found(damaged: Path) -> None:
    graph = onnx.load(damaged / "encoder.onnx")
    graph.graph.input[0].type.tensor_type.shape.dim[0].dim_param = "rows"
    onnx.save(graph, damaged / "encoder.onnx")
    rewrite_manifest(damaged, manifest(damaged))
    with pytest.raises(VerificationFailedError, match=r"encoder\.onnx: the first axis of 'input' is not the free axis"):
        list(verify_bundle(damaged, None))


def test_a_file_that_was_changed_is_found_first(damaged: Path) -> None:
    with (damaged / "card.md").open("a", encoding="utf-8") as card:
        card.write("It is perfect.")
    with pytest.raises(BundleError, match=r"card\.md"):
        list(verify_bundle(damaged, None))


def test_other_held_out_rows_give_other_figures(bundle: Path, facts: dict[str, Facts]) -> None:
    dataset = facts[KIND].dataset
    other = replace(dataset, held_out=np.ascontiguousarray(dataset.held_out[::-1][:40]), held_out_labels=None)
    with pytest.raises(VerificationFailedError, match="reconstruction_error"):
        list(verify_bundle(bundle, other))
