"""More work than can be done: what is too much is refused at once, what is accepted stays fast, nobody is forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import numpy as np
import pytest

from benchmarks.exchange import Request
from benchmarks.overload import BINARY, measure
from heavy import HEAVY, serving_heavy
from latentd.client import LatentClient, Retries
from latentd.inference.backlog import ALWAYS_TAKEN
from servers import PATIENCE, Server

HEADERS = {"Content-Type": BINARY, "Accept": BINARY}
MIXED = {64: 0.97, 1: 0.03}  # of the work; 64 rows take as long as some tens of single ones
BREATH = 0.1  # seconds that a machine with other work may be away for


@pytest.fixture(scope="module")
def heavy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving_heavy(tmp_path_factory.mktemp("overload")) as server:
        yield server


@pytest.mark.alone
def test_at_four_times_the_maximal_rate_what_is_accepted_stays_fast(heavy: Server) -> None:
    requests = {rows: Request("POST", "/encode", HEAVY.inputs(rows).tobytes(), HEADERS) for rows in MIXED}
    found = measure(heavy.port, {rows: each.bytes_for(heavy.port) for rows, each in requests.items()}, MIXED, 1.5)
    assert found.failures == []
    for rows in MIXED:
        assert 0 < found.shares[rows] < 1
        assert found.accepted[rows][1] <= 10 * max(found.unloaded[rows][1], BREATH)
    assert 1 / 5 < found.shares[1] / found.shares[64] < 5  # neither kind has the queue to itself
    assert found.work > 1 / 3
    assert found.slowest_watch < 2
    assert found.recovered is not None


def test_of_many_at_once_as_many_as_may_wait_are_answered_and_the_others_told_when_to_come_back(
    tmp_path: Path,
) -> None:
    rows = HEAVY.inputs(300)
    with (
        serving_heavy(tmp_path, {"LATENTD_QUEUE_SECONDS": "1e-9"}) as server,
        httpx.Client(base_url=server.url, timeout=60, limits=httpx.Limits(max_connections=64)) as client,
        ThreadPoolExecutor(48) as threads,
    ):

        def ask(number: int) -> httpx.Response:
            path = "/v2/models/heavy.encoder/infer" if number % 2 else "/encode"
            length = {"Inference-Header-Content-Length": "0"} if number % 2 else {}
            return client.post(path, content=rows.tobytes(), headers={**HEADERS, **length})

        answers = list(threads.map(ask, range(48)))
        metrics = client.get("/metrics").text
    refused = [answer for answer in answers if answer.status_code == 503]
    accepted = [answer for answer in answers if answer.is_success]
    assert len(accepted) >= ALWAYS_TAKEN
    assert len(accepted) + len(refused) == 48
    assert refused
    assert all(int(answer.headers["retry-after"]) >= 1 for answer in refused)
    assert {answer.headers["content-type"] for answer in refused} <= {"application/problem+json", "application/json"}
    counted = sum(float(line.split()[-1]) for line in metrics.splitlines() if line.startswith("latentd_refused_total{"))
    assert counted == len(refused)
    assert "latentd_queue_rows 0.0" in metrics


def test_clients_come_back_when_they_are_told_to(tmp_path: Path) -> None:
    rows = HEAVY.inputs(100)
    expected = HEAVY.encode(rows)
    with (
        serving_heavy(tmp_path, {"LATENTD_QUEUE_SECONDS": "1e-9"}) as server,
        LatentClient(server.url, retries=Retries(attempts=30, deadline=PATIENCE)) as client,  # however busy all is
        ThreadPoolExecutor(24) as threads,
    ):
        for found in threads.map(lambda _: client.encode(rows), range(24)):
            np.testing.assert_allclose(found.latents, expected, atol=1e-4)
        assert "latentd_refused_total{" in httpx.get(f"{server.url}/metrics").text
