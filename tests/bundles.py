"""Bundles of any shape, made without torch: small dense graphs with random weights, and everything around them."""

from __future__ import annotations

import hashlib
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

from blueprints import COLOURS, EXAMPLES, ROWS, SENSORS, TOY, TOY_VAE, Blueprint, Floats, newer

__all__ = ["COLOURS", "EXAMPLES", "ROWS", "SENSORS", "TOY", "TOY_VAE", "Blueprint", "Floats", "newer"]

OPSET = 17
CARD = """# A toy of <b>card</b>board

![loss](loss.png) ![elsewhere](https://example.org/x.png) ![above](../../secret.png) ![graph](encoder.onnx)

<script>alert(1)</script> [link](javascript:alert(2))

| figure | value |
|---|---|
| error & error | 1 < 2 |
"""


def write_bundle(models: Path, blueprint: Blueprint = TOY) -> Path:
    """Write the bundle into models/<name>/<version> and give that folder."""
    folder = models / blueprint.name / str(blueprint.version)
    folder.mkdir(parents=True)
    for name, content in _files(blueprint).items():
        (folder / name).write_bytes(content)
    rewrite_manifest(folder, _manifest(blueprint))
    return folder


def rewrite_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """Write manifest.json with the true digests of whatever else is in the folder."""
    others = sorted(path for path in folder.iterdir() if path.name != "manifest.json")
    manifest["files"] = {path.name: _record(path.read_bytes()) for path in others}
    (folder / "manifest.json").write_text(json.dumps(manifest))


def _record(content: bytes) -> dict[str, Any]:
    return {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def _files(blueprint: Blueprint) -> dict[str, bytes]:
    archive = io.BytesIO()
    inputs = blueprint.inputs()
    labels = {"labels": np.arange(len(inputs)) % 3} if blueprint.labelled else {}
    np.savez(archive, allow_pickle=False, latents=blueprint.encode(inputs), **labels)
    return {
        **({"examples.npz": examples_file(*blueprint.examples())} if blueprint.has_examples() else {}),
        "encoder.onnx": encoder_graph(blueprint),
        "decoder.onnx": decoder_graph(blueprint),
        "latents.npz": archive.getvalue(),
        "golden.json": json.dumps(_golden(blueprint)).encode(),
        "card.md": CARD.encode(),
        "loss.png": picture_file(),
    }


def examples_file(inputs: NDArray[Any], indices: NDArray[Any]) -> bytes:
    """An examples.npz of these arrays, which may be wrong."""
    archive = io.BytesIO()
    np.savez_compressed(archive, allow_pickle=True, inputs=inputs, indices=indices)
    return archive.getvalue()


def picture_file() -> bytes:
    """A PNG of 4 by 3 pixels."""
    file = io.BytesIO()
    Image.fromarray(np.arange(12, dtype=np.uint8).reshape(3, 4)).save(file, "PNG")
    return file.getvalue()


def _golden(blueprint: Blueprint) -> dict[str, Any]:
    inputs = blueprint.inputs(3)
    latents = blueprint.encode(inputs)
    return {
        "inputs": inputs.tolist(),
        "latents": latents.tolist(),
        "logvar": blueprint.logvar(inputs).tolist() if blueprint.kind == "vae" else None,
        "outputs": blueprint.decode(latents).tolist(),
        "tolerance": 1e-4,
    }


def encoder_graph(blueprint: Blueprint, batch: str | int = "batch") -> bytes:
    outputs = {"latent": "encoder", "logvar": "logvar"} if blueprint.kind == "vae" else {"latent": "encoder"}
    nodes, weights, taken = [], [], "input"
    for number, values in enumerate(blueprint.hidden_weights(), 1):
        nodes += _layer_nodes(taken, f"hidden_{number}")
        weights.append(numpy_helper.from_array(values, f"hidden_{number}_weight"))
        taken = f"hidden_{number}"
    for output, weight in outputs.items():
        nodes += _layer_nodes(taken, output)
        weights.append(numpy_helper.from_array(blueprint.weights()[weight], f"{output}_weight"))
    return _graph(
        nodes,
        {"input": [batch, blueprint.input_dim]},
        {output: [batch, blueprint.latent_dim] for output in outputs},
        weights,
    )


def _layer_nodes(taken: str, given: str) -> list[Any]:
    return [
        helper.make_node("MatMul", [taken, f"{given}_weight"], [f"{given}_score"]),
        helper.make_node("Tanh", [f"{given}_score"], [given]),
    ]


def decoder_graph(blueprint: Blueprint) -> bytes:
    nodes = [
        helper.make_node("MatMul", ["latent", "decoder_weight"], ["score"]),
        helper.make_node("Tanh", ["score"], ["bounded" if blueprint.value_range else "output"]),
    ]
    if blueprint.value_range:
        nodes.append(helper.make_node("Sigmoid", ["bounded"], ["output"]))
    weights = [numpy_helper.from_array(blueprint.weights()["decoder"], "decoder_weight")]
    return _graph(
        nodes, {"latent": ["batch", blueprint.latent_dim]}, {"output": ["batch", blueprint.input_dim]}, weights
    )


def frozen_graph(rows: int, dims: dict[str, int]) -> bytes:
    """Zeros, from an input to an output of these names and widths. Its batch axis looks free, but only multiples of
    `rows` fit.
    """
    (taken, width), (given, other) = dims.items()
    weights = numpy_helper.from_array(np.zeros((width, other), np.float32), "weights")
    shapes = {"wide": [-1, rows * width], "narrow": [-1, width]}
    nodes = [
        helper.make_node("Reshape", [taken, "wide"], ["groups"]),
        helper.make_node("Reshape", ["groups", "narrow"], ["rows"]),
        helper.make_node("MatMul", ["rows", "weights"], [given]),
    ]
    constants = [weights, *(numpy_helper.from_array(np.array(shape), name) for name, shape in shapes.items())]
    return _graph(nodes, {taken: ["batch", width]}, {given: ["batch", other]}, constants)


def _graph(nodes: list[Any], inputs: dict[str, list[Any]], outputs: dict[str, list[Any]], weights: list[Any]) -> bytes:
    taken, given = (
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in values.items()]
        for values in (inputs, outputs)
    )
    graph = helper.make_graph(nodes, "dense", taken, given, weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)
    onnx.checker.check_model(model)
    content: bytes = model.SerializeToString()
    return content


