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
SPARSE_ONE = helper.make_sparse_tensor(
    numpy_helper.from_array(np.ones(1, np.float32), "sparse"), numpy_helper.from_array(np.array([0])), [2**40]
)
SPARSE = NodeProto(op_type="Constant", output=["shift"], attribute=[SPARSE_ATTRIBUTE])


def whole(name: str, *numbers: int) -> TensorProto:
    """Whole numbers that lie in the file."""
    return numpy_helper.from_array(np.array(numbers, np.int64), name)


def scalar(name: str, number: int) -> TensorProto:
    return numpy_helper.from_array(np.array(number, np.int64), name)


def large(
    operator: str, *inputs: str, constants: tuple[TensorProto, ...] = (), first: Any = (), **attributes: Any
) -> bytes:
    """An operator whose result is large, of which the largest number is added to the score."""
    nodes = (
        *first,
        helper.make_node(operator, inputs, ["large"], **attributes),
        helper.make_node("Cast", ["large"], ["as float"], to=1),
        helper.make_node("ReduceMax", ["as float"], ["most"], keepdims=0),
        helper.make_node("Add", ["score", "most"], ["latent"]),
    )
    return graph(*nodes, further=(ONE, LARGE, *constants))


def doubled(times: int, kind: type[Any]) -> bytes:
    """So many Concats of what the one before gave with itself."""
    chain = [helper.make_node("Concat", [f"{n}", f"{n}"], [f"{n + 1}"], axis=0) for n in range(times)]
    return large("Identity", str(times), first=chain, constants=(numpy_helper.from_array(np.zeros(1, kind), "0"),))


def outer_products(times: int) -> bytes:
    """Each row by itself, and that by itself again, in axes of their own."""
    nodes = [helper.make_node("Reshape", ["input", f"shape {n}"], [f"axis {n}"]) for n in range(times)]
    shapes = [whole(f"shape {n}", 0, *(-1 if axis == n else 1 for axis in range(times))) for n in range(times)]
    sums = [
        helper.make_node("Add", [f"sum {n - 1}" if n > 1 else "axis 0", f"axis {n}"], [f"sum {n}"])
        for n in range(1, times)
    ]
    return large("Identity", f"sum {times - 1}", first=(*nodes, *sums), constants=tuple(shapes))


def row_by_row(times: int) -> bytes:
    """All rows by all rows, in so many axes."""
    nodes = [helper.make_node("ReduceMax", ["input"], ["axis 0"], axes=[1], keepdims=0)]
    for n in range(1, times):
        nodes += [
            helper.make_node("Unsqueeze", [f"axis {n - 1}", "last"], [f"wider {n}"]),
            helper.make_node("Add", [f"wider {n}", "axis 0"], [f"axis {n}"]),
        ]
    return large("Identity", f"axis {times - 1}", first=nodes, constants=(whole("last", -1),))


def least_by_minus_one() -> bytes:
    """The one whole number that has no opposite, divided by -1: the processor stops the process."""
    return large("Div", "least", "minus one", first=(WHOLE_ZERO, LEAST, MINUS_ONE), constants=SMALLEST)


def hidden_key() -> bytes:
    """A field's number that protocol buffers read as that of the graph, and others as one that nobody knows."""
    hidden: bytes = proto(weights=elsewhere("secret")).graph.SerializeToString()
    size = bytes((len(hidden) & 0x7F | 0x80, len(hidden) >> 7))
    return b"\x08\x08\xba\x80\x80\x80\x10" + size + hidden


def claiming(*shape: int) -> bytes:
    """Weights that are said to be of a shape, and are not there."""
    return graph(weights=TensorProto(name="weights", data_type=TensorProto.FLOAT, dims=shape, raw_data=bytes(96)))


def stating(*shape: str | int) -> bytes:
    """A shape that is stated of a value in between."""
    made = proto()
    made.graph.value_info.append(helper.make_tensor_value_info("score", TensorProto.FLOAT, shape))
    content: bytes = made.SerializeToString()
    return content


def sparse() -> bytes:
    made = proto(
        helper.make_node("ReduceMax", ["sparse"], ["most"], keepdims=0),
        helper.make_node("Add", ["score", "most"], ["latent"]),
    )
    made.graph.sparse_initializer.append(SPARSE_ONE)
    content: bytes = made.SerializeToString()
    return content


HUGE = 2**33
MANY = "computes more than the 100000000 numbers"
ONE = numpy_helper.from_array(np.ones((1, 1, 1, 1), np.float32), "one")
LARGE = whole("shape", HUGE)
TEXT = numpy_helper.from_array(np.array([b"text"], object), "text")
WHOLE_ZERO = helper.make_node("Cast", ["score"], ["whole"], to=7)
LEAST = helper.make_node("Min", ["whole", "smallest"], ["least"])
MINUS_ONE = helper.make_node("Min", ["whole", "minus"], ["minus one"])
SMALLEST = (whole("smallest", -(2**63)), whole("minus", -1))
FOUR = whole("four", 1, 1, HUGE, 1)
SCALES = numpy_helper.from_array(np.array([1, 1, 1e5, 1e5], np.float32), "scales")
FAR = helper.make_node("Pad", ["one", "wide"], ["picture"])
WIDE = whole("wide", 0, 0, 0, 0, 0, 0, 9000, 9000)
LESS_WIDE = whole("wide", 0, 0, 0, 0, 0, 0, 2499, 2499)
KERNEL = numpy_helper.from_array(np.ones((1, 1, 500, 500), np.float32), "kernel")

