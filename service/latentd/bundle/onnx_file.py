"""What an ONNX file asks of whoever runs it, found out without the onnx package and before onnxruntime sees it.

The file is a message in protocol buffers' wire format (https://protobuf.dev/programming-guides/encoding). Only the
fields that matter are followed, by the numbers that onnx.proto gives them; weights are passed over where they lie.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

STANDARD_DOMAINS = (b"", b"ai.onnx")
RANDOM = (b"Bernoulli", b"Multinomial", b"RandomNormal", b"RandomNormalLike", b"RandomUniform", b"RandomUniformLike")

MAX_FIELDS = 200_000
"""A graph of a thousand layers has some ten thousand fields; to walk through more takes longer than to run it."""

_VARINT, _EIGHT_BYTES, _LENGTH, _FOUR_BYTES = 0, 1, 2, 5
_FIXED = {_EIGHT_BYTES: 8, _FOUR_BYTES: 4}
_LONGEST_VARINT = 70  # bits in ten bytes of seven

Value = int | memoryview
Visit = Callable[["_Walk", Value], None]


def check_graph(content: bytes) -> None:
    """Raise ValueError, with the reason, unless these are standard operators on weights that lie in the file itself.

    No operator may hold a graph (Loop, If, Scan), which may never end, or draw random numbers.
    """
    _Walk().follow(memoryview(content), _MODEL)


class _Walk:
    """A walk through the messages in a file, of so many fields at most. Messages nest no deeper than they are known."""

    def __init__(self) -> None:
        self._left = MAX_FIELDS

    def follow(self, message: Value, visits: Mapping[int, Visit]) -> None:
        """Visit those fields of a message that are named here."""
        if isinstance(message, int):
            return  # of another type than it should be: protocol buffers ignore it, too
        for number, value in _fields_of(message):
            self._left -= 1
            if self._left < 0:
                raise ValueError(f"it is no graph that is read here: it has more than {MAX_FIELDS} parts")
            if visit := visits.get(number):
                visit(self, value)


def _fields_of(message: memoryview) -> Iterator[tuple[int, Value]]:
    place = 0
    while place < len(message):
        key, place = _varint_at(message, place)
        number, kind = key >> 3, key & 7
        if kind == _VARINT:
            value, place = _varint_at(message, place)
            yield number, value
            continue
        if kind == _LENGTH:
            size, place = _varint_at(message, place)
        elif kind in _FIXED:
            size = _FIXED[kind]
        else:
            raise ValueError(f"it is no ONNX file: a field is of the unknown kind {kind}")
        if not number or size > len(message) - place:
            raise ValueError("it is no ONNX file: a field goes on past the end")
        yield number, message[place : place + size]
        place += size


def _varint_at(message: memoryview, place: int) -> tuple[int, int]:
    """A number of seven bits a byte, the lowest first, and the place behind it."""
    value = 0
    for shift in range(0, _LONGEST_VARINT, 7):
        if place >= len(message):
            break
        byte = message[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, place
    raise ValueError("it is no ONNX file: a number goes on past the end")


def _enter(visits: Mapping[int, Visit]) -> Visit:
    return lambda walk, value: walk.follow(value, visits)


def _refuse(reason: str) -> Visit:
    def visit(_walk: _Walk, _value: Value) -> None:
        raise ValueError(reason)

    return visit


def _check_domain(_walk: _Walk, value: Value) -> None:
    domain = b"" if isinstance(value, int) else bytes(value[:80])
    if domain not in STANDARD_DOMAINS:
        raise ValueError(f"an operator is of the domain {domain.decode('utf-8', 'replace')!r}; only ONNX's own are run")


def _check_operator(_walk: _Walk, value: Value) -> None:
    if not isinstance(value, int) and bytes(value[:80]) in RANDOM:
        raise ValueError(f"the operator {bytes(value).decode()} draws random numbers; a graph is deterministic")


def _check_location(_walk: _Walk, value: Value) -> None:
    if value:  # 0 says that they are in the file
        raise ValueError(_EXTERNAL)


_EXTERNAL = "weights lie outside of the file; they have to be in it"
_INNER = _refuse("an operator holds a graph (Loop, If, Scan), which may never end")

# Messages by the numbers of their fields, from the innermost to the whole.
_TENSOR: dict[int, Visit] = {13: _refuse(_EXTERNAL), 14: _check_location}
_SPARSE_TENSOR = {1: _enter(_TENSOR), 2: _enter(_TENSOR)}
_ATTRIBUTE = {
    5: _enter(_TENSOR),
    0xA: _enter(_TENSOR),
    22: _enter(_SPARSE_TENSOR),
    23: _enter(_SPARSE_TENSOR),
    6: _INNER,
    11: _INNER,
}
_NODE = {4: _check_operator, 5: _enter(_ATTRIBUTE), 7: _check_domain}
_GRAPH = {1: _enter(_NODE), 5: _enter(_TENSOR), 15: _enter(_SPARSE_TENSOR)}
_MODEL = {
    7: _enter(_GRAPH),
    20: _refuse("it holds graphs for training"),
    25: _refuse("it holds operators of its own making; only ONNX's own are run"),
}
