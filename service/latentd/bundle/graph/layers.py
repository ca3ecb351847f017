"""Operators that add up products: what they give, and how many multiplications that takes."""

from __future__ import annotations

from collections.abc import Callable
from math import prod

from latentd.bundle.graph.call import Call, broadcast
from latentd.bundle.graph.elementwise import Rule
from latentd.bundle.graph.sized import FLOAT, INT32, INT64, Shape, Sized

MOST_GATES = 4  # of an LSTM
REGISTER = 16  # numbers in the widest that processors have


def matmul(call: Call) -> list[Sized]:
    return [Sized(_product(call), FLOAT)]


def matmul_integer(call: Call) -> list[Sized]:
    return [Sized(_product(call), INT32)]


def _product(call: Call) -> Shape:
    left, right = call.shape(0), call.shape(1)
    if not left or not right or left[-1] != right[-2:][0]:
        raise ValueError("its matrices do not fit")
    columns = right[-1:] if len(right) > 1 else ()
    return (*broadcast(left[:-2], right[:-2]), *left[-2:-1], *columns)


def gemm(call: Call) -> list[Sized]:
    (rows, inner), (other, columns) = _turned(call, 0, "transA"), _turned(call, 1, "transB")
    if inner != other:
        raise ValueError("its matrices do not fit")
    return [Sized((rows, columns), call.input().kind)]


def _turned(call: Call, place: int, attribute: str) -> Shape:
    shape = call.shape(place)
    if len(shape) != 2:
        raise ValueError("it takes matrices")
    return shape[::-1] if call.integer(attribute, 0) else shape


