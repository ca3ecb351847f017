"""Trying again: when, how often, after how long a pause, and when not."""

from __future__ import annotations

import time
from email.utils import formatdate
from typing import Any

import httpx
import numpy as np
import pytest

from bundles import TOY
from clients import Kind, connected
from latentd.client import (
    AnswerInvalidError,
    ParameterInvalidError,
    Retries,
    ServerBusyError,
    ServerTimeoutError,
    ServerUnreachableError,
    ValueRangeError,
)
from latentd.client.retries import PATIENT
from paced import Paced
from servers import Server
from unreliable import Drop, Reply, Unreliable, unreliable

REQUEST = httpx.Request("GET", "http://latentd/models")
QUICK = Retries(first_pause=0.001)

PROBLEM = Reply(
    503,
    {"Content-Type": "application/problem+json"},
    b'{"type": "/docs#not-ready", "title": "Not ready", "status": 503, "detail": "models are being loaded"}',
)


def answer(status: int, **headers: str) -> httpx.Response:
    return httpx.Response(status, headers={name.replace("_", "-"): text for name, text in headers.items()})


def pauses(retries: Retries, outcome: httpx.Response | httpx.RequestError) -> list[float]:
    """How long it pauses after each attempt that ends so; the clock shows what has been waited."""
    found: list[float] = []
    attempts = retries.begin(clock=lambda: sum(found))
    while (pause := attempts.pause_after(outcome)) is not None:
        found.append(pause)
    return found


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_what_may_go_well_later_is_tried_again(status: int) -> None:
    assert len(pauses(Retries(attempts=4), answer(status))) == 3


@pytest.mark.parametrize("status", [301, 400, 404, 405, 413, 422, 500, 501])
def test_what_will_not_is_not(status: int) -> None:
    assert pauses(PATIENT, answer(status)) == []


@pytest.mark.parametrize(
    ("fault", "again"),
    [
        (httpx.ConnectError("refused"), True),
        (httpx.ConnectTimeout("slow"), True),
        (httpx.ReadError("reset"), True),
        (httpx.WriteError("reset"), True),
        (httpx.RemoteProtocolError("disconnected"), True),
        (httpx.PoolTimeout("busy"), True),
        (httpx.ReadTimeout("slow"), False),
        (httpx.UnsupportedProtocol("ftp"), False),
        (httpx.LocalProtocolError("header"), False),
        (httpx.DecodingError("gzip"), False),
    ],
    ids=lambda value: type(value).__name__,
)
def test_connections_are_tried_again_but_not_the_impossible(fault: httpx.RequestError, again: bool) -> None:
    assert bool(pauses(PATIENT, fault)) is again


def test_pauses_grow_to_a_limit_and_are_never_the_same() -> None:
    retries = Retries(attempts=9, deadline=1e9, first_pause=1, longest_pause=16)
    rounds = np.array([pauses(retries, answer(503)) for _ in range(400)])
    limits = np.array([1, 2, 4, 8, 16, 16, 16, 16])
    assert (rounds <= limits).all()
    np.testing.assert_allclose(rounds.mean(axis=0), limits / 2, rtol=0.15)
    assert len(np.unique(rounds)) == rounds.size


def test_retry_after_comes_before_the_jitter() -> None:
    found = pauses(Retries(attempts=4, deadline=1e9), answer(503, retry_after="7"))
    assert all(7 <= pause <= 7 + 0.1 * 2**index for index, pause in enumerate(found))


def test_retry_after_may_be_a_date() -> None:
    then = formatdate(time.time() + 20, usegmt=True)
    (first, *_) = pauses(Retries(deadline=1e9), answer(503, retry_after=then))
    assert 18 <= first <= 20.2
    past = formatdate(time.time() - 20, usegmt=True)
    assert pauses(Retries(deadline=1e9), answer(503, retry_after=past))[0] <= 0.1


