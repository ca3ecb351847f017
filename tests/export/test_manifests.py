from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from latentd.bundle.manifest import MANIFEST, REQUIRED_FILES, Manifest
from latentd_export.facts import Facts
from latentd_export.manifests import build_manifest, format_manifest
from small_models import KINDS


def built(facts: Facts, folder: Path) -> Manifest:
    for name in REQUIRED_FILES:
        (folder / name).write_bytes(name.encode())
    return build_manifest(facts, 3, folder)


@pytest.mark.parametrize("kind", KINDS)
def test_the_text_is_read_back_as_what_was_written(facts: dict[str, Facts], tmp_path: Path, kind: str) -> None:
    manifest = built(facts[kind], tmp_path)
    text = format_manifest(manifest)
    assert MANIFEST.validate_json(text) == manifest
    assert json.loads(text)["kind"] == kind


def test_lists_of_numbers_stand_on_one_line(facts: dict[str, Facts], tmp_path: Path) -> None:
    manifest = built(facts["ae"], tmp_path)
    lines = format_manifest(manifest).splitlines()
    (line,) = [line for line in lines if '"error_quantiles"' in line]
    assert len(json.loads("{" + line.strip().rstrip(",") + "}")["error_quantiles"]) == 1001


def test_every_file_is_listed_with_its_size_and_digest(facts: dict[str, Facts], tmp_path: Path) -> None:
    (tmp_path / "map.png").write_bytes(b"a picture")
    files = built(facts["ae"], tmp_path).files
    assert set(files) == {*REQUIRED_FILES, "map.png"}
    assert files["map.png"].bytes == 9
    assert files["map.png"].sha256 == hashlib.sha256(b"a picture").hexdigest()


def test_the_manifest_says_what_is_known(facts: dict[str, Facts], tmp_path: Path) -> None:
    own = facts["dae"]
    manifest = built(own, tmp_path)
    assert (manifest.version, manifest.input_dim, manifest.latent_dim) == (3, 20, 3)
    assert (manifest.picture_shape, manifest.held_out.classes) == ((4, 5), ("left", "right"))
    quantiles = np.array(manifest.held_out.error_quantiles)
    np.testing.assert_allclose(quantiles[[0, 500, 1000]], np.quantile(own.errors, [0, 0.5, 1]))
    data = manifest.provenance.dataset
    assert (data.training_rows, data.validation_rows, manifest.held_out.rows) == (200, 40, 60)
    assert manifest.provenance.recipe == own.trained.recipe.model_dump(mode="json")


def test_kinds_differ_in_their_density_logvar_and_corruption(facts: dict[str, Facts], tmp_path: Path) -> None:
    values = {kind: built(facts[kind], tmp_path).model_dump() for kind in KINDS}
    sources = {kind: value["density"]["source"] for kind, value in values.items()}
    assert sources == {"ae": "fitted density", "vae": "prior", "dae": "fitted density"}
    assert [kind for kind in KINDS if values[kind]["encoder"]["logvar"]] == ["vae"]
    assert [kind for kind in KINDS if "corruption" in values[kind]] == ["dae"]
    assert len(values["ae"]["density"]["weights"]) == 2
