"""The access log: a line for a share of all answers, for each that failed, and for what was no request."""

from __future__ import annotations

import logging
import time
from typing import Any

from latentd.observability.log_fields import FIELDS
from latentd.observability.report import Report
from latentd.observability.traceparent import trace_id_of

logger = logging.getLogger("latentd.access")

GOLDEN_RATIO = 0.6180339887498949
MOST_REFUSALS = 8
"""How many lines a second tell of 503: a service that has too much to do must not be busy with saying so.

As many tell of what is no request, or came too slowly: clients choose how often that is.
"""

_MILLISECOND = 1e6  # in nanoseconds


class AccessLog:
    """Tells of that `share` of the answers, 0 to 1, and of all that failed.

    Multiples of the golden ratio fall evenly everywhere between 0 and 1 (Weyl 1916): the share is exact, clients cannot
    choose what is told, and no regularity in what they ask hides a part of it.
    """

    def __init__(self, share: float) -> None:
        self._share = share
        self._turn = 0.0
        self._refusals, self._unheard = _Trickle(), _Trickle()

    def tell(self, report: Report) -> None:
        """Write the line of an answer, if it is one to be told of."""
        self._turn = (self._turn + GOLDEN_RATIO) % 1.0
        if report.status == 503:
            if self._refusals.lets_one_through():
                _write(logging.WARNING, report, omitted=self._refusals.take_omitted())
        elif report.status >= 500:
            _write(logging.ERROR, report)
        elif self._turn < self._share:
            _write(logging.INFO, report)

    def tell_unheard(self, status: int, reason: str, client: str | None) -> None:
        """Write why something got no further than the connection, whatever the share."""
        if self._unheard.lets_one_through():
            told = {"status": int(status), "reason": reason, "client": client, "omitted": self._unheard.take_omitted()}
            fields = {name: value for name, value in told.items() if value is not None}
            level = logging.WARNING if status >= 500 else logging.INFO
            logger.log(level, "- - %d: %s", status, reason, extra={FIELDS: fields})


class _Trickle:
    """Lets so many through in a second, and counts the others."""

    def __init__(self) -> None:
        self._second = self._told = self._omitted = 0

    def lets_one_through(self) -> bool:
        second = int(time.monotonic())
        if second != self._second:
            self._second, self._told = second, 0
        self._told += 1
        if self._told > MOST_REFUSALS:
            self._omitted += 1
            return False
        return True

    def take_omitted(self) -> int | None:
        """How many were not let through since somebody asked; None for none."""
        omitted, self._omitted = self._omitted, 0
        return omitted or None


def _write(level: int, report: Report, **further: Any) -> None:
    if logger.isEnabledFor(level):
        told = {name: value for name, value in {**_fields_of(report), **further}.items() if value is not None}
        logger.log(level, "%s %s %d", report.method, report.route or "-", report.status, extra={FIELDS: told})


def _fields_of(report: Report) -> dict[str, Any]:
    manifest = report.model.manifest if report.model else None
    return {
        "request_id": report.request_id,
        "trace_id": report.trace_id or trace_id_of(report.scope),
        "key": report.key_name,
        "method": report.method,
        "route": report.route or None,
        "status": report.status,
        "model": manifest and manifest.name,
        "version": manifest and manifest.version,
        "graph": report.graph or None,
        "rows": report.rows or None,
        "duration_ms": round(report.ns / _MILLISECOND, 3),
        **{f"{phase}_ms": round(ns / _MILLISECOND, 3) for phase, ns in report.phases.items()},
    }
