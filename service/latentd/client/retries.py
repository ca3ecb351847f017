"""When a request is sent again, and after how long a pause."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import httpx

from latentd.client.errors import ParameterInvalidError

RETRIED_STATUSES = frozenset({429, 502, 503, 504})
"""Too many requests, and what a proxy or a server says that cannot answer now."""

RETRIED_FAULTS = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ReadError,
    httpx.RemoteProtocolError,
    httpx.WriteError,
)
"""Connections that break or never come about. A read that times out is not among them: the caller's time is up."""


@dataclass(frozen=True, slots=True)
class Retries:
    """How patiently a client tries again. All that latentd computes is a pure function of the request: it is safe.

    A request is sent at most `attempts` times, and not again when more than `deadline` seconds would have passed since
    the first time. The k-th pause is drawn evenly from 0 to `first_pause` · 2^k seconds, at most `longest_pause` (full
    jitter: Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015), and comes after whatever the
    server's Retry-After asks for. `Retries(attempts=1)` never tries again.
    """

    attempts: int = 6
    deadline: float = 30.0
    first_pause: float = 0.1
    longest_pause: float = 5.0

    def __post_init__(self) -> None:
        """Raises ParameterInvalidError for what cannot be counted or waited for."""
        attempts: object = self.attempts
        if not isinstance(attempts, int) or attempts < 1:
            raise ParameterInvalidError.foreseen(f"expected attempts as a whole number from 1 on; got {attempts!r}")
        for name in ("deadline", "first_pause", "longest_pause"):
            seconds: float = getattr(self, name)
            if not seconds >= 0:
                raise ParameterInvalidError.foreseen(f"expected {name} as seconds from 0 on; got {seconds}")

    def begin(self, clock: Callable[[], float] = time.monotonic) -> Attempts:
        """Count from the first attempt, which is being made."""
        return Attempts(self, clock)


PATIENT = Retries()
"""What a client does unless it is told otherwise."""


class Attempts:
    """The attempts at one request."""

    def __init__(self, retries: Retries, clock: Callable[[], float]) -> None:
        self._retries = retries
        self._clock = clock
        self._began = clock()
        self._made = 1

    def pause_after(self, outcome: httpx.Response | httpx.RequestError) -> float | None:
        """How many seconds to wait before the next attempt; None where there is to be none."""
        if not _may_go_well_later(outcome) or self._made >= self._retries.attempts:
            return None
        longest = min(self._retries.longest_pause, self._retries.first_pause * 2 ** (self._made - 1))
        pause = _asked_for(outcome) + random.uniform(0, longest)  # noqa: S311 - jitter is no secret
        self._made += 1
        return pause if self._clock() - self._began + pause <= self._retries.deadline else None


def _may_go_well_later(outcome: httpx.Response | httpx.RequestError) -> bool:
    if isinstance(outcome, httpx.Response):
        return outcome.status_code in RETRIED_STATUSES
    return isinstance(outcome, RETRIED_FAULTS)


def _asked_for(outcome: httpx.Response | httpx.RequestError) -> float:
    """The seconds in Retry-After, which may be a date as well (RFC 9110, section 10.2.3); 0 without it."""
    text = outcome.headers.get("retry-after", "").strip() if isinstance(outcome, httpx.Response) else ""
    if text.isdecimal():
        return float(text)
    then = _time_of(text)
    return max(0.0, then - time.time()) if then is not None else 0.0


def _time_of(text: str) -> float | None:
    try:
        return parsedate_to_datetime(text).timestamp()
    except ValueError:
        return None
