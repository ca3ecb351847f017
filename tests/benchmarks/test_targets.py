"""What is concluded from figures."""

from __future__ import annotations

from benchmarks.cases import BINARY_1, JSON_1
from benchmarks.findings import Findings
from benchmarks.rates import Rates
from benchmarks.results import Load, Spread
from benchmarks.servers import ENCODE, FORTY_LINES
from benchmarks.site import Plan
from benchmarks.table import in_units, number, table
from benchmarks.targets import judge
from benchmarks.triton import TRITON, TRITON_BATCHING


def load(rate: float, p99: float = 0.002) -> Load:
    return Load(int(rate), 1.0, p50=0.001, p99=p99, cpu=0.9, foreign=0.02, busiest=1.0)


def findings(rates: dict[tuple[str, str], list[float]], **others: object) -> Findings:
    loads = {key: [load(rate) for rate in values] for key, values in rates.items()}
    return Findings(Plan(), (), Rates(loads), {}, **others)  # type: ignore[arg-type]  # as the test says


def test_ratios_are_of_what_was_measured_together() -> None:
    [verdict] = judge(findings({(ENCODE.name, JSON_1.name): [400, 100], (FORTY_LINES, JSON_1.name): [100, 25]}))
    assert verdict.found == Spread(4.0, 4.0, 4.0)
    assert verdict.met
    assert verdict.bound == "≥ 3.5×"


def test_a_missed_target_is_said_to_be_missed() -> None:
    [verdict] = judge(findings({(ENCODE.name, JSON_1.name): [349], (FORTY_LINES, JSON_1.name): [100]}))
    assert not verdict.met


def test_of_two_ways_to_set_up_a_server_the_faster_counts() -> None:
    rates = {(ENCODE.name, BINARY_1.name): [900.0], (TRITON, BINARY_1.name): [300.0]}
    [verdict] = judge(findings({**rates, (TRITON_BATCHING, BINARY_1.name): [500]}))
    assert TRITON_BATCHING in verdict.target
    assert not verdict.met


def test_who_has_a_fault_is_not_compared() -> None:
    found = findings({(ENCODE.name, JSON_1.name): [400], (FORTY_LINES, JSON_1.name): [100]})
    found.rates.faults[FORTY_LINES] = "gives other numbers"
    assert judge(found) == []


def test_the_tail_is_compared_with_the_median_of_the_same_run() -> None:
    steady = {(ENCODE.name, JSON_1.name): [load(100, p99) for p99 in (0.002, 0.0031, 0.004)]}
    [verdict] = judge(findings({}, steady=steady))
    assert round(verdict.found.median, 6) == 3.1
    assert not verdict.met


def test_numbers_have_three_digits_that_count() -> None:
    assert [number(value) for value in (12345.6, 123.4, 12.34, 1.234, 0.1234)] == [
        "12,346",
        "123",
        "12.3",
        "1.23",
        "0.12",
    ]
    assert in_units(Spread(0.002, 0.001, 0.003), 0.001) == "2.00 (1.00–3.00)"
    assert in_units(None) == "–"


def test_tables_line_up() -> None:
    drawn = table(["server", "rate"], [["a", "1"], ["a long one", "1,000"]])
    assert len({len(line) for line in drawn.splitlines()}) == 1