GRAPHS: dict[str, tuple[bytes, str]] = {
    "weights beside it": (graph(weights=elsewhere("weights.bin")), "lie outside of the file"),
    "weights far from it": (graph(weights=elsewhere("../../../etc/passwd")), "lie outside of the file"),
    "weights anywhere in memory": (
        graph(weights=elsewhere("*/_ORT_MEM_ADDR_/*", offset="4096", length="96")),
        "lie outside of the file",
    ),
    "weights outside, in an attribute": (graph(*IN_ATTRIBUTE), "lie outside of the file"),
    "sparse weights outside": (graph(SPARSE, TANH), "weights are sparse"),
    "sparse weights": (sparse(), "weights are sparse"),
    "an operator of one vendor": (graph(GELU), "of the domain 'com.microsoft'"),
    "an operator of its own": (own_operator(), "ONNX's own are run"),
    "an endless loop": (graph(endless_loop(), further=(TURNS,)), "may never end"),
    "noise": (graph(*NOISE), "draws random numbers"),
    "a million parts": (many_fields(1_000_000), "has more than 200000 parts"),
    "much to expand": (large("Expand", "one", "shape"), MANY),
    "much to tile": (large("Tile", "one", "four", constants=(FOUR,)), MANY),
    "much to fill": (large("ConstantOfShape", "shape"), MANY),
    "much to count": (
        large("Range", "from", "to", "by", constants=(scalar("from", 0), scalar("to", HUGE), scalar("by", 1))),
        MANY,
    ),
    "much to pad": (large("Pad", "one", "pads", constants=(whole("pads", 0, 0, 0, 0, 0, 0, HUGE, 0),)), MANY),
    "much around a convolution": (large("Conv", "one", "one", pads=[0, 0, HUGE, HUGE]), MANY),
    "much out of a convolution": (large("ConvTranspose", "one", "one", output_shape=[HUGE, HUGE]), MANY),
    "much between a convolution's steps": (
        large("ConvTranspose", "picture", "one", first=(FAR,), constants=(WIDE,), strides=[5000, 5000]),
        MANY,
    ),
    "a convolution for hours": (
        large("Conv", "picture", "kernel", first=(FAR,), constants=(LESS_WIDE, KERNEL)),
        "more than 100000000000 operations for a row",
    ),
    "a window without end": (large("MaxPool", "one", kernel_shape=[1, 1], pads=[0, 0, HUGE, HUGE]), MANY),
    "much to stretch": (large("Resize", "one", "", "scales", constants=(SCALES,)), MANY),
    "much to choose from": (
        large("OneHot", "shape", "depth", "values", constants=(scalar("depth", HUGE), whole("values", 0, 1))),
        MANY,
    ),
    "what doubles": (doubled(40, np.float32), MANY),
    "a shape that doubles": (doubled(40, np.int64), MANY),
    "a row by itself by itself": (outer_products(9), MANY),
    "rows by rows": (row_by_row(2), "the more rows there are"),
    "rows by rows by rows": (row_by_row(3), "the more rows there are"),
    "a size by what it is asked": (large("Expand", "one", "whole", first=(WHOLE_ZERO,)), "not known before it runs"),
    "a division that ends the process": (least_by_minus_one(), "divides whole numbers by some that are not known"),
    "a remainder that ends the process": (
        large("Mod", "smallest", "minus", constants=SMALLEST),
        "divides whole numbers by some that are not known",
    ),
    "texts": (large("Expand", "text", "shape", constants=(TEXT,)), "expected numbers or truths"),
    "as many axes as may be": (
        large("Reshape", "one", "axes", constants=(whole("axes", *[1] * 40),)),
        "more than 16 axes",
    ),
    "an operator that is not run": (large("NonZero", "score"), "none of those that latentd runs"),
    "many operators": (
        graph(*(helper.make_node("Tanh", ["score"], [f"{n}"]) for n in range(10_001)), TANH),
        "at most 10000 are run",
    ),
    "weights that are not there": (claiming(2**20, 2**20), "96 bytes are there"),
    "weights of less than nothing": (claiming(-1, -8), "96 bytes are there"),
    "a shape that is stated": (stating("batch", HUGE), MANY),
    "a graph under another number": (hidden_key(), "has a number that there is not"),
    "another format": (b"\x1c\0\0\0ORTM" + bytes(100), "no ONNX file"),
    "a pickle": (b"\x80\x04\x95\x10\0\0\0\0\0\0\0\x8c\x05posix\x94\x8c\x06system\x94\x93\x94.", "no ONNX file"),
}
"""By what is wrong: the file, and a part of the reason for its refusal."""
