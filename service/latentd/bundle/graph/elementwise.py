"""Operators that do the same to each number: what they give is as large as the largest that they take."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import numpy as np

from latentd.bundle.graph.call import Call, broadcast
from latentd.bundle.graph.sized import BOOL, FLOAT, INT32, INT64, INTEGERS, MOST_KNOWN, UINT8, Known, Sized, kind_of

Rule = Callable[[Call], list[Sized]]

_MOST_EXACT = 1 << 24  # all types hold whole numbers up to it

_ARITHMETIC: dict[str, Callable[..., Known]] = {
    "Add": np.add, "Sub": np.subtract, "Mul": np.multiply, "Neg": np.negative, "Equal": np.equal, "Less": np.less,
    "Greater": np.greater, "Not": np.logical_not, "Where": np.where, "Floor": np.floor, "Ceil": np.ceil,
}  # fmt: skip  # what shapes are computed by
_TRUTHS = ("Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "And", "Or", "Xor", "Not", "IsNaN", "IsInf")


def alike(call: Call) -> list[Sized]:
    """As large as what it takes first."""
    return [Sized(call.shape(), call.input().kind)]


def merged(call: Call) -> list[Sized]:
    """As large as all that it takes together."""
    operator, taken = call.node.operator, call.all()
    shape = broadcast(*(each.shape for each in taken))
    kind = BOOL if operator in _TRUTHS else taken[operator == "Where"].kind  # whose first is a truth
    return [_computed(operator, taken, shape) or Sized(shape, kind)]


def _computed(operator: str, taken: list[Sized], shape: tuple[int, ...]) -> Sized | None:
    """The result itself, where it is a shape's arithmetic."""
    known = [each.known for each in taken if each.known is not None]
    small = np.prod(shape, dtype=object) <= MOST_KNOWN
    if operator not in _ARITHMETIC or len(known) < len(taken) or not small:
        return None
    with np.errstate(all="ignore"), suppress(TypeError):  # of types that this is not done to
        return Sized.of(np.asarray(_ARITHMETIC[operator](*known)))
    return None


def divided(call: Call) -> list[Sized]:
    """As `merged`; whole numbers only by some that are known: the processor stops a process that divides by others."""
    (sized,) = merged(call)
    taken, by = call.all()
    if not {taken.kind, by.kind} & INTEGERS:
        return [sized]
    if by.known is None or ((by.known == 0) | (by.known == -1)).any():
        raise ValueError("it divides whole numbers by some that are not known, or by 0 or -1")
    if taken.known is None or sized.kind != INT64 or sized.count > MOST_KNOWN or (taken.known < 0).any():
        return [sized]
    work = np.remainder if call.node.operator == "Mod" else np.floor_divide
    return [Sized.of(work(taken.known, by.known)) if (by.known > 0).all() else sized]


def cast(call: Call) -> list[Sized]:
    """The same in another type."""
    taken, kind = call.input(), kind_of(call.integer("to", 0))
    into = {FLOAT: np.float32, INT32: np.int32, INT64: np.int64, BOOL: np.bool_}.get(kind)
    if into is None or taken.known is None or not (np.abs(taken.known.astype(np.float64)) < _MOST_EXACT).all():
        return [Sized(taken.shape, kind)]
    return [Sized.of(taken.known.astype(into))]


def of_kind(kind: int) -> Rule:
    """As large as what it takes first, in another type."""
    return lambda call: [Sized(call.shape(), kind)]


def with_mask(call: Call) -> list[Sized]:
    """The same and which of it was kept; no training."""
    if call.integer("training_mode", 0) or (call.takes(2) and call.known(2).any()):
        raise ValueError("it trains; a graph is deterministic")
    return [*alike(call), Sized(call.shape(), BOOL)]


def normalized(call: Call) -> list[Sized]:
    """As large as what it takes first, by what was learnt of it."""
    if call.integer("training_mode", 0):
        raise ValueError("it trains; a graph is deterministic")
    return alike(call)


def quantized(call: Call) -> list[Sized]:
    """Bytes, the scale and the zero point."""
    return [Sized(call.shape(), UINT8), Sized(()), Sized((), UINT8)]


def identity(call: Call) -> list[Sized]:
    return [call.input()]


def _named(rule: Rule, names: str) -> dict[str, Rule]:
    return dict.fromkeys(names.split(), rule)


ELEMENTWISE: dict[str, Rule] = {
    **_named(alike, "Abs Acos Acosh Asin Asinh Atan Atanh BitwiseNot Celu Clip Cos Cosh CumSum Elu Erf Exp Gelu "
                    "Hardmax HardSigmoid HardSwish LeakyRelu Log LogSoftmax LpNormalization "
                    "MeanVarianceNormalization Mish "
                    "Reciprocal Relu Round Selu Shrink Sigmoid Sign Sin Sinh Softmax Softplus Softsign Sqrt Swish Tan "
                    "Tanh ThresholdedRelu Trilu LayerNormalization RMSNormalization GroupNormalization "
                    "InstanceNormalization ScatterElements ScatterND"),
    **_named(merged, "Add Sub Mul Pow Max Min Sum Mean PRelu Where And Or Xor Equal Greater GreaterOrEqual Less "
                     "LessOrEqual Neg Not Floor Ceil BitShift BitwiseAnd BitwiseOr BitwiseXor"),
    **_named(divided, "Div Mod"),
    **_named(of_kind(BOOL), "IsNaN IsInf"),
    **_named(of_kind(FLOAT), "DequantizeLinear"),
    **_named(of_kind(UINT8), "QuantizeLinear"),
    "BatchNormalization": normalized,
    "Cast": cast,
    "Dropout": with_mask,
    "DynamicQuantizeLinear": quantized,
    "Identity": identity,
}  # fmt: skip  # one line an operator says no more