class Window:
    """What slides over the axes behind rows and channels: a convolution's kernel or a pool's."""

    def __init__(self, call: Call, kernel: Shape) -> None:
        self.spatial = call.shape()[2:]
        axes = len(self.spatial)
        self.kernel = kernel
        self.strides = call.integers("strides") or [1] * axes
        self.dilations = call.integers("dilations") or [1] * axes
        self.pads = call.integers("pads") or [0] * 2 * axes
        self.automatic = call.text("auto_pad", "NOTSET")
        if (
            not 1 <= axes <= 3
            or not len(kernel) == len(self.strides) == len(self.dilations) == len(self.pads) // 2 == axes
        ):
            raise ValueError("its window is not of one to three axes")
        if min(*kernel, *self.strides, *self.dilations) < 1 or min(self.pads) < 0:
            raise ValueError("its window has lengths below 1")
        self.reach = tuple((size - 1) * step + 1 for size, step in zip(kernel, self.dilations, strict=True))

    def narrowed(self, *, rounds_up: bool = False) -> Shape:
        """What a convolution or a pool gives."""
        if self.automatic.startswith("SAME"):
            return tuple(-(-length // stride) for length, stride in zip(self.spatial, self.strides, strict=True))
        places = [
            length + pads - reach for length, pads, reach in zip(self.spatial, self._around(), self.reach, strict=True)
        ]
        if min(places) < 0:
            raise ValueError("its window is larger than what it slides over")
        if not rounds_up:
            return tuple(place // stride + 1 for place, stride in zip(places, self.strides, strict=True))
        before = self.pads[: len(self.spatial)]
        each = zip(self.spatial, places, self.strides, before, strict=True)
        return tuple(_rounded_up(*lengths) for lengths in each)

    def widened(self, added: list[int]) -> Shape:
        """What a transposed convolution gives."""
        each = zip(self.spatial, self.strides, self.reach, self._around(), added, strict=True)
        if self.automatic.startswith("SAME"):
            return tuple(length * stride for length, stride, *_ in each)
        return tuple((length - 1) * stride + reach - pads + more for length, stride, reach, pads, more in each)

    def _around(self) -> list[int]:
        axes = len(self.spatial)
        if self.automatic != "NOTSET":
            return [0] * axes
        return [before + after for before, after in zip(self.pads[:axes], self.pads[axes:], strict=True)]


def _rounded_up(length: int, places: int, stride: int, before: int) -> int:
    """The last window begins within what it slides over, and not behind it."""
    steps = -(-places // stride)
    return steps if steps * stride >= length + before else steps + 1


def convolution(call: Call) -> list[Sized]:
    weights = call.shape(1)
    if call.shape()[1] != weights[1] * call.integer("group", 1):
        raise ValueError("its channels do not fit")
    return [Sized((call.shape()[0], weights[0], *Window(call, weights[2:]).narrowed()), _kind_after(call))]


def _kind_after(call: Call) -> int:
    return INT32 if call.node.operator == "ConvInteger" else call.input().kind


def transposed_convolution(call: Call) -> list[Sized]:
    """The kind that is told its size by `output_shape` is as large as that says."""
    shape, weights = call.shape(), call.shape(1)
    if shape[1] != weights[0]:
        raise ValueError("its channels do not fit")
    window = Window(call, weights[2:])
    added = call.integers("output_padding") or [0] * len(window.spatial)
    spatial = tuple(call.integers("output_shape") or window.widened(added))[-len(window.spatial) :]
    if min(spatial) < 0 or min(added) < 0:
        raise ValueError("it takes away more than there is")
    return [Sized((shape[0], weights[1] * call.integer("group", 1), *spatial), call.input().kind)]


def pool(call: Call) -> list[Sized]:
    """The pool, and for MaxPool where in what it took it was found."""
    rounds_up = bool(call.integer("ceil_mode", 0))
    spatial = Window(call, tuple(call.integers("kernel_shape") or ())).narrowed(rounds_up=rounds_up)
    shape = (*call.shape()[:2], *spatial)
    places = [Sized(shape, INT64)] if call.node.operator == "MaxPool" else []
    return [Sized(shape, call.input().kind), *places]


def global_pool(call: Call) -> list[Sized]:
    shape = call.shape()
    return [Sized((*shape[:2], *[1] * len(shape[2:])), call.input().kind)]


def recurrent(call: Call) -> list[Sized]:
    """All hidden states, the last one, and of an LSTM the last cell."""
    (first, second, _), (directions, _, hidden) = call.shape(), call.shape(2)
    steps, rows = (second, first) if call.integer("layout", 0) else (first, second)
    if call.integer("layout", 0):
        return [Sized((rows, steps, directions, hidden)), *[Sized((rows, directions, hidden))] * 2]
    return [Sized((steps, directions, rows, hidden)), *[Sized((directions, rows, hidden))] * 2]


def effort(call: Call, given: list[Sized]) -> int:
    """How many multiplications or comparisons it takes, about."""
    each = PRODUCTS.get(call.node.operator)
    if each is not None:
        return given[0].count * each(call)
    if call.node.operator == "ConvTranspose":
        return call.input().count * prod(call.shape(1)[1:])
    return sum(sized.count for sized in (*given, *call.inputs) if sized is not None)


def scratch(call: Call, given: list[Sized]) -> int:
    """How many numbers it keeps beside what it gives, where that may be many more."""
    operator = call.node.operator
    if operator == "ConvTranspose":
        return prod(call.shape(1)[1:]) * prod(call.shape()[2:])
    if operator == "Conv":  # onnxruntime rounds channels up to as many as a register holds
        channels = given[0].shape[1]
        return given[0].count // max(1, channels) * (-channels % REGISTER)
    if operator in RECURRENT:
        directions, gates, _ = call.shape(1)
        return directions * gates * prod(call.shape()[:2])
    return 0


POOLS = dict.fromkeys(("MaxPool", "AveragePool", "LpPool"), pool)
RECURRENT = dict.fromkeys(("RNN", "GRU", "LSTM"), recurrent)
PRODUCTS: dict[str, Callable[[Call], int]] = {
    **dict.fromkeys(("MatMul", "MatMulInteger"), lambda call: call.shape()[-1]),
    **dict.fromkeys(("Conv", "ConvInteger"), lambda call: prod(call.shape(1)[1:])),
    **dict.fromkeys(POOLS, lambda call: prod(call.integers("kernel_shape") or ())),
    **dict.fromkeys(RECURRENT, lambda call: MOST_GATES * (call.shape(1)[-1] + call.shape(2)[-1] + 1)),
    "Gemm": lambda call: _turned(call, 0, "transA")[1],
}
"""How many go into each number that an operator gives."""

LAYERS: dict[str, Rule] = {
    "Conv": convolution,
    "ConvInteger": convolution,
    "ConvTranspose": transposed_convolution,
    "Gemm": gemm,
    "GlobalAveragePool": global_pool,
    "GlobalLpPool": global_pool,
    "GlobalMaxPool": global_pool,
    "MatMul": matmul,
    "MatMulInteger": matmul_integer,
    **POOLS,
    **RECURRENT,
}
