"""What a log record has to say, name by name."""

from __future__ import annotations

import logging
import time
from functools import lru_cache
from typing import Any

FIELDS = "fields"
"""The attribute of a record that holds its further fields: `logger.info("…", extra={FIELDS: {"model": name}})`."""

TRACEBACK = "traceback"

Fields = dict[str, Any]

_formatter = logging.Formatter()


def fields_of(record: logging.LogRecord) -> Fields:
    """When, how severe, who, what and in which process; then its further fields, and the traceback of an error."""
    fields: Fields = {
        "time": f"{_second(int(record.created))}.{int(record.msecs):03}Z",
        "level": record.levelname.lower(),
        "logger": record.name,
        "message": record.getMessage(),
        "pid": record.process,
        **getattr(record, FIELDS, {}),
    }
    if record.exc_info:
        fields[TRACEBACK] = _formatter.formatException(record.exc_info)
    return fields


@lru_cache(1)
def _second(seconds: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