@pytest.mark.parametrize("text", ["", "soon", "-5", "1.5", "Wed, 99 Foo"])
def test_a_retry_after_that_cannot_be_read_is_as_none(text: str) -> None:
    assert pauses(PATIENT, answer(503, retry_after=text))[0] <= PATIENT.first_pause


def test_the_deadline_ends_it_before_the_attempts() -> None:
    found = pauses(Retries(attempts=100, deadline=10), answer(503, retry_after="3"))
    assert len(found) == 3
    assert sum(found) <= 10


def test_a_pause_that_would_pass_the_deadline_is_not_begun() -> None:
    assert pauses(Retries(deadline=30), answer(503, retry_after="31")) == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"attempts": 0}, "expected attempts as a whole number from 1 on; got 0"),
        ({"attempts": 1.5}, "expected attempts as a whole number from 1 on; got 1.5"),
        ({"deadline": -1}, "expected deadline as seconds from 0 on; got -1"),
        ({"first_pause": float("nan")}, "expected first_pause as seconds from 0 on; got nan"),
    ],
)
def test_what_cannot_be_counted_or_waited_for_is_refused(options: dict[str, Any], words: str) -> None:
    with pytest.raises(ParameterInvalidError) as raised:
        Retries(**options)
    assert str(raised.value) == words


def test_one_attempt_is_one() -> None:
    assert pauses(Retries(attempts=1), answer(503)) == []


@pytest.mark.parametrize("act", [Reply(503), Reply(429), Reply(502), Drop(), Drop(40), Drop(200)], ids=str)
def test_a_server_that_recovers_is_not_noticed(kind: Kind, proxy: Unreliable, act: Reply | Drop) -> None:
    proxy.script += [("/encode", act), ("/encode", act), ("/models", act)]
    with connected(kind, proxy.url, retries=QUICK) as latent:
        assert latent.encode(TOY.inputs(3)).latents.shape == (3, 2)
    assert proxy.paths() == ["/models"] * 2 + ["/models/toy"] + ["/encode"] * 3
    bodies = [each.body for each in proxy.seen if each.path.startswith("/encode")]
    assert bodies == [TOY.inputs(3).tobytes()] * 3


def test_it_waits_as_long_as_the_server_asks(kind: Kind, proxy: Unreliable) -> None:
    proxy.script += [("/models", Reply(503, {"Retry-After": "1"}))]
    with connected(kind, proxy.url, retries=QUICK) as latent:
        latent.models()
    first, second = proxy.seen
    assert second.time - first.time >= 1


def test_chunks_are_tried_again_one_by_one(kind: Kind, proxy: Unreliable) -> None:
    proxy.script += [("/encode", Reply(503)), ("/encode", Drop()), ("/encode", Reply(504))]
    with connected(kind, proxy.url, retries=QUICK, chunk_bytes=48 * 7) as latent:
        found = latent.encode(TOY.inputs(60))
        expected = latent.encode(TOY.inputs(60))
    np.testing.assert_array_equal(found.latents, expected.latents)
    assert len(proxy.paths()) == 2 + 9 + 3 + 9


def test_a_server_that_stays_busy_is_an_error_with_what_it_says(kind: Kind, proxy: Unreliable) -> None:
    proxy.script += [("/models", PROBLEM)] * 10
    with (
        connected(kind, proxy.url, retries=Retries(attempts=3, first_pause=0.001)) as latent,
        pytest.raises(ServerBusyError, match="models are being loaded") as raised,
    ):
        latent.models()
    assert (raised.value.problem.slug, raised.value.problem.status) == ("not-ready", 503)
    assert len(proxy.seen) == 3


