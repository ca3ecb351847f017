"""Loads and exchanges: what they count, and that they refuse to time what is wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.cases import JSON_1
from benchmarks.dialects import native
from benchmarks.exchange import Exchange, Request, WrongAnswerError
from benchmarks.paced import Paced
from benchmarks.running import Running
from benchmarks.site import Site
from benchmarks.wrk import Wrk


@pytest.fixture
def exchange(site: Site) -> Exchange:
    return native(JSON_1, site.rows, site.truth)


def test_a_right_answer_passes(forty_lines: Running, exchange: Exchange) -> None:
    exchange.verify(forty_lines.port)


def test_other_numbers_do_not_pass(forty_lines: Running, exchange: Exchange) -> None:
    with pytest.raises(WrongAnswerError, match="off the model's own answer"):
        replace(exchange, expected=exchange.expected + 1).verify(forty_lines.port)


def test_more_numbers_do_not_pass(forty_lines: Running, exchange: Exchange) -> None:
    with pytest.raises(WrongAnswerError, match="expected"):
        replace(exchange, expected=exchange.expected.repeat(2)).verify(forty_lines.port)


def test_an_error_does_not_pass(forty_lines: Running, exchange: Exchange) -> None:
    with pytest.raises(WrongAnswerError, match="answers 422"):
        replace(exchange, request=replace(exchange.request, body=b"{}")).verify(forty_lines.port)


def test_wrk_does_not_time_errors(site: Site, forty_lines: Running) -> None:
    with pytest.raises(WrongAnswerError, match="refused"):
        Wrk(1, 2, site.cores.server).run(forty_lines, Request("POST", "/nowhere", b"{}"))


def test_a_paced_load_sends_as_many_as_fall_due(site: Site, forty_lines: Running, exchange: Exchange) -> None:
    load = Paced(50, 0.4, 4, site.cores.server).run(forty_lines, exchange.request)
    assert load.requests == 20
    assert load.seconds >= 19 / 50
    assert 0 < load.p50 <= load.p99


def test_a_paced_load_does_not_time_errors(site: Site, forty_lines: Running) -> None:
    with pytest.raises(WrongAnswerError, match="404"):
        Paced(50, 0.4, 4, site.cores.server).run(forty_lines, Request("POST", "/nowhere", b"{}"))


def test_large_requests_are_sent_whole(site: Site, forty_lines: Running) -> None:
    many = native(replace(JSON_1, rows=len(site.rows)), site.rows, site.truth)
    assert Paced(20, 0.2, 2, site.cores.server).run(forty_lines, many.request).requests == 4
