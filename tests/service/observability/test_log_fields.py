"""What a record has to say: the same names for all, and what is its own beside them."""

from __future__ import annotations

import logging
import os
import re
from datetime import UTC, datetime

from latentd.observability.log_fields import FIELDS, TRACEBACK, fields_of


def record(message: str = "loaded %s", *arguments: object, **extra: object) -> logging.LogRecord:
    return logging.getLogger("latentd.test").makeRecord(
        "latentd.test", logging.INFO, "file.py", 1, message, arguments, None, extra={FIELDS: extra}
    )


def test_it_says_when_how_severe_who_what_and_in_which_process() -> None:
    fields = fields_of(record("loaded %s", "toy", rows=3))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", fields["time"])
    assert abs((datetime.fromisoformat(fields["time"]) - datetime.now(UTC)).total_seconds()) < 60
    del fields["time"]
    assert fields == {
        "level": "info",
        "logger": "latentd.test",
        "message": "loaded toy",
        "pid": os.getpid(),
        "rows": 3,
    }


def test_the_time_is_that_of_the_record_to_the_millisecond() -> None:
    told = record("x")
    told.created, told.msecs = 1_700_000_000.042, 42.9
    assert fields_of(told)["time"] == "2023-11-14T22:13:20.042Z"


def test_an_error_has_its_traceback() -> None:
    told = record("x")
    error = ZeroDivisionError("reason")
    told.exc_info = (type(error), error, error.__traceback__)
    traceback = fields_of(told)[TRACEBACK]
    assert traceback == "ZeroDivisionError: reason"