def test_a_proxy_that_stays_without_its_server_is_an_error(kind: Kind, proxy: Unreliable) -> None:
    proxy.script += [("/models", Reply(502, {"Content-Type": "text/html"}, b"<h1>Bad Gateway</h1>"))] * 10
    with (
        connected(kind, proxy.url, retries=QUICK) as latent,
        pytest.raises(AnswerInvalidError, match="got 502 with text/html that begins b'<h1>Bad Gateway</h1>'") as raised,
    ):
        latent.models()
    assert (raised.value.status, raised.value.media_type) == (502, "text/html")
    assert len(proxy.seen) == PATIENT.attempts


@pytest.mark.parametrize("act", [Drop(), Drop(30), Drop(500)], ids=str)
def test_a_server_that_hangs_up_every_time_is_unreachable(kind: Kind, proxy: Unreliable, act: Drop) -> None:
    proxy.script += [("/models", act)] * 10
    with (
        connected(kind, proxy.url, retries=QUICK) as latent,
        pytest.raises(ConnectionError, match="cannot be reached") as raised,
    ):
        latent.models()
    assert isinstance(raised.value, ServerUnreachableError)
    assert len(proxy.seen) == PATIENT.attempts


def test_a_server_that_is_gone_is_unreachable(kind: Kind) -> None:
    with unreliable() as state:
        pass
    with (
        connected(kind, state.url, retries=QUICK) as latent,
        pytest.raises(ServerUnreachableError, match=f"{state.url}/models cannot be reached: "),
    ):
        latent.models()


def test_a_slow_answer_is_not_waited_for_again(kind: Kind) -> None:
    asked: list[str] = []

    def too_slow(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        raise httpx.ReadTimeout("timed out")

    with (
        connected(kind, "http://latentd", transport=httpx.MockTransport(too_slow)) as latent,
        pytest.raises(TimeoutError, match="http://latentd/models did not answer in time") as raised,
    ):
        latent.models()
    assert isinstance(raised.value, ServerTimeoutError)
    assert asked == ["/models"]


def test_what_the_server_refuses_is_asked_once(kind: Kind, proxy: Unreliable) -> None:
    with connected(kind, proxy.url) as latent, pytest.raises(ParameterInvalidError):
        latent.grid(0)
    assert proxy.paths().count("/grid") == 1


def test_health_is_asked_once_and_raises_nothing(kind: Kind, proxy: Unreliable) -> None:
    with connected(kind, proxy.url) as latent:
        assert latent.live()
        assert latent.ready()
        proxy.script += [("/health", PROBLEM), ("/health", Drop())]
        assert not latent.ready()
        assert not latent.live()
    assert len(proxy.seen) == 4
    with connected(kind, "http://127.0.0.1:1") as latent:
        assert not latent.live()


def test_a_wait_in_one_chunk_ends_when_an_earlier_one_fails(kind: Kind, server: Server) -> None:
    """The later chunk is told to come back much later, and then the earlier one is wrong: nobody waits any more."""
    inputs: Any = TOY.inputs(14)
    inputs[0, 0], inputs[7, 0] = 2, 0.5
    options: dict[str, Any] = {"chunk_bytes": 48 * 7, "retries": Retries(deadline=60)}
    transport = Paced({2: 0.3}, retry_after={0.5: 50})
    began = time.monotonic()
    with (
        connected(kind, server.url, transport=transport, **options) as latent,
        pytest.raises(ValueRangeError, match="at /inputs/0/0"),
    ):
        latent.encode(inputs)
    assert time.monotonic() - began < 40


def test_an_earlier_chunk_that_waits_is_waited_for(kind: Kind, server: Server) -> None:
    """The later chunk is wrong at once, but the earlier one, which has to come back, turns out to be wrong, too."""
    inputs: Any = TOY.inputs(14)
    inputs[[0, 7], 0] = 2, 3
    options: dict[str, Any] = {"chunk_bytes": 48 * 7, "retries": Retries(attempts=2)}
    transport = Paced({}, retry_after={2: 1})
    with (
        connected(kind, server.url, transport=transport, **options) as latent,
        pytest.raises(AnswerInvalidError, match="got 503"),
    ):
        latent.encode(inputs)
