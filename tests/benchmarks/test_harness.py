"""The whole of it, as short as wrk can: that it runs and what it says, never how fast anything is."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from benchmarks.batching import measure_batching
from benchmarks.cases import BINARY_1, JSON_1, VIEWS
from benchmarks.chart import draw_chart
from benchmarks.dialects import native, open_inference
from benchmarks.findings import Findings
from benchmarks.machine import describe_machine
from benchmarks.rates import Rates, measure_rates
from benchmarks.report import write_report
from benchmarks.servers import ENCODE, FORTY_LINES, INFER, LATENTD, Face, own_servers
from benchmarks.site import Site, warm_up
from benchmarks.starts import measure_starts
from benchmarks.steady import measure_steady
from benchmarks.targets import judge
from benchmarks.workers import measure_workers

FACES = (
    Face(ENCODE.name, LATENTD, native, (JSON_1, BINARY_1)),
    Face(INFER.name, LATENTD, open_inference, (BINARY_1,)),
    Face(FORTY_LINES, FORTY_LINES, native, (JSON_1,)),
)
ASKED = {(face.name, case.name) for face in FACES for case in face.cases}


@pytest.fixture(scope="module")
def rates(site: Site) -> Rates:
    return measure_rates(site, own_servers(site.models)[:2], FACES)


@pytest.fixture(scope="module")
def findings(site: Site, rates: Rates, tmp_path_factory: pytest.TempPathFactory) -> Findings:
    servers = own_servers(site.models)[:2]
    return Findings(
        plan=site.plan,
        faces=FACES,
        rates=rates,
        model_seconds=dict.fromkeys([case.name for case in FACES[0].cases], 1e-5),
        starts=measure_starts(site, servers, FACES, rates),
        steady=measure_steady(site, servers[0], FACES[:2], rates),
        workers=measure_workers(site),
        batching=measure_batching(site, tmp_path_factory.mktemp("larger")),
    )


def test_every_case_of_every_server_is_timed(rates: Rates) -> None:
    assert not rates.faults
    assert set(rates.loads) == ASKED
    assert all(len(loads) == 1 for loads in rates.loads.values())
    for [load] in rates.loads.values():
        assert load.requests > 0
        assert 0 < load.p50 <= load.p99
        assert 0 < load.cpu_a_request < load.seconds


def test_everything_else_is_measured(findings: Findings) -> None:
    assert set(findings.starts) == {LATENTD, FORTY_LINES}
    assert all(start.ready_after > 0 and start.pss > 2**20 for [start] in findings.starts.values())
    assert set(findings.steady) == {(face, case) for face, case in ASKED if face != FORTY_LINES}
    assert set(findings.workers) == {(count, case) for count in (1, 2) for case in (JSON_1.name, BINARY_1.name)}
    assert set(findings.batching) == {(batched, clients) for batched in (True, False) for clients in (1, 64)}


def test_the_report_tells_of_everything(findings: Findings) -> None:
    report = write_report(findings, describe_machine())
    for words in (
        "onnxruntime",
        "Answers a second",
        "Processor time",
        "half of that rate",
        "PSS",
        "Two workers",
        "larger",
    ):
        assert words in report
    verdicts = judge(findings)
    assert len(verdicts) == 1 + 2 + 1 + 2 + 2 + 2  # a rate, p99 of both, one more p99, start, workers, batching
    assert all(f"| {verdict.target}" in report for verdict in verdicts)


def test_the_chart_is_a_picture(findings: Findings, tmp_path: Path) -> None:
    draw_chart(findings, tmp_path / "chart.png")
    with Image.open(tmp_path / "chart.png") as picture:
        assert picture.width > 1000
        assert len(picture.convert("L").getcolors() or []) > 10


def test_each_view_gives_what_the_model_gives(site: Site) -> None:
    with site.serving(own_servers(site.models)[0], ENCODE) as up:
        for asked in VIEWS:
            warm_up(up, site.exchange(ENCODE, asked))
