"""Operators that sum axes up, choose from them, make numbers from none, or stretch pictures."""

from __future__ import annotations

from math import ceil, floor

import numpy as np

from latentd.bundle.graph.call import Call, replaced, whole
from latentd.bundle.graph.elementwise import Rule
from latentd.bundle.graph.sized import FLOAT, INT64, MOST_KNOWN, Sized


def reduced(call: Call) -> list[Sized]:
    shape, found = call.shape(), call.integers("axes", 1)
    if not found and call.integer("noop_with_empty_axes", 0):
        return [Sized(shape, call.input().kind)]
    return [_without(call, call.axes(found or range(len(shape)), len(shape)), call.input().kind)]


def place_of_most(call: Call) -> list[Sized]:
    """ArgMax and ArgMin."""
    return [_without(call, {call.axis(call.integer("axis", 0), len(call.shape()))}, INT64)]


def _without(call: Call, axes: set[int], kind: int) -> Sized:
    keeps = call.integer("keepdims", 1)
    shape = call.shape()
    return Sized(
        tuple(1 if axis in axes else shape[axis] for axis in range(len(shape)) if keeps or axis not in axes), kind
    )


def most(call: Call) -> list[Sized]:
    """TopK: the largest, and their places."""
    shape = call.shape()
    axis = call.axis(call.integer("axis", -1), len(shape))
    (count,) = call.integers("k", 1) or [call.integer("k", 0)]
    if not 0 <= count <= shape[axis]:
        raise ValueError("it asks for more than there are")
    return [Sized(replaced(shape, axis, count), kind) for kind in (call.input().kind, INT64)]


def constant(call: Call) -> list[Sized]:
    value = call.node.attributes.get("value")
    if isinstance(value, Sized):
        return [value]
    for name, kind in (
        ("value_int", np.int64),
        ("value_ints", np.int64),
        ("value_float", np.float32),
        ("value_floats", np.float32),
    ):
        if name in call.node.attributes:
            return [Sized.of(np.array(call.node.attributes[name], kind))]
    raise ValueError("it has no value")


def filled(call: Call) -> list[Sized]:
    """ConstantOfShape."""
    shape = tuple(int(length) for length in call.known(0))
    value = call.node.attributes.get("value", Sized((1,), FLOAT, np.zeros(1, np.float32)))
    if min(shape, default=0) < 0 or not isinstance(value, Sized):
        raise ValueError("a length is below 0")
    sized = Sized(shape, value.kind)
    if value.known is None or value.count != 1 or sized.count > MOST_KNOWN:
        return [sized]
    return [Sized.of(np.full(shape, value.known.ravel()[0], value.known.dtype))]


def counted(call: Call) -> list[Sized]:
    """Range."""
    start, end, step = (each.item() for each in (call.known(0), call.known(1), call.known(2)))
    count = max(0, ceil((end - start) / step))
    if call.input().kind == INT64 and count <= MOST_KNOWN:
        return [whole(range(start, end, step))]
    return [Sized((count,), call.input().kind)]


def one_hot(call: Call) -> list[Sized]:
    shape, depth = call.shape(), int(call.known(1).item())
    axis = call.axis(call.integer("axis", -1), len(shape) + 1)
    return [Sized((*shape[:axis], depth, *shape[axis:]), call.input(2).kind)]


def resized(call: Call) -> list[Sized]:
    """Resize, by scales or to sizes."""
    stretched = call.text("keep_aspect_ratio_policy", "stretch") == "stretch"
    if not stretched or call.text("coordinate_transformation_mode") == "tf_crop_and_resize":
        raise ValueError("its size depends on more than its scales or sizes")
    shape = call.shape()
    axes = [call.axis(axis, len(shape)) for axis in call.integers("axes") or range(len(shape))]
    to = _sizes(call, [shape[axis] for axis in axes])
    if len(to) != len(axes) or min(to, default=0) < 0:
        raise ValueError("its scales or sizes are not one for each axis")
    lengths = list(shape)
    for axis, length in zip(axes, to, strict=True):
        lengths[axis] = length
    return [Sized(tuple(lengths), call.input().kind)]


def _sizes(call: Call, lengths: list[int]) -> list[int]:
    """Opset 10 has its scales where later ones have a region."""
    if call.takes(3) and call.input(3).count:
        return call.integers("sizes", 3) or []
    scales = call.known(2 if len(call.inputs) > 2 else 1).ravel()
    return [floor(np.float32(length) * np.float32(scale)) for length, scale in zip(lengths, scales, strict=True)]


REDUCTIONS = ["L1", "L2", "LogSum", "LogSumExp", "Max", "Mean", "Min", "Prod", "Sum", "SumSquare"]
GATHERING: dict[str, Rule] = {
    **{f"Reduce{name}": reduced for name in REDUCTIONS},
    "ArgMax": place_of_most,
    "ArgMin": place_of_most,
    "Constant": constant,
    "ConstantOfShape": filled,
    "OneHot": one_hot,
    "Range": counted,
    "Resize": resized,
    "TopK": most,
}
