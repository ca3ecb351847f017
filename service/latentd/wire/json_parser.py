"""JSON text -> simdjson's view of it. What simdjson refuses is looked at again, which costs far more than parsing."""

from __future__ import annotations

import math
import re
import threading
from contextlib import suppress
from typing import Any

import numpy as np
import orjson
import simdjson

from latentd.errors import BodyUnreadableError
from latentd.wire.json_limits import DEFAULT, JsonLimits

ERRORS = (ValueError, RuntimeError, MemoryError)
"""What simdjson raises for text that is not JSON (RuntimeError where it nests too deeply)."""

MAX_BYTES = 256 * 1024
"""The longest text that is looked at again."""

KEPT_BYTES = 1024 * 1024
"""The longest text that is parsed with a parser that is kept: it stays as large as ten times what it has parsed."""

_DEPTH_ERROR = "DEPTH_ERROR"
_WIDTH_ERRORS = ("BIGINT_ERROR", "NUMBER_ERROR")
# Only such as these are past 64 bits or past a double: an exponent of two digits behind eighteen others is far within.
_WIDE = re.compile(rb"(?<![\w.+-])-?(?:[1-9]\d{18,}(?:\.\d+)?(?:[eE][+-]?\d+)?|(?:0|[1-9]\d*)(?:\.\d+)?[eE]\+?\d{3,})")
_PAST_FLOAT32 = b"1e300"


class _KeptParser(threading.local):
    """One parser for each thread, used again: the memory of a new one costs twice what parsing costs.

    It cannot be used while objects of its last document live, such as in an error's traceback; then a new one takes its
    place.
    """

    def __init__(self) -> None:
        self._parser = simdjson.Parser()

    def parse(self, text: bytes) -> Any:
        """The document. Raises what simdjson raises."""
        try:
            return self._parser.parse(text)
        except RuntimeError:  # or it nests too deeply, as the new one will find too
            self._parser = simdjson.Parser()
            return self._parser.parse(text)


_kept = _KeptParser()


def parse(text: bytes, limits: JsonLimits = DEFAULT) -> Any:
    """The document, whose objects live as long as it does.

    Raises BodyUnreadableError where it is not JSON, and JsonTooComplexError where it nests as deep as nobody reads.
    """
    try:
        return parse_strictly(text)
    except ERRORS as error:
        if str(error).startswith(_DEPTH_ERROR):
            raise limits.too_deep() from None
        plain = narrowed(text, error)
    if plain is not text:
        with suppress(*ERRORS):
            return simdjson.Parser().parse(plain)
    if _nests_deeper(text[:MAX_BYTES], limits.depth):
        raise limits.too_deep()
    raise BodyUnreadableError(explain(text))


def parse_strictly(text: bytes) -> Any:
    """The document. Raises what simdjson raises."""
    return _kept.parse(text) if len(text) <= KEPT_BYTES else simdjson.Parser().parse(text)


def narrowed(text: bytes, error: Exception) -> bytes:
    """The text that gave simdjson's `error`, with each number in a form that it parses.

    A wide integer becomes a floating-point number; what not even a double holds becomes a number that no float32 holds,
    to be refused like any other such. It is the very same text where the width of numbers is not the fault. A number
    inside a string may change as well: a string is refused in a number's place, whatever it says.
    """
    if len(text) > MAX_BYTES or not str(error).startswith(_WIDTH_ERRORS):
        return text
    return _WIDE.sub(_narrow, text)


def explain(text: bytes) -> str:
    """Why `text` is no JSON, with the place and what stands there, in words for whoever wrote it."""
    if len(text) > MAX_BYTES:
        return f"the body is not JSON, or has numbers past 64 bits; past {MAX_BYTES} bytes nobody looks which"
    try:
        orjson.loads(text.decode())
    except UnicodeDecodeError as error:
        return f"the body is not JSON: byte {error.start} is not UTF-8"
    except orjson.JSONDecodeError as error:
        found = error.doc[error.pos : error.pos + 16]
        what = f": {found!r}" if found else ""
        return f"the body is not JSON: {error.msg} (line {error.lineno}, column {error.colno}{what})"
    return "the body is JSON of a kind that is not read: it nests too deeply"


def _nests_deeper(text: bytes, depth: int) -> bool:
    """Are more brackets opened than closed somewhere, by so many? It is no JSON, so that strings do not matter."""
    codes = np.frombuffer(text, np.uint8) & ~np.uint8(ord(" "))  # which is what parts [ from {
    steps = (codes == ord("[")).astype(np.int32) - (codes == ord("]"))
    return bool(steps.size) and int(steps.cumsum().max()) > depth


def _narrow(number: re.Match[bytes]) -> bytes:
    text = number[0]
    if math.isinf(float(text)):
        return b"-" * text.startswith(b"-") + _PAST_FLOAT32
    return text if re.search(rb"[.eE]", text) else text + b"e0"
