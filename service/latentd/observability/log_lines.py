"""A log record as one line: JSON for machines, text for people. Nothing in it can end the line or pass for another."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from select import PIPE_BUF
from typing import Any

import orjson

from latentd.observability.log_fields import TRACEBACK, Fields, fields_of

MOST_BYTES = PIPE_BUF
"""What POSIX writes whole, whoever else writes to the same pipe: lines of several processes do not mix."""

Form = Callable[[Fields], bytes]

_CUT = "..."
_LEAST = 64  # characters of a text that are left of it
_OWN = ("time", "level", "logger", "message", "pid", TRACEBACK)  # what as_text() has a place for


def line_of(record: logging.LogRecord, form: Form) -> bytes:
    """The line of a record, with its end. Of one that is too long the longest texts are cut."""
    fields = fields_of(record)
    line = form(fields)
    while len(line) > MOST_BYTES and _cut(fields, len(line) - MOST_BYTES):
        line = form(fields)
    return line


def _cut(fields: Fields, excess: int) -> bool:
    """Shorten the longest text, if there is one left that is long. Of a traceback the end says most."""
    texts = {name: value for name, value in fields.items() if isinstance(value, str) and len(value) > _LEAST}
    if not texts:
        return False
    name = max(texts, key=lambda each: len(texts[each]))
    text = texts[name]
    length = max(_LEAST, len(text) - excess) - len(_CUT)
    fields[name] = _CUT + text[-length:] if name == TRACEBACK else text[:length] + _CUT
    return True


def as_json(fields: Fields) -> bytes:
    """One object in ASCII: what is not is escaped, for some programs end lines at more than line feeds."""
    try:
        line = orjson.dumps(fields)
    except TypeError:  # half of a surrogate pair, or a value of some other type
        line = b"\xff"
    return (line if line.isascii() else json.dumps(fields, default=str).encode()) + b"\n"


def as_text(fields: Fields) -> bytes:
    """Time, level, logger and message, then the fields as name=value; a traceback below, each line of it indented."""
    further = [f"{name}={_word(value)}" for name, value in fields.items() if name not in _OWN and value is not None]
    lead = f"{fields['time']} {fields['level'].upper():8} {fields['logger']} [{fields['pid']}]: "
    lines = [lead + " ".join([_visible(fields["message"]), *further])]
    lines += ["    " + _visible(line) for line in fields.get(TRACEBACK, "").splitlines()]
    return ("\n".join(lines) + "\n").encode("utf-8")


def _word(value: Any) -> str:
    """A value without a space outside quotes, so that it cannot pass for two."""
    if not isinstance(value, str):
        return json.dumps(value, default=str)
    return json.dumps(value) if not value.isprintable() or any(each in ' "=' for each in value) else value


def _visible(text: str) -> str:
    """With escapes in the place of all that moves a cursor, ends a line or cannot be seen."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)


FORMS: dict[str, Form] = {"json": as_json, "text": as_text}
