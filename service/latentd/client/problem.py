"""A problem (RFC 9457), as the server tells it or as a client sees it coming."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Problem:
    """The fields of a problem. `errors` name the part at fault by `pointer` or `parameter`.

    `request_id` is the one that the server's log has, empty where nothing was sent.
    """

    type: str
    title: str
    status: int
    detail: str
    instance: str = ""
    errors: tuple[Mapping[str, str], ...] = ()
    request_id: str = ""

    @classmethod
    def of(cls, fields: Mapping[str, Any], request_id: str) -> Self:
        """The problem in an answer."""
        return cls(
            **{name: str(fields[name]) for name in ("type", "title", "detail")},
            status=int(fields["status"]),
            instance=str(fields.get("instance", "")),
            errors=tuple({key: str(value) for key, value in fault.items()} for fault in fields.get("errors", ())),
            request_id=request_id,
        )

    @property
    def slug(self) -> str:
        """Which problem it is: the end of its `type`, such as `shape-mismatch`."""
        return self.type.rpartition("#")[2]

    def moved(self, first: int, rows: int) -> Self:
        """The problem of a chunk as one of the whole array: the chunk is so many `rows` from row `first` on."""

        def move(text: str) -> str:
            for pointer in pointers:
                text = text.replace(pointer, _move(pointer, first))
            return _tell_of_part(text, first, rows)

        pointers = [fault["pointer"] for fault in self.errors if fault.get("pointer")]
        faults = tuple({name: move(text) for name, text in fault.items()} for fault in self.errors)
        return replace(self, errors=faults, detail=move(self.detail))


def _move(pointer: str, rows: int) -> str:
    """`/inputs/3/5` with the row so many further on."""
    parts = pointer.split("/")
    if len(parts) > 2 and parts[2].isdecimal():
        parts[2] = str(int(parts[2]) + rows)
    return "/".join(parts)


def _tell_of_part(text: str, first: int, rows: int) -> str:
    """What a server says of all that it was sent, and of a row in that, as it is true of the whole."""
    text = re.sub(r"\brow (\d+)\b", lambda found: f"row {int(found[1]) + first}", text)
    return text.replace("such values in all", f"such values in rows {first} to {first + rows - 1}")
