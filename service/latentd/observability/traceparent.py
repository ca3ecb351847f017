"""W3C Trace Context (https://www.w3.org/TR/trace-context/): which trace a request is part of."""

from __future__ import annotations

import re

from starlette.types import Scope

HEADER = b"traceparent"

_FORM = re.compile(rb"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?")


def trace_id_of(scope: Scope) -> str | None:
    """The id of the trace that the client names, 32 hexadecimal digits; None where it names none."""
    found = [value for name, value in scope.get("headers", ()) if name == HEADER]
    match = _FORM.fullmatch(found[0]) if len(found) == 1 else None
    return match[1].decode("ascii") if match else None
