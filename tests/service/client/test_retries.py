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
)
from latentd.client.retries import PATIENT
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


def test_a_wait_in_one_chunk_ends_when_another_fails(kind: Kind, proxy: Unreliable) -> None:
    """One chunk is told to come back much later, and the other is wrong: nobody waits for the first one."""
    inputs: Any = TOY.inputs(14)
    with connected(kind, proxy.url, chunk_bytes=48 * 7, retries=Retries(deadline=60)) as latent:
        latent.encode(inputs)
        slow = Reply(503, {"Retry-After": "50"})
        wrong = Reply(
            422,
            {"Content-Type": "application/problem+json"},
            b'{"type": "/docs#value-range", "title": "t", "status": 422, "detail": "d"}',
        )
        proxy.script += [("/encode", slow), ("/encode", wrong)]
        began = time.monotonic()
        with pytest.raises(Exception, match=r"^d$"):
            latent.encode(inputs)
    assert time.monotonic() - began < 40
