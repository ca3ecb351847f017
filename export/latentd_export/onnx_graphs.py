"""torch module -> ONNX graph: standard operators alone, weights inside, no trace of this machine."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path

import onnx
import torch
from torch import Tensor, nn

from latentd_export.architectures import Autoencoder

OPSET = 20
INPUT, LATENT, LOGVAR, OUTPUT, BATCH = "input", "latent", "logvar", "output", "batch"
RANDOM_OPERATORS = frozenset(
    {"Bernoulli", "Dropout", "Multinomial", "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike"}
)


def write_graphs(model: Autoencoder, encoder: Path, decoder: Path) -> None:
    """Writes both halves of `model`: `input` [batch, D] -> `latent` (and `logvar`), `latent` [batch, L] -> `output`."""
    encoder.write_bytes(export_graph(model.encoder, model.encoder.input_dim, INPUT, model.encoder.output_names))
    decoder.write_bytes(export_graph(model.decoder, model.decoder.latent_dim, LATENT, model.decoder.output_names))


def export_graph(module: nn.Module, dim: int, input_name: str, output_names: tuple[str, ...]) -> bytes:
    """The ONNX file of a module that maps (batch, dim) to `output_names`, checked by onnx.checker."""
    # An example batch of 1 would be taken for a constant, and the batch axis would freeze without a word.
    example = torch.zeros(2, dim)
    with _quiet_exporter():
        program = torch.onnx.export(
            _with_exact_silu(module).eval(),
            (example,),
            input_names=[input_name],
            output_names=list(output_names),
            dynamic_shapes=({0: torch.export.Dim(BATCH, min=1)},),
            opset_version=OPSET,
            dynamo=True,
            external_data=False,
            verbose=False,
        )
    assert program is not None, "torch.onnx.export gives a program unless it is told to write a file"
    graph = strip_graph(program.model_proto)
    check_graph(graph)
    return graph.SerializeToString(deterministic=True)  # type: ignore[no-any-return]  # onnx ships no types


class ExactSiLU(nn.Module):
    """x · sigmoid(x) as one division.

    onnxruntime's Sigmoid is 1e-7 off; times an x of 12, as SiLU is exported otherwise, that is 2e-6, and more behind
    the next layer's weights. Its Exp and Div round as torch's do.
    """

    def forward(self, inputs: Tensor) -> Tensor:
        return inputs / (1 + torch.exp(-inputs))


def _with_exact_silu(module: nn.Module) -> nn.Module:
    """A copy of `module` in which each SiLU is an ExactSiLU."""
    copied = deepcopy(module)
    for parent in list(copied.modules()):
        for name, child in parent.named_children():
            if isinstance(child, nn.SiLU):
                setattr(parent, name, ExactSiLU())
    return copied


def strip_graph(model: onnx.ModelProto) -> onnx.ModelProto:
    """Removes what only the exporter needs: stack traces, paths, doc strings, intermediate shapes."""
    del model.metadata_props[:]
    model.doc_string = ""
    del model.graph.value_info[:]
    del model.graph.metadata_props[:]
    model.graph.doc_string = ""
    parts = (*model.graph.node, *model.graph.input, *model.graph.output, *model.graph.initializer)
    for part in parts:
        del part.metadata_props[:]
        part.doc_string = ""
    return model


def check_graph(model: onnx.ModelProto) -> None:
    """Raises ValueError unless the graph is valid, deterministic, standard, whole, and free in its batch axis."""
    onnx.checker.check_model(model, full_check=True)
    operators = {node.op_type for node in model.graph.node}
    if operators & RANDOM_OPERATORS:
        raise ValueError(f"the graph has random operators: {', '.join(sorted(operators & RANDOM_OPERATORS))}")
    if (
        any(node.domain for node in model.graph.node)
        or any(opset.domain for opset in model.opset_import)
        or model.functions
    ):
        raise ValueError("the graph has operators outside the standard ONNX domain")
    if any(tensor.data_location == onnx.TensorProto.EXTERNAL for tensor in model.graph.initializer):
        raise ValueError("the graph keeps weights outside the file")
    for tensor in (*model.graph.input, *model.graph.output):
        if tensor.type.tensor_type.shape.dim[0].dim_param != BATCH:
            raise ValueError(f"the first axis of {tensor.name!r} is not the free axis {BATCH!r}")


@contextmanager
def _quiet_exporter() -> Iterator[None]:
    """Silences what the exporter says about packages that are not needed, and about its own deprecated calls."""
    logger = logging.getLogger("torch.onnx._internal.exporter._registration")
    level = logger.level
    logger.setLevel(logging.ERROR)  # "torchvision is not installed"
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=".*treespec", category=FutureWarning)  # torch calling itself
            yield
    finally:
        logger.setLevel(level)
