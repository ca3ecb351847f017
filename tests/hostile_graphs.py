"""Encoder graphs of the blueprint TOY that work, and do what no graph of an untrusted bundle may do."""

from __future__ import annotations

from typing import Any

import numpy as np
from onnx import AttributeProto, NodeProto, TensorProto, helper, numpy_helper

from bundles import OPSET, TOY

WEIGHTS = numpy_helper.from_array(TOY.weights()["encoder"], "weights")
SCORE = helper.make_node("MatMul", ["input", "weights"], ["score"])
TANH = helper.make_node("Tanh", ["score"], ["latent"])


def graph(*nodes: Any, weights: Any = WEIGHTS, further: tuple[Any, ...] = (), **model: Any) -> bytes:
    """A model of these nodes, between the tensors of TOY's encoder."""
    content: bytes = proto(*nodes, weights=weights, further=further, **model).SerializeToString()
    return content


def proto(*nodes: Any, weights: Any = WEIGHTS, further: tuple[Any, ...] = (), **model: Any) -> Any:
    taken, given = (
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", width])
        for name, width in (("input", TOY.input_dim), ("latent", TOY.latent_dim))
    )
    opsets = [helper.make_opsetid(domain, version) for domain, version in (("", OPSET), ("com.microsoft", 1))]
    made = helper.make_graph([SCORE, *(nodes or (TANH,))], "encoder", [taken], [given], [weights, *further])
    return helper.make_model(made, opset_imports=opsets, ir_version=8, **model)


def elsewhere(location: str, **further: str) -> TensorProto:
    """The weights, said to lie in another file."""
    tensor = TensorProto(name="weights", data_type=TensorProto.FLOAT, dims=WEIGHTS.dims)
    tensor.data_location = TensorProto.EXTERNAL
    for key, value in {"location": location, **further}.items():
        tensor.external_data.add(key=key, value=value)
    return tensor


def endless_loop() -> NodeProto:
    """Goes round as often as 64 bits can count."""
    turn = helper.make_graph(
        [helper.make_node("Identity", [name], [f"{name}_out"]) for name in ("more", "carried")],
        "turn",
        [
            helper.make_tensor_value_info("turn", TensorProto.INT64, []),
            helper.make_tensor_value_info("more", TensorProto.BOOL, []),
            helper.make_tensor_value_info("carried", TensorProto.FLOAT, ["batch", TOY.latent_dim]),
        ],
        [
            helper.make_tensor_value_info("more_out", TensorProto.BOOL, []),
            helper.make_tensor_value_info("carried_out", TensorProto.FLOAT, ["batch", TOY.latent_dim]),
        ],
    )
    return helper.make_node("Loop", ["turns", "", "score"], ["latent"], body=turn)


def own_operator() -> bytes:
    """A model that brings an operator of its own."""
    made = proto(helper.make_node("Mine", ["score"], ["latent"], domain="mine"))
    made.opset_import.append(helper.make_opsetid("mine", 1))
    body = [helper.make_node("Tanh", ["x"], ["y"])]
    made.functions.append(helper.make_function("mine", "Mine", ["x"], ["y"], body, [helper.make_opsetid("", OPSET)]))
    content: bytes = made.SerializeToString()
    return content


def many_fields(count: int) -> bytes:
    """A model of so many fields that nobody knows, of two bytes each."""
    return graph() + b"\x50\x01" * count


TURNS = numpy_helper.from_array(np.array(2**62), "turns")
GELU = helper.make_node("Gelu", ["score"], ["latent"], domain="com.microsoft")
NOISE = (
    helper.make_node("RandomNormalLike", ["score"], ["noise"], scale=0.0),
    helper.make_node("Add", ["score", "noise"], ["latent"]),
)
IN_ATTRIBUTE = (
    helper.make_node("Constant", [], ["shift"], value=elsewhere("../../../secret")),
    helper.make_node("Add", ["score", "shift"], ["latent"]),
)
SPARSE_ATTRIBUTE = AttributeProto(name="sparse_value", type=AttributeProto.SPARSE_TENSOR)
SPARSE_ATTRIBUTE.sparse_tensor.values.CopyFrom(elsewhere("secret"))
SPARSE = NodeProto(op_type="Constant", output=["shift"], attribute=[SPARSE_ATTRIBUTE])

GRAPHS: dict[str, tuple[bytes, str]] = {
    "weights beside it": (graph(weights=elsewhere("weights.bin")), "lie outside of the file"),
    "weights far from it": (graph(weights=elsewhere("../../../etc/passwd")), "lie outside of the file"),
    "weights anywhere in memory": (
        graph(weights=elsewhere("*/_ORT_MEM_ADDR_/*", offset="4096", length="96")),
        "lie outside of the file",
    ),
    "weights outside, in an attribute": (graph(*IN_ATTRIBUTE), "lie outside of the file"),
    "sparse weights outside": (graph(SPARSE, TANH), "lie outside of the file"),
    "an operator of one vendor": (graph(GELU), "of the domain 'com.microsoft'"),
    "an operator of its own": (own_operator(), "ONNX's own are run"),
    "an endless loop": (graph(endless_loop(), further=(TURNS,)), "may never end"),
    "noise": (graph(*NOISE), "draws random numbers"),
    "a million parts": (many_fields(1_000_000), "has more than 200000 parts"),
    "another format": (b"\x1c\0\0\0ORTM" + bytes(100), "no ONNX file"),
    "a pickle": (b"\x80\x04\x95\x10\0\0\0\0\0\0\0\x8c\x05posix\x94\x8c\x06system\x94\x93\x94.", "no ONNX file"),
}
"""By what is wrong: the file, and a part of the reason for its refusal."""
