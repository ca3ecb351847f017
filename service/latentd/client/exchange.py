"""One request until it has its answer, without sending anything: whoever drives it does that.

As in httpx's own auth flows, the logic is a generator. It yields what is to be done and is sent what came of it, so
that the same code serves a client that blocks and one that awaits (decision 7).
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TypeVar

import httpx

from latentd.client.answers import check_answer, fault_of
from latentd.client.retries import Retries

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait so many seconds; what came of it is None."""

    seconds: float


Step = httpx.Request | Pause
Outcome = httpx.Response | httpx.RequestError | None
Exchange = Generator[Step, Outcome, Result]


def exchange(request: httpx.Request, media_type: str, retries: Retries) -> Exchange[httpx.Response]:
    """Send the request, again where that may help; give the answer, which is of that media type.

    Raises ClientError.
    """
    attempts = retries.begin()
    while True:
        outcome = yield request
        assert outcome is not None, "a request has an answer or a fault"
        if isinstance(outcome, httpx.Response) and outcome.is_success:
            return check_answer(outcome, media_type)
        pause = attempts.pause_after(outcome)
        if pause is None:
            raise fault_of(outcome, request)
        yield Pause(pause)
