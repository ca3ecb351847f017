from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from torch import nn

from latentd.bundle.manifest import DECODER_FILE, ENCODER_FILE
from latentd_export.architectures import Autoencoder, build_model
from latentd_export.datasets import Dataset
from latentd_export.graphs import Graphs, open_graphs
from latentd_export.onnx_graphs import check_graph, export_graph, write_graphs
from latentd_export.parity import measure_parity
from latentd_export.training import Trained
from small_models import KINDS, made_up, make_recipe


def exported(model: Autoencoder, folder: Path) -> Graphs:
    write_graphs(model, folder / ENCODER_FILE, folder / DECODER_FILE)
    return open_graphs(folder, model.encoder.output_names)


@pytest.mark.parametrize("kind", KINDS)
def test_onnxruntime_gives_what_torch_gives(
    trained: dict[str, Trained], subset: Dataset, tmp_path: Path, kind: str
) -> None:
    model = trained[kind].model
    graphs = exported(model, tmp_path)
    found = measure_parity(model, graphs.encoder, graphs.decoder, subset.held_out)
    assert found.batches == (1, 2, 7, 64)
    assert 0 <= found.latent <= 1e-5
    assert 0 <= found.output <= 1e-6


@pytest.mark.parametrize(("shape", "latent_dim"), [((13,), 5), ((3, 32, 32), 2), ((7,), 1)])
@pytest.mark.parametrize("kind", ["ae", "vae"])
def test_other_shapes_are_exported_too(tmp_path: Path, shape: tuple[int, ...], latent_dim: int, kind: str) -> None:
    dataset = made_up(shape, None if len(shape) == 1 else (0.0, 1.0), 60)
    model = build_model(make_recipe(kind, latent_dim=latent_dim), dataset.input_dim, dataset.value_range).eval()
    graphs = exported(model, tmp_path)
    measure_parity(model, graphs.encoder, graphs.decoder, dataset.held_out)
    assert graphs.decode(np.zeros((3, 4, latent_dim), np.float32)).shape == (3, 4, dataset.input_dim)


@pytest.mark.parametrize("kind", KINDS)
def test_the_file_is_lean_and_tells_nothing_of_this_machine(trained: dict[str, Trained], kind: str) -> None:
    model = trained[kind].model
    content = export_graph(model.encoder, 784, "input", model.encoder.output_names)
    assert str(Path(__file__).parents[2]).encode() not in content
    graph = onnx.load_from_string(content).graph
    assert {node.op_type for node in graph.node} <= {"Gemm", "Tanh", "Clip"}
    assert not any(node.doc_string or node.metadata_props for node in graph.node)
    assert len(content) < 4 * sum(p.numel() for p in model.encoder.parameters()) + 2500


def test_the_export_is_the_same_every_time(trained: dict[str, Trained]) -> None:
    encoder = trained["vae"].model.encoder
    assert export_graph(encoder, 784, "input", encoder.output_names) == export_graph(
        encoder, 784, "input", encoder.output_names
    )


class Noisy(nn.Module):
    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        return inputs + torch.randn_like(inputs)


def test_a_random_operator_is_refused() -> None:
    with pytest.raises(ValueError, match="random"):
        export_graph(Noisy(), 4, "input", ("latent",))


def test_a_frozen_batch_axis_is_refused(trained: dict[str, Trained]) -> None:
    graph = onnx.load_from_string(export_graph(trained["ae"].model.decoder, 2, "latent", ("output",)))
    graph.graph.input[0].type.tensor_type.shape.dim[0].dim_value = 2
    with pytest.raises(ValueError, match="batch"):
        check_graph(graph)
