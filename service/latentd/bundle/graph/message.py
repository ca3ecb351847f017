"""Messages in protocol buffers' wire format, read without a schema.

https://protobuf.dev/programming-guides/encoding
"""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Iterator
from typing import TypeVar

MAX_FIELDS = 200_000
"""A graph of a thousand layers has some ten thousand fields; to walk through more takes longer than to run it."""

VARINT, EIGHT_BYTES, LENGTH, FOUR_BYTES = 0, 1, 2, 5
_FIXED = {EIGHT_BYTES: 8, FOUR_BYTES: 4}
_LONGEST_VARINT = 70  # bits in ten bytes of seven
MAX_NUMBER = 1 << 29
_SIGN, _WORD = 1 << 63, 1 << 64

Value = int | memoryview
Found = TypeVar("Found")


class Reader:
    """Reads the messages of one file, of so many fields at most in all."""

    def __init__(self) -> None:
        self._left = MAX_FIELDS

    def read(self, content: memoryview) -> Message:
        """The fields of one message. Raises ValueError where it is none, or where there are too many."""
        fields: defaultdict[int, list[tuple[int, Value]]] = defaultdict(list)
        for number, kind, value in _fields_of(content):
            self._left -= 1
            if self._left < 0:
                raise ValueError(f"it is no graph that is read here: it has more than {MAX_FIELDS} parts")
            fields[number].append((kind, value))
        return Message(self, fields)


class Message:
    """The fields of a message by their numbers; those of another type than it asks for are ignored, as protobuf does.

    A field of which there should be one is refused where it is given twice, for readers differ in what they make of it.
    """

    def __init__(self, reader: Reader, fields: dict[int, list[tuple[int, Value]]]) -> None:
        self._reader = reader
        self._fields = fields

    def __contains__(self, number: int) -> bool:
        return number in self._fields

    def messages(self, number: int) -> Iterator[Message]:
        return (self._reader.read(content) for content in self.contents(number))

    def message(self, number: int) -> Message | None:
        content = _only(self.contents(number))
        return None if content is None else self._reader.read(content)

    def contents(self, number: int) -> list[memoryview]:
        """What has a length: bytes, texts, messages."""
        return [value for kind, value in self._sized(number) if kind == LENGTH]

    def content(self, number: int) -> memoryview | None:
        return _only(self.contents(number))

    def text(self, number: int) -> bytes:
        """Bytes as they stand there; empty where there are none."""
        return bytes(self.content(number) or b"")

    def integer(self, number: int, default: int = 0) -> int:
        """A signed number of 64 bits."""
        found = _only([value for _, value in self._fields.get(number, ()) if isinstance(value, int)])
        return default if found is None else _signed(found)

    def integers(self, number: int) -> list[int]:
        """Signed numbers of 64 bits, packed or one by one."""
        found: list[int] = []
        for kind, value in self._fields.get(number, ()):
            if isinstance(value, int):
                found.append(_signed(value))
            elif kind == LENGTH:
                found += _packed(value)
        return found

    def floats(self, number: int) -> list[float]:
        """Numbers of 32 bits, packed or one by one. Raises ValueError for what are no whole ones."""
        content = b"".join(value for kind, value in self._sized(number) if kind in {LENGTH, FOUR_BYTES})
        if len(content) % 4:
            raise ValueError("it is no ONNX file: a number has less than four bytes")
        return list(struct.unpack(f"<{len(content) // 4}f", content))

    def size(self, number: int) -> int:
        """The bytes of a field's entries, each number counted as one."""
        return sum(1 if isinstance(value, int) else len(value) for _, value in self._fields.get(number, ()))

    def _sized(self, number: int) -> Iterator[tuple[int, memoryview]]:
        return ((kind, value) for kind, value in self._fields.get(number, ()) if isinstance(value, memoryview))


def _only(found: list[Found]) -> Found | None:
    if len(found) > 1:
        raise ValueError("it is no ONNX file: what there is one of is given twice")
    return found[0] if found else None


def _signed(value: int) -> int:
    value %= _WORD
    return value - _WORD if value >= _SIGN else value


def _packed(content: memoryview) -> Iterator[int]:
    place = 0
    while place < len(content):
        value, place = _varint_at(content, place)
        yield _signed(value)


def _fields_of(message: memoryview) -> Iterator[tuple[int, int, Value]]:
    """Number, kind and value of each field."""
    place = 0
    while place < len(message):
        key, place = _varint_at(message, place)
        number, kind = key >> 3, key & 7
        if not 0 < number < MAX_NUMBER:  # protobuf would take the lower bits of a larger one for it
            raise ValueError("it is no ONNX file: a field has a number that there is not")
        if kind == VARINT:
            value, place = _varint_at(message, place)
            yield number, kind, value
            continue
        if kind == LENGTH:
            size, place = _varint_at(message, place)
        elif kind in _FIXED:
            size = _FIXED[kind]
        else:
            raise ValueError(f"it is no ONNX file: a field is of the unknown kind {kind}")
        if size > len(message) - place:
            raise ValueError("it is no ONNX file: a field goes on past the end")
        yield number, kind, message[place : place + size]
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
