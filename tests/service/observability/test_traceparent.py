"""traceparent: the examples of the standard, and what is none."""

from __future__ import annotations

import pytest

from latentd.observability.traceparent import trace_id_of

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = "00f067aa0ba902b7"


def scope_of(*values: str) -> dict[str, object]:
    return {"headers": [(b"host", b"x"), *((b"traceparent", value.encode("latin-1")) for value in values)]}


@pytest.mark.parametrize("value", [f"00-{TRACE}-{PARENT}-01", f"00-{TRACE}-{PARENT}-00", f"cc-{TRACE}-{PARENT}-01-new"])
def test_the_trace_is_read(value: str) -> None:
    assert trace_id_of(scope_of(value)) == TRACE


@pytest.mark.parametrize(
    "value",
    [
        "",
        TRACE,
        f"ff-{TRACE}-{PARENT}-01",
        f"00-{'0' * 32}-{PARENT}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE.upper()}-{PARENT}-01",
        f"00-{TRACE}-{PARENT}-01\n",
        f"00-{TRACE[1:]}-{PARENT}-01",
    ],
)
def test_what_is_none_is_ignored(value: str) -> None:
    assert trace_id_of(scope_of(value)) is None


def test_none_or_two_are_ignored() -> None:
    assert trace_id_of(scope_of()) is None
    assert trace_id_of(scope_of(f"00-{TRACE}-{PARENT}-01", f"00-{TRACE}-{PARENT}-01")) is None
