"""Servers as processes: nothing of them is left, and one that cannot serve is told of."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from benchmarks import process_tree, running
from benchmarks.cases import JSON_1
from benchmarks.dialects import native
from benchmarks.rates import Rates, measure_rates
from benchmarks.running import ServerLostError
from benchmarks.servers import Face, Server
from benchmarks.site import Site
from benchmarks.starts import measure_starts

# Answers what it is asked; its child begins a session of its own and does not want to end.
STUBBORN = """
import http.server, os, signal, sys, time
if not os.fork():
    os.setsid()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(60)
    os._exit(0)

class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = open(sys.argv[2], "rb").read()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


def test_nothing_is_left_of_a_server(site: Site, tmp_path: Path, log_file: Path) -> None:
    (tmp_path / "answer").write_text(str(site.truth.latents[:1].tolist()))
    server = Server("stubborn", [sys.executable, "-c", STUBBORN, "{port}", str(tmp_path / "answer")])
    with running.running(server, (site.cores.server,), native(JSON_1, site.rows, site.truth), log_file) as up:
        tree = process_tree.members(up.pid)
        assert len(tree) == 2
        assert process_tree.pss_bytes(up.pid) > 2**20
        assert set(process_tree.cpu_seconds_each(up.pid)) == set(tree)
        assert up.ready_after > 0
    assert [process_tree.started(pid) for pid in tree] == [None, None]


def test_a_server_may_keep_what_it_compiles_and_has_its_own_settings(
    site: Site, log_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PYTHONDONTWRITEBYTECODE", "LATENTD_MAX_ROWS", "MINE"):
        monkeypatch.setenv(name, "1")
    program = "import os; print(sorted({'PYTHONDONTWRITEBYTECODE', 'LATENTD_MAX_ROWS', 'MINE'} & set(os.environ)))"
    server = Server("teller", [sys.executable, "-c", program])
    exchange = native(JSON_1, site.rows, site.truth)
    with (
        pytest.raises(ServerLostError, match=r"\['MINE'\]"),
        running.running(server, (site.cores.server,), exchange, log_file),
    ):
        pass


@pytest.mark.parametrize("program", ["raise SystemExit('no bundle')", "print('no bundle')"])
def test_a_server_that_ends_is_told_of_with_its_last_words(site: Site, log_file: Path, program: str) -> None:
    server = Server("broken", [sys.executable, "-c", program])
    exchange = native(JSON_1, site.rows, site.truth)
    with (
        pytest.raises(ServerLostError, match="no bundle"),
        running.running(server, (site.cores.server,), exchange, log_file),
    ):
        pass


def test_a_busy_process_is_seen_to_be_busy() -> None:
    before = process_tree.cpu_seconds(os.getpid())
    while process_tree.cpu_seconds(os.getpid()) < before + 2 * process_tree.TICK:
        pass


def test_who_cannot_be_started_is_left_out_and_told_of(site: Site) -> None:
    broken = Server("broken", [sys.executable, "-c", "raise SystemExit('no bundle')"])
    face = Face("broken", "broken", native)
    rates = measure_rates(site, [broken], [face])
    assert list(rates.faults) == ["broken"]
    assert rates.of("broken", JSON_1.name) == []
    assert measure_starts(site, [broken], [face], Rates()) == {}
