"""What the tests of the offline half share: small datasets, small recipes, one trained model of each kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import torch
from torch.onnx._internal.exporter._registration import ONNXRegistry

from latentd.bundle.manifest import DECODER_FILE, ENCODER_FILE
from latentd_export.comparison import compare
from latentd_export.datasets import MNIST, Dataset
from latentd_export.facts import Facts, gather_facts
from latentd_export.graphs import open_graphs
from latentd_export.onnx_graphs import write_graphs
from latentd_export.training import Trained, train
from small_models import KINDS, made_up, make_recipe

SUBSET_ROWS, HELD_OUT_ROWS = 2000, 400


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Weights depend on the number of threads; and on a busy machine, two wait for each other."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session", autouse=True)
def one_registry() -> Iterator[None]:
    """torch makes its table of operators anew for each graph, in more than half of the time that an export takes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ONNXRegistry, "from_torchlib", staticmethod(cache(ONNXRegistry.from_torchlib)))
        yield


@pytest.fixture(scope="session")
def mnist(mnist_dir: Path) -> Dataset:
    return MNIST.load(mnist_dir)


@pytest.fixture(scope="session")
def subset(mnist: Dataset) -> Dataset:
    """The first digits of MNIST: real ones, few enough for a test."""
    assert mnist.training_labels is not None
    assert mnist.held_out_labels is not None
    return replace(
        mnist,
        training=mnist.training[:SUBSET_ROWS],
        held_out=mnist.held_out[:HELD_OUT_ROWS],
        training_labels=mnist.training_labels[:SUBSET_ROWS],
        held_out_labels=mnist.held_out_labels[:HELD_OUT_ROWS],
    )


@pytest.fixture(scope="session")
def trained(subset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Trained]:
    """One model of each kind, trained for a moment on real digits."""
    folder = tmp_path_factory.mktemp("checkpoints")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    models = {kind: train(make_recipe(kind), subset, folder / f"{kind}.pt", progress=False) for kind in KINDS}
    torch.set_num_threads(threads)
    return models


@pytest.fixture(scope="session")
def facts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Facts]:
    """All that is known of one tiny model of each kind: labelled pictures of 4 by 5 values, three latent dimensions."""
    folder = tmp_path_factory.mktemp("facts")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    dataset = made_up((4, 5), (0.0, 1.0), labelled=True)
    found = {kind: _tiny_facts(kind, dataset, folder / kind) for kind in KINDS}
    torch.set_num_threads(threads)
    return found


def _tiny_facts(kind: str, dataset: Dataset, folder: Path) -> Facts:
    recipe = make_recipe(kind, latent_dim=3, epochs=2, validation=40, density_components=2)
    trained = train(recipe, dataset, folder / "model.pt", progress=False)
    plain = train(recipe.plain(), dataset, folder / "plain.pt", progress=False)
    write_graphs(trained.model, folder / ENCODER_FILE, folder / DECODER_FILE)
    graphs = open_graphs(folder, trained.model.encoder.output_names)
    return gather_facts(trained, compare(trained.model, recipe, dataset, plain.model), dataset, graphs)
