"""What is said of an operator's size beforehand is what onnxruntime gives."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnxruntime
import pytest
from onnx import ModelProto, helper, numpy_helper

from latentd.bundle.graph import RULES, check_graph
from latentd.bundle.graph.demand import sizes
from latentd.bundle.graph.model import read_graph

node = helper.make_node
ROWS = (1, 3)
SIDE = {"row": [24], "picture": [2, 3, 4], "series": [4, 6], "whole": [24], "bytes": [2, 3, 4]}
"""Each row is 24 numbers; what they are called when they are of another shape or type."""

Case = tuple[Any, ...]


def of(
    operator: str, taken: str = "picture", *constants: Any, opset: int = 18, outputs: int = 1, **attributes: Any
) -> Case:
    """An operator on what is `taken`, and on constants, None for what is left out."""
    return operator, taken, constants, opset, outputs, attributes


def ints(*numbers: int) -> Any:
    return np.array(numbers, np.int64)


def floats(*shape: int) -> Any:
    return np.full(shape, 0.5, np.float32)


UNARY = """
Abs Acos Acosh Asin Asinh Atan Atanh Celu Ceil Clip Cos Cosh Dropout Elu Erf Exp Flatten Floor GlobalAveragePool
GlobalLpPool GlobalMaxPool Hardmax HardSigmoid HardSwish Identity IsInf IsNaN LeakyRelu Log LogSoftmax LpNormalization
MeanVarianceNormalization Mish Neg Reciprocal Relu Round Selu Shape Shrink Sigmoid Sign Sin Sinh Size Softmax Softplus
Softsign Sqrt Tan Tanh ThresholdedRelu Transpose
"""
BINARY = "Add Sub Mul Div Pow Max Min Sum Mean Mod PRelu Equal Greater GreaterOrEqual Less LessOrEqual"
REDUCED = ["L1", "L2", "LogSum", "LogSumExp", "Max", "Mean", "Min", "Prod", "Sum", "SumSquare"]

CASES: list[Case] = [
    *(of(operator) for operator in UNARY.split()),
    *(
        of(operator, "picture", floats(2, 1, 4), **({"fmod": 1} if operator == "Mod" else {}))
        for operator in BINARY.split()
    ),
    of("Add", "picture", floats(5, 1, 1, 1, 4)),
    *(of(f"Reduce{name}", "picture", axes=[1, -1], opset=11) for name in REDUCED),
    of("ReduceSum", "picture", ints(2), keepdims=0),
    of("ReduceMean", "picture", ints(), noop_with_empty_axes=1),
    of("ReduceMax", "picture", keepdims=0),
    of("ArgMax", "picture", axis=-1, keepdims=0),
    of("ArgMin", "picture"),
    of("TopK", "picture", ints(2), outputs=2, axis=2),
    of("Gelu", opset=20),
    of("Swish", opset=24),
    of("Trilu", "picture", ints(1)),
    of("CumSum", "picture", np.array(1)),
    of("BitwiseNot", "whole"),
    of("BitwiseAnd", "whole", ints(7)),
    of("BitwiseOr", "whole", ints(7)),
    of("BitwiseXor", "whole", ints(7)),
    of("BitShift", "bytes", np.array([1], np.uint8), direction="LEFT"),
    of("Div", "whole", ints(3)),
    of("Mod", "whole", ints(3)),
    of("Not", "truths"),
    of("And", "truths", np.array([True])),
    of("Or", "truths", np.array([True])),
    of("Xor", "truths", np.array([True])),
    of("Where", "truths", floats(1), floats(2, 3, 1)),
    of("Cast", "picture", to=7),
    of("QuantizeLinear", "picture", floats(), np.array(0, np.uint8)),
    of("DequantizeLinear", "bytes", floats()),
    of("BatchNormalization", "picture", *[floats(2)] * 4),
    of("InstanceNormalization", "picture", *[floats(2)] * 2),
    of("LayerNormalization", "picture", floats(4)),
    of("RMSNormalization", "picture", floats(4), opset=23),
    of("GroupNormalization", "picture", *[floats(2)] * 2, num_groups=2, opset=21),
    of("ScatterElements", "row", np.zeros((1, 2), np.int64), floats(1, 2), axis=1),
    of("ScatterND", "row", np.zeros((1, 2), np.int64), floats(1)),
    of("Concat", "picture", axis=-2),
    of("Concat", "row", floats(2, 24), axis=0),
    of("DepthToSpace", "channels", blocksize=2),
    of("SpaceToDepth", "square", blocksize=2),
    of("Expand", "picture", ints(5, 1, 1, 1, 4)),
    of("Flatten", "picture", axis=-2),
    of("Gather", "picture", np.zeros((2, 5), np.int64), axis=-1),
    of("GatherElements", "row", np.zeros((1, 2), np.int64), axis=1),
    of("Pad", "picture", ints(0, 0, 1, 2, 0, 0, -1, 3)),
    of("Pad", "picture", ints(1, 2), None, ints(-1)),
    of("Pad", "picture", pads=[0, 0, 1, 1, 0, 0, 2, 2], opset=9),
    of("Reshape", "picture", ints(0, -1, 8)),
    of("Reshape", "picture", ints(-1)),
    of("Slice", "picture", ints(-1, 5), ints(-(2**62), 1), ints(2, 3), ints(-1, -2)),
    of("Slice", "picture", ints(1), ints(2**62), ints(3), ints(2)),
    of("Slice", "picture", starts=[0, 1], ends=[1, -1], axes=[1, 3], opset=9),
    of("Split", "picture", axis=3, outputs=2, opset=13),
    of("DynamicQuantizeLinear", outputs=3),
    of("Split", "picture", axis=3, outputs=3, num_outputs=3),
    of("Split", "picture", ints(1, 3), axis=3, outputs=2),
    of("Split", "picture", split=[1, 3], axis=3, outputs=2, opset=11),
    of("Squeeze", "added", ints(1)),
    of("Squeeze", "added", axes=[1], opset=11),
    of("Unsqueeze", "row", ints(0, -1)),
    of("Unsqueeze", "row", axes=[1], opset=11),
    of("Tile", "picture", ints(1, 2, 1, 3)),
    of("Transpose", "picture", perm=[0, 3, 1, 2]),
    of("Shape", "picture", start=1, end=-1),
    of("Conv", "picture", floats(4, 2, 2, 3), strides=[2, 1], pads=[1, 0, 2, 1], dilations=[2, 1]),
    of("Conv", "picture", floats(4, 1, 3, 3), group=2, auto_pad="SAME_UPPER", strides=[2, 3]),
    of("Conv", "series", floats(2, 4, 3), auto_pad="VALID"),
    of("ConvInteger", "bytes", np.ones((4, 2, 2, 2), np.uint8)),
    of("ConvTranspose", "picture", floats(2, 3, 3, 3), strides=[2, 3], pads=[1, 0, 1, 1], output_padding=[1, 2]),
    of("ConvTranspose", "picture", floats(2, 3, 3, 3), group=2, dilations=[2, 1]),
    of("ConvTranspose", "picture", floats(2, 1, 3, 3), strides=[2, 2], output_shape=[6, 8]),
    of("ConvTranspose", "picture", floats(2, 1, 3, 3), strides=[2, 2], auto_pad="SAME_LOWER"),
    of("MaxPool", "picture", kernel_shape=[2, 3], strides=[2, 2], ceil_mode=1, outputs=2),
    of("MaxPool", "picture", kernel_shape=[2, 2], strides=[3, 3], pads=[1, 1, 1, 1], ceil_mode=1),
    of("AveragePool", "picture", kernel_shape=[3, 3], auto_pad="SAME_UPPER", strides=[2, 2]),
    of("LpPool", "picture", kernel_shape=[2, 2]),
    of("Gemm", "row", floats(5, 24), floats(5), transB=1),
    of("MatMul", "series", floats(6, 7)),
    of("MatMul", "series", floats(5, 1, 6, 7)),
    of("MatMul", "series", floats(6)),
    of("MatMulInteger", "bytes", np.ones((4, 5), np.uint8)),
    of("LSTM", "sequence", floats(2, 12, 6), floats(2, 12, 3), hidden_size=3, direction="bidirectional", outputs=3),
    of("GRU", "sequence", floats(1, 9, 6), floats(1, 9, 3), hidden_size=3, outputs=2),
    of("RNN", "sequence", floats(1, 3, 6), floats(1, 3, 3), hidden_size=3, outputs=2),
    of("OneHot", "whole", np.array(5), floats(2), axis=1),
    of("Resize", "picture", None, floats(4) * np.array([2, 2, 3, 5], np.float32)),
    of("Resize", "picture", None, None, ints(2, 9), axes=[2, 3]),
    of("Resize", "picture", None, np.array([1, 1, 1.7, 0.6], np.float32), mode="linear"),
    of("Resize", "picture", np.array([1, 1, 2, 2], np.float32), opset=10),
    of("Constant", "", value_ints=[1, 2]),
    of("ConstantOfShape", "", ints(3, 4)),
    of("Range", "", *(np.array(number, np.float32) for number in (0, 1, 0.3))),
    of("Range", "", np.array(5), np.array(-1), np.array(-2)),
]


def views() -> list[Any]:
    """The row in other shapes and types."""
    shaped = {
        "picture": SIDE["picture"],
        "series": SIDE["series"],
        "channels": [4, 2, 3],
        "square": [1, 4, 6],
        "added": [1, 24],
    }
    made = []
    for name, shape in shaped.items():
        made += [
            node("Constant", [], [f"{name} shape"], value=numpy_helper.from_array(ints(0, *shape))),
            node("Reshape", ["row", f"{name} shape"], [name]),
        ]
    return [
        *made,
        node("Transpose", ["series"], ["sequence"], perm=[1, 0, 2]),
        node("Cast", ["row"], ["whole"], to=7),
        node("Cast", ["picture"], ["bytes"], to=2),
        node("Cast", ["picture"], ["truths"], to=9),
    ]


def model(case: Case) -> ModelProto:
    operator, taken, constants, opset, outputs, attributes = case
    held = [
        numpy_helper.from_array(np.asarray(value), f"held {place}")
        for place, value in enumerate(constants)
        if value is not None
    ]
    names = [f"held {place}" if value is not None else "" for place, value in enumerate(constants)]
    inputs = [
        name for name in (taken, *names, *([taken] if operator == "Concat" and not names else ())) if name or names
    ]
    inputs = inputs[1:] if not taken else inputs
    results = [f"result {place}" for place in range(outputs)]
    nodes = [*views(), node(operator, inputs, results, **attributes)]
    row = helper.make_tensor_value_info("row", 1, ["batch", 24])
    graph = helper.make_graph(
        nodes, "case", [row], [helper.make_empty_tensor_value_info(name) for name in results], held
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}-{case[3]}")
def test_the_size_of_what_it_gives_is_known(case: Case) -> None:
    content = model(case).SerializeToString()
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    for rows in ROWS:
        given = session.run(None, {"row": np.full((rows, 24), 0.5, np.float32)})
        found = sizes(read_graph(content), rows)
        for place, result in enumerate(given):
            sized = found[f"result {place}".encode()]
            assert sized.shape == result.shape
            assert np.dtype(helper.tensor_dtype_to_np_dtype(sized.kind)) == result.dtype
            assert sized.known is None or np.array_equal(sized.known, result)


def test_every_operator_is_tried() -> None:
    assert {case[0] for case in CASES} == set(RULES)


def test_shapes_that_are_computed_from_the_rows_are_followed() -> None:
    nodes = [
        node("Shape", ["row"], ["shape"]),
        node("Gather", ["shape", "zero"], ["rows"]),
        node("Mul", ["rows", "three"], ["thrice"]),
        node("Concat", ["thrice", "eight"], ["wanted"], axis=0),
        node("Reshape", ["row", "wanted"], ["result"]),
    ]
    held = [numpy_helper.from_array(ints(number), name) for name, number in (("zero", 0), ("three", 3), ("eight", 8))]
    taken = helper.make_tensor_value_info("row", 1, ["batch", 24])
    given = helper.make_tensor_value_info("result", 1, [None, 8])
    content = helper.make_model(helper.make_graph(nodes, "computed", [taken], [given], held)).SerializeToString()
    assert sizes(read_graph(content), 5)[b"result"].shape == (15, 8)
    assert check_graph(content) == 1 << 20
