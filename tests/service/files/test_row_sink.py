"""What every sink shares: it is closed when it is left, finished or not."""

from __future__ import annotations

from pathlib import Path

import pytest

from latentd.files.formats import ARRAY_SINKS, PICTURE_SINKS
from latentd.files.row_sink import Columns, Plan, RowSink
from latentd.inference import Registry
from latentd.inference.arrays import FloatArray


class NotedSink(RowSink):
    """Notes whether it has been closed."""

    closed = False

    def write(self, columns: Columns, inputs: FloatArray) -> None: ...

    def finish(self) -> None: ...

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def plan(registry: Registry) -> Plan:
    return Plan(registry.get("toy", 1).manifest, None, 10_000)


def test_it_is_closed_after_all_went_well(plan: Plan) -> None:
    with NotedSink(Path("out"), plan) as sink:
        assert not sink.closed
    assert sink.closed


def fail_in(sink: RowSink) -> None:
    with sink:
        raise ZeroDivisionError


def test_it_is_closed_after_an_error(plan: Plan) -> None:
    sink = NotedSink(Path("out"), plan)
    with pytest.raises(ZeroDivisionError):
        fail_in(sink)
    assert sink.closed


@pytest.mark.parametrize("ending", [*ARRAY_SINKS, *PICTURE_SINKS])
def test_every_sink_may_be_left_before_a_row_has_come(plan: Plan, tmp_path: Path, ending: str) -> None:
    opener = {**ARRAY_SINKS, **PICTURE_SINKS}[ending]
    with pytest.raises(ZeroDivisionError):
        fail_in(opener(tmp_path / f"out{ending.strip('/')}", plan))
