"""`python -m benchmarks`: measure, print, and write results.md and the chart."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.batching import measure_batching
from benchmarks.cases import CASES, DECODE_JSON, DECODE_PNG, GRID
from benchmarks.chart import draw_chart
from benchmarks.cores import Cores
from benchmarks.findings import Findings
from benchmarks.in_process import Truth, find_truth
from benchmarks.machine import describe_machine
from benchmarks.peer_servers import PEER_FACES, peer_servers
from benchmarks.pictures import digits
from benchmarks.rates import measure_rates
from benchmarks.report import write_report
from benchmarks.servers import OWN_FACES, REPOSITORY, own_servers
from benchmarks.site import Plan, Site
from benchmarks.starts import measure_starts
from benchmarks.steady import measure_steady
from benchmarks.workers import measure_workers


def main() -> int:
    """Give 1 where a server could not be timed, 0 otherwise, whatever the figures say."""
    options = _parser().parse_args()
    plan = Plan(options.rounds, options.seconds, options.starts, options.unbatched)
    cores = Cores.choose()
    cores.pin_client()
    machine = describe_machine()
    with tempfile.TemporaryDirectory() as workplace:
        findings = _measure(plan, cores, options.models.resolve(), Path(workplace), peers=options.peers)
    report = write_report(findings, machine)
    print(report)
    name = "-peers" if options.peers else ""
    (options.results / f"results{name}.md").write_text(report)
    draw_chart(findings, options.pictures / f"benchmark{name}.png")
    return 1 if findings.rates.faults else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m benchmarks", description=__doc__)
    plan = Plan()
    parser.add_argument("--rounds", type=int, default=plan.rounds, help="over all servers (default: %(default)s)")
    parser.add_argument("--seconds", type=int, default=plan.seconds, help="whole ones, a load (default: %(default)s)")
    parser.add_argument("--starts", type=int, default=plan.starts, help="of each server (default: %(default)s)")
    parser.add_argument("--unbatched", default=plan.unbatched, help="what turns batching off (default: %(default)s)")
    parser.add_argument("--peers", action="store_true", help="compare with other model servers; see make bench-peers")
    parser.add_argument("--models", type=Path, default=REPOSITORY / "models", help="the shipped bundles")
    parser.add_argument("--results", type=Path, default=REPOSITORY / "benchmarks", help="folder of results.md")
    parser.add_argument("--pictures", type=Path, default=REPOSITORY / "docs" / "pictures", help="folder of the chart")
    return parser


def _measure(plan: Plan, cores: Cores, models: Path, workplace: Path, *, peers: bool) -> Findings:
    """What peers are compared by; without them, also what concerns latentd alone."""
    rows = digits(models)
    truth = find_truth(models, rows, cores.server)
    site = Site(plan, cores, models, rows, truth, workplace)
    servers = [*own_servers(models), *(peer_servers(models, workplace) if peers else [])]
    faces = [*OWN_FACES, *(PEER_FACES if peers else [])]
    rates = measure_rates(site, servers, faces)
    starts = measure_starts(site, servers, faces, rates)
    findings = Findings(plan, faces, rates, _model_seconds(truth), starts)
    if not peers:
        for server in (servers[0], servers[-1]):
            findings.steady.update(
                measure_steady(site, server, [face for face in faces if face.server == server.name], rates)
            )
        findings.workers.update(measure_workers(site))
        findings.batching.update(measure_batching(site, workplace / "larger"))
    return findings


def _model_seconds(truth: Truth) -> dict[str, float]:
    coding = {case.name: truth.encoding[case.rows] for case in CASES}
    views = {DECODE_JSON.name: truth.decoding, DECODE_PNG.name: truth.decoding, GRID.name: truth.grid_decoding}
    return {**coding, **views}


if __name__ == "__main__":
    sys.exit(main())
