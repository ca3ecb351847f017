"""Operators that give the numbers that they take another shape, leave some out, or repeat them."""

from __future__ import annotations

from math import prod

import numpy as np

from latentd.bundle.graph.call import Call, broadcast, replaced, whole
from latentd.bundle.graph.elementwise import Rule
from latentd.bundle.graph.sized import MOST_KNOWN, Shape, Sized


def reshape(call: Call) -> list[Sized]:
    taken, wanted = call.input(), call.integers("shape", 1)
    if wanted is None:
        raise ValueError("it lacks its shape")
    if not call.integer("allowzero", 0):
        wanted = [
            taken.shape[axis] if not length and axis < len(taken.shape) else length
            for axis, length in enumerate(wanted)
        ]
    others = prod(length for length in wanted if length != -1)
    shape = tuple(taken.count // others if length == -1 and others else length for length in wanted)
    if wanted.count(-1) > 1 or min(shape, default=0) < 0 or prod(shape) != taken.count:
        raise ValueError(f"what is {_shown(taken.shape)} for so many rows is to be {_shown(wanted)}")
    return [_viewed(taken, shape)]


def flatten(call: Call) -> list[Sized]:
    shape, axis = call.shape(), call.integer("axis", 1)
    axis = len(shape) if axis == len(shape) else call.axis(axis, len(shape))
    return [_viewed(call.input(), (prod(shape[:axis]), prod(shape[axis:])))]


def squeeze(call: Call) -> list[Sized]:
    shape, found = call.shape(), call.integers("axes", 1)
    left_out = (
        {axis for axis, length in enumerate(shape) if length == 1} if found is None else call.axes(found, len(shape))
    )
    if any(shape[axis] != 1 for axis in left_out):
        raise ValueError("an axis that is longer than 1 cannot be left out")
    return [_viewed(call.input(), tuple(length for axis, length in enumerate(shape) if axis not in left_out))]


def unsqueeze(call: Call) -> list[Sized]:
    found = call.integers("axes", 1) or []
    added = call.axes(found, len(call.shape()) + len(found))
    if len(added) < len(found):
        raise ValueError("an axis is added twice")
    lengths = iter(call.shape())
    return [
        _viewed(
            call.input(), tuple(1 if axis in added else next(lengths) for axis in range(len(call.shape()) + len(found)))
        )
    ]


def transpose(call: Call) -> list[Sized]:
    shape = call.shape()
    order = call.integers("perm") or list(reversed(range(len(shape))))
    if sorted(order) != list(range(len(shape))):
        raise ValueError("its perm is no order of its axes")
    taken = call.input()
    if taken.known is not None:
        return [Sized.of(taken.known.transpose(order))]
    return [Sized(tuple(shape[axis] for axis in order), taken.kind)]


def expand(call: Call) -> list[Sized]:
    wanted = tuple(call.integers("shape", 1) or ())
    if min(wanted, default=0) < 0:
        raise ValueError("a length is below 0")
    shape, taken = broadcast(call.shape(), wanted), call.input()
    if taken.known is not None and prod(shape) <= MOST_KNOWN:
        return [Sized.of(np.broadcast_to(taken.known, shape))]
    return [Sized(shape, taken.kind)]


def tile(call: Call) -> list[Sized]:
    repeats = call.integers("repeats", 1) or []
    if len(repeats) != len(call.shape()) or min(repeats, default=0) < 0:
        raise ValueError("its repeats are not one for each axis")
    return [
        Sized(tuple(length * times for length, times in zip(call.shape(), repeats, strict=True)), call.input().kind)
    ]


def concat(call: Call) -> list[Sized]:
    taken = call.all()
    axis = call.axis(call.integer("axis", 1), len(taken[0].shape)) if taken else 0
    others = {replaced(each.shape, axis) for each in taken}
    if len(others) != 1:
        raise ValueError("what it puts together is not of one shape")
    shape = replaced(taken[0].shape, axis, sum(each.shape[axis] for each in taken))
    known = [each.known for each in taken if each.known is not None]
    if len(known) == len(taken) and prod(shape) <= MOST_KNOWN:
        return [Sized.of(np.concatenate(known, axis))]
    return [Sized(shape, taken[0].kind)]


def split(call: Call) -> list[Sized]:
    shape, count = call.shape(), len(call.node.outputs)
    axis = call.axis(call.integer("axis", 0), len(shape))
    each = -(-shape[axis] // call.integer("num_outputs", count))
    even = [min(each, max(0, shape[axis] - each * place)) for place in range(count)]
    lengths = call.integers("split", 1) or even
    if len(lengths) != count or sum(lengths) != shape[axis] or min(lengths) < 0:
        raise ValueError("its parts are not the whole")
    return [Sized(replaced(shape, axis, length), call.input().kind) for length in lengths]


def cut(call: Call) -> list[Sized]:
    """Slice, whose bounds are attributes or inputs."""
    shape = call.shape()
    starts, ends = call.integers("starts", 1) or [], call.integers("ends", 2) or []
    axes = call.integers("axes", 3) if call.takes(3) or "axes" in call.node.attributes else list(range(len(starts)))
    steps = call.integers("steps", 4) or [1] * len(starts)
    if not len(starts) == len(ends) == len(axes or []) == len(steps) or 0 in steps:
        raise ValueError("its bounds are not those of its axes")
    slices = [slice(None)] * len(shape)
    for axis, *bounds in zip(axes or [], starts, ends, steps, strict=True):
        slices[call.axis(axis, len(shape))] = slice(*bounds)
    lengths = tuple(len(range(*part.indices(length))) for part, length in zip(slices, shape, strict=True))
    known = call.input().known
    return [Sized(lengths, call.input().kind) if known is None else Sized.of(known[tuple(slices)])]


def gather(call: Call) -> list[Sized]:
    taken, places = call.input(), call.input(1)
    axis = call.axis(call.integer("axis", 0), len(taken.shape))
    shape = replaced(taken.shape, axis, *places.shape)
    if taken.known is not None and places.known is not None and prod(shape) <= MOST_KNOWN:
        if not ((places.known >= -taken.shape[axis]) & (places.known < taken.shape[axis])).all():
            raise ValueError("it asks for what lies past the end")
        return [Sized.of(np.asarray(np.take(taken.known, places.known, axis)))]
    return [Sized(shape, taken.kind)]


def gather_elements(call: Call) -> list[Sized]:
    return [Sized(call.shape(1), call.input().kind)]


def pad(call: Call) -> list[Sized]:
    shape, pads = call.shape(), call.integers("pads", 1) or []
    axes = call.integers("axes", 3)
    places = list(range(len(shape))) if axes is None else [call.axis(axis, len(shape)) for axis in axes]
    if len(pads) != 2 * len(places):
        raise ValueError("its pads are not two for each axis")
    lengths = list(shape)
    for place, before, after in zip(places, pads, pads[len(places) :], strict=False):
        lengths[place] += before + after
    if min(lengths, default=0) < 0:
        raise ValueError("it takes away more than there is")
    return [Sized(tuple(lengths), call.input().kind)]


def depth_to_space(call: Call) -> list[Sized]:
    (rows, channels, height, width), block = _picture(call.shape()), _block(call)
    return [Sized((rows, channels // block**2, height * block, width * block), call.input().kind)]


def space_to_depth(call: Call) -> list[Sized]:
    (rows, channels, height, width), block = _picture(call.shape()), _block(call)
    return [Sized((rows, channels * block**2, height // block, width // block), call.input().kind)]


def shape_of(call: Call) -> list[Sized]:
    end = call.integer("end", len(call.shape()))
    return [whole(call.shape()[call.integer("start", 0) : end])]


def count_of(call: Call) -> list[Sized]:
    return [Sized.of(np.array(call.input().count, np.int64))]


def _viewed(taken: Sized, shape: Shape) -> Sized:
    """The same numbers in another shape."""
    return Sized(shape, taken.kind, None if taken.known is None else taken.known.reshape(shape))


def _picture(shape: Shape) -> Shape:
    if len(shape) != 4:
        raise ValueError("it takes what has four axes")
    return shape


def _block(call: Call) -> int:
    block = call.integer("blocksize", 0)
    if block < 1:
        raise ValueError("its blocksize is below 1")
    return block


def _shown(shape: list[int] | Shape) -> str:
    return str(list(shape[:8]))[:80]


SHAPING: dict[str, Rule] = {
    "Concat": concat,
    "DepthToSpace": depth_to_space,
    "Expand": expand,
    "Flatten": flatten,
    "Gather": gather,
    "GatherElements": gather_elements,
    "Pad": pad,
    "Reshape": reshape,
    "Shape": shape_of,
    "Size": count_of,
    "Slice": cut,
    "SpaceToDepth": space_to_depth,
    "Split": split,
    "Squeeze": squeeze,
    "Tile": tile,
    "Transpose": transpose,
    "Unsqueeze": unsqueeze,
}
