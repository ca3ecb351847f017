"""An exchange and an operation, driven by hand: nothing is sent, and nobody waits."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from latentd.client import Retries, ServerBusyError, ServerUnreachableError
from latentd.client.exchange import Exchange, Pause, exchange
from latentd.client.operation import Volley, only
from latentd.client.retries import PATIENT

REQUEST = httpx.Request("GET", "http://latentd/models")
JSON = "application/json"
BUSY = httpx.Response(
    503,
    json={"type": "/docs#not-ready", "title": "t", "status": 503, "detail": "loading"},
    headers={"Content-Type": "application/problem+json", "Retry-After": "2"},
    request=REQUEST,
)
DONE = httpx.Response(200, json={}, request=REQUEST)


def test_a_request_is_sent_and_its_answer_given() -> None:
    going = exchange(REQUEST, JSON, PATIENT)
    assert next(going) is REQUEST
    with pytest.raises(StopIteration) as ended:
        going.send(DONE)
    assert ended.value.value is DONE


def test_between_attempts_it_asks_for_a_pause() -> None:
    going = exchange(REQUEST, JSON, PATIENT)
    next(going)
    pause = going.send(BUSY)
    assert isinstance(pause, Pause)
    assert 2 <= pause.seconds <= 2.1
    assert going.send(None) is REQUEST
    pause = going.send(httpx.ConnectError("refused"))
    assert isinstance(pause, Pause)
    assert pause.seconds <= 0.2
    assert going.send(None) is REQUEST
    with pytest.raises(StopIteration):
        going.send(DONE)


@pytest.mark.parametrize(
    ("outcome", "error"), [(BUSY, ServerBusyError), (httpx.ConnectError("refused"), ServerUnreachableError)]
)
def test_at_the_end_of_its_patience_it_raises_what_came_last(
    outcome: httpx.Response | httpx.TransportError, error: type[Exception]
) -> None:
    going = exchange(REQUEST, JSON, Retries(attempts=1))
    next(going)
    with pytest.raises(error):
        going.send(outcome)


def test_an_operation_of_one_exchange_gives_its_result() -> None:
    def answering() -> Exchange[int]:
        yield REQUEST
        return 7

    operation = only(answering())
    volley = next(operation)
    assert volley.at_once == 1
    (going,) = volley.exchanges
    next(going)
    with pytest.raises(StopIteration) as ended:
        going.send(DONE)
    volley.take(ended.value.value)
    with pytest.raises(StopIteration) as over:
        next(operation)
    assert over.value.value == 7


def test_exchanges_of_a_volley_are_made_when_their_turn_has_come() -> None:
    made: list[int] = []

    def making() -> Iterator[Exchange[int]]:
        for number in range(3):
            made.append(number)
            yield only_value(number)

    def only_value(number: int) -> Exchange[int]:
        yield REQUEST
        return number

    volley = Volley(making(), lambda _: None)
    turns = iter(volley.exchanges)
    next(turns)
    assert made == [0]
