"""What the process writes of itself: one line for each thing that happens, on the standard error."""

from __future__ import annotations

import logging
import logging.config
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Literal

from latentd.errors import LatentdError
from latentd.observability.log_lines import FORMS, line_of
from latentd.settings import Settings

STANDARD_ERROR = 2

logger = logging.getLogger(__name__)


class LineHandler(logging.Handler):
    """Writes each record at once and whole, in one of the FORMS. A log that cannot be written holds nobody up."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self._form = FORMS[form]

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = line_of(record, self._form)
        except Exception:  # noqa: BLE001 - whatever a message is made of, saying it must not break what it is about
            self.handleError(record)
            return
        with suppress(OSError):
            os.write(STANDARD_ERROR, line)


def form_of(settings: Settings) -> Literal["json", "text"]:
    """How lines are written: as the settings say, else for people on a terminal and for machines elsewhere."""
    if settings.log_format == "auto":
        return "text" if os.isatty(STANDARD_ERROR) else "json"
    return settings.log_format


def log_config(settings: Settings) -> dict[str, Any]:
    """For `logging.config.dictConfig`, and for uvicorn, which hands it on to its workers: one handler for all."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "handlers": {"lines": {"()": LineHandler, "form": form_of(settings)}},
        "root": {"level": settings.log_level.upper(), "handlers": ["lines"]},
    }


@contextmanager
def logging_to_standard_error(settings: Settings) -> Iterator[None]:
    """From here on. An error that ends the program is a line like any other, where lines are for machines."""
    logging.config.dictConfig(log_config(settings))
    logging.captureWarnings(capture=True)
    try:
        yield
    except LatentdError as error:
        if form_of(settings) == "text":
            raise
        logger.critical("%s", error)
        raise SystemExit(1) from None
