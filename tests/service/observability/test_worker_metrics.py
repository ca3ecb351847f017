"""Workers leave their metrics for each other."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from latentd.observability.metrics import Family
from latentd.observability.worker_metrics import WorkerMetrics

FAMILY = Family("x", "counter", "what it is", ("a", "b"), {("1", "ü"): 2.0, ("", ""): 3})
HISTOGRAM = Family("h", "histogram", "", ("a",), {("1",): [[0.5, 1.0], [1, 0, 2], 7.5]})


def test_what_one_leaves_another_finds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = WorkerMetrics(tmp_path, lambda: [FAMILY, HISTOGRAM])
    one.leave()
    assert list(one.of_others()) == []
    monkeypatch.setattr("os.getpid", lambda: -1)
    other = WorkerMetrics(tmp_path, list)
    assert list(other.of_others()) == [[FAMILY, HISTOGRAM]]
    other.leave()
    assert list(one.of_others()) == [[]]
    assert {path.suffix for path in tmp_path.iterdir()} == {".json"}


def test_nothing_is_written_where_nothing_is_news(tmp_path: Path) -> None:
    worker = WorkerMetrics(tmp_path, lambda: [FAMILY])
    worker.leave()
    (left,) = tmp_path.iterdir()
    left.unlink()
    worker.leave()
    assert not list(tmp_path.iterdir())


def test_the_last_news_is_left_at_the_end(tmp_path: Path) -> None:
    samples: dict[tuple[str, ...], float] = {("a",): 1.0}
    worker = WorkerMetrics(tmp_path, lambda: [Family("x", "counter", "", ("l",), dict(samples))])

    async def work() -> None:
        leaving = asyncio.create_task(worker.keep_leaving())
        await asyncio.sleep(0)
        samples["a",] = 2.0
        leaving.cancel()
        await asyncio.wait([leaving])

    asyncio.run(work())
    (left,) = tmp_path.iterdir()
    assert b"2.0" in left.read_bytes()


def test_a_worker_that_has_the_number_of_an_ended_one_leaves_its_own(tmp_path: Path) -> None:
    for _ in range(2):
        WorkerMetrics(tmp_path, lambda: [FAMILY]).leave()
    assert list(WorkerMetrics(tmp_path, list).of_others()) == [[FAMILY], [FAMILY]]


def test_where_nothing_can_be_written_that_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = tmp_path / "folder"
    worker = WorkerMetrics(folder, lambda: [FAMILY])
    worker.leave()
    assert "cannot be left" in caplog.text
    folder.mkdir()
    worker.leave()
    assert list(folder.iterdir())