def _manifest(blueprint: Blueprint) -> dict[str, Any]:
    variational = blueprint.kind == "vae"
    latents = blueprint.encode(blueprint.inputs())
    errors = np.square(blueprint.decode(latents) - blueprint.inputs()).mean(axis=1, dtype=np.float64)
    dim = blueprint.latent_dim
    halves = latents[: ROWS // 2], latents[ROWS // 2 :]
    mixture = {
        "source": "fitted density",
        "weights": [0.3, 0.7],
        "means": [half.mean(axis=0).tolist() for half in halves],
        "covariances": [(np.cov(half.T) + 0.01 * np.eye(dim)).tolist() for half in halves],
    }
    manifest: dict[str, Any] = {
        "format_version": 1,
        "kind": blueprint.kind,
        "name": blueprint.name,
        "version": blueprint.version,
        "description": "A bundle made up by the tests",
        "input_shape": [blueprint.input_dim],
        "latent_dim": dim,
        "picture_shape": blueprint.picture_shape,
        "value_range": blueprint.value_range and dict(zip(("low", "high"), blueprint.value_range, strict=True)),
        "encoder": {"input": "input", "latent": "latent", **({"logvar": "logvar"} if variational else {})},
        "decoder": {"latent": "latent", "output": "output"},
        "layers": [_layer("encoder", dim, blueprint), _layer("decoder", blueprint.input_dim, blueprint)],
        "metrics": [{"name": "reconstruction error", "value": float(errors.mean()), "unit": "", "definition": "mse"}],
        "latent_statistics": _statistics(latents, blueprint.inactive),
        "density": {"source": "prior"} if variational else mixture,
        "held_out": {
            "rows": ROWS,
            "error_quantiles": np.quantile(errors, np.linspace(0, 1, 1001)).tolist(),
            "classes": ["a", "b", "c"] if blueprint.labelled else None,
        },
        "parity": {"batches": [1, 2], "latent": 0.0, "output": 0.0},
        "provenance": {
            "dataset": {"name": "random", "files": {}, "training_rows": ROWS, "validation_rows": 0},
            "recipe": {},
            "seed": blueprint.seed,
            "epochs": 1,
            "training_seconds": 0.0,
            "latentd_version": "0.0.0",
            "torch_version": "none",
            "opset": OPSET,
            "created_at": datetime(2026, 1, 1, tzinfo=UTC).isoformat(),
        },
    }
    if blueprint.kind == "dae":
        manifest["corruption"] = {"masked": 0.3, "noise_std": 0.1}
    manifest["files"] = {}
    return manifest


def _layer(part: str, width: int, blueprint: Blueprint) -> dict[str, Any]:
    return {
        "part": part,
        "name": "dense",
        "kind": "MatMul",
        "output_shape": [width],
        "parameters": blueprint.input_dim * blueprint.latent_dim,
    }


def _statistics(latents: Floats, inactive: tuple[int, ...]) -> dict[str, Any]:
    return {
        "mean": latents.mean(axis=0).tolist(),
        "std": latents.std(axis=0).tolist(),
        "minimum": latents.min(axis=0).tolist(),
        "maximum": latents.max(axis=0).tolist(),
        "quantiles": np.quantile(latents, np.linspace(0, 1, 101), axis=0).tolist(),
        "covariance": np.cov(latents.T).tolist(),
        "active": [dim not in inactive for dim in range(latents.shape[1])],
    }
