"""One line for each record, whatever is in it."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentd.observability.log_fields import FIELDS
from latentd.observability.log_lines import FORMS, MOST_BYTES, Form, as_json, as_text, line_of

FORGED = '\n{"level":"info"}\r\x1b[2J\u2028\u202e\x85\x00\ud800'


def line(form: Form, message: str, error: Exception | None = None, **fields: Any) -> bytes:
    exc_info = (type(error), error, error.__traceback__) if error else None
    record = logging.makeLogRecord(
        {"name": "latentd.test", "levelname": "ERROR", "msg": message, "exc_info": exc_info, FIELDS: fields}
    )
    return line_of(record, form)


def test_json_is_one_object_a_line() -> None:
    told = line(as_json, "a message", request_id="7", rows=3, read_ms=0.25, models=["toy/1"])
    assert told.endswith(b"}\n")
    fields = json.loads(told)
    assert (fields["level"], fields["logger"], fields["message"]) == ("error", "latentd.test", "a message")
    assert (fields["request_id"], fields["rows"], fields["read_ms"], fields["models"]) == ("7", 3, 0.25, ["toy/1"])


def test_text_is_for_people() -> None:
    told = line(as_text, "a message", request_id="7", rows=3).decode()
    _, _, rest = told.partition(" ")
    assert rest.startswith("ERROR    latentd.test [")
    assert rest.endswith("]: a message request_id=7 rows=3\n")


@pytest.mark.parametrize("form", FORMS.values())
@given(message=st.text(), value=st.text())
def test_nothing_ends_a_line_or_moves_a_cursor(form: Form, message: str, value: str) -> None:
    told = line(form, message.replace("%", ""), value=value)
    text = told.decode("utf-8")
    assert text.splitlines() == [text[:-1]]
    assert text[:-1].replace("\x7f", "").isprintable()  # JSON may hold a DEL


@pytest.mark.parametrize("form", FORMS.values())
def test_what_a_client_forges_stays_inside(form: Form) -> None:
    told = line(form, f"no route {FORGED}", path=FORGED).decode("utf-8")
    assert len(told.splitlines()) == 1
    assert "\x1b" not in told
    if form is as_json:
        assert json.loads(told)["path"] == FORGED


def test_a_value_cannot_pass_for_two_in_text() -> None:
    told = line(as_text, "x", key='a status=200 level="info"').decode()
    assert told.endswith('x key="a status=200 level=\\"info\\""\n')


def test_a_traceback_stands_indented_below_in_text() -> None:
    told = line(as_text, "failed", ValueError("first\n2026-11-22T00:00:00.000Z INFO forged")).decode()
    first, *below = told.splitlines()
    assert first.endswith("failed")
    assert below
    assert all(each.startswith("    ") for each in below)


def test_json_has_the_traceback_in_its_line() -> None:
    fields = json.loads(line(as_json, "failed", ValueError("reason")))
    assert fields["traceback"] == "ValueError: reason"


def test_a_value_of_any_type_is_told() -> None:
    assert json.loads(line(as_json, "x", folder=Path("models")))["folder"] == "models"
    assert line(as_text, "x", folder=Path("models")).endswith(b'x folder="models"\n')


@pytest.mark.parametrize("form", FORMS.values())
@pytest.mark.parametrize("text", ["a" * 10_000, "\n" * 10_000, "\u20ac" * 10_000, '"' * 10_000])
def test_a_line_is_never_longer_than_what_is_written_whole(form: Form, text: str) -> None:
    told = line(form, text, ValueError(text), path=text)
    assert len(told) <= MOST_BYTES
    assert told.endswith(b"\n")
    assert b"..." in told


def test_the_end_of_a_long_traceback_is_kept() -> None:
    def deep(levels: int) -> None:
        if levels:
            deep(levels - 1)
        raise ValueError("x" * 4000 + " the reason")

    with pytest.raises(ValueError, match="the reason") as caught:
        deep(50)
    fields = json.loads(line(as_json, "failed", caught.value))
    assert fields["message"] == "failed"
    assert fields["traceback"].startswith("...")
    assert fields["traceback"].endswith("the reason")


def test_what_cannot_be_cut_is_written_all_the_same() -> None:
    numbers = list(range(5000))
    assert json.loads(line(as_json, "x", numbers=numbers))["numbers"] == numbers
