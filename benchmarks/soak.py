"""Does the memory of a service that is used for a long time grow?

    python -m benchmarks.soak [--seconds 1800] [--clients 8] [--models models]

A server runs the shipped models; clients ask for everything that there is, on both faces and in every body, some of it
wrong, each again as soon as it has its answer. Memory is the server's proportional set size, looked at while nothing is
going on; its growth is counted from a tenth of the time on, when all that is made on first use is there.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import monotonic

import numpy as np
import orjson

from benchmarks.cores import Cores
from benchmarks.exchange import Answer, Array, Exchange, Request
from benchmarks.in_process import Floats
from benchmarks.open_loop import Crowd, crowd
from benchmarks.pictures import digits
from benchmarks.process_tree import pss_bytes
from benchmarks.running import running
from benchmarks.servers import REPOSITORY, latentd

MEBIBYTE = 1 << 20
BINARY, JSON, PNG = "application/octet-stream", "application/json", "image/png"
ROUNDS, BARS = 60, "▁▂▃▄▅▆▇█"
MODELS = ("ae-mnist", "vae-mnist", "dae-mnist")
WRONG: tuple[object, ...] = (
    {"inputs": [1, 2]},
    {"inputs": [[float("inf")]]},
    {"latents": "none"},
    [],
    {"inputs": {"a": [[[]]]}},
)


@dataclass(frozen=True)
class Soaked:
    """`memory` in bytes after each round, and how many answers there were, of which so many were wrong."""

    memory: Sequence[int]
    answers: int
    faults: Sequence[str]

    @property
    def growth(self) -> float:
        """Bytes that came to stay: medians of the last fifth of the rounds, and of the fifth behind the first tenth."""
        settled = self.memory[len(self.memory) // 10 :]
        part = max(1, len(settled) // 5)
        return median(settled[-part:]) - median(settled[:part])

    def drawn(self) -> str:
        """The memory over the time, a character for each round."""
        low, high = min(self.memory), max(self.memory)
        steps = [int((each - low) / max(1, high - low) * (len(BARS) - 1)) for each in self.memory]
        return "".join(BARS[step] for step in steps)


def soak(port: int, pid: int, models: Path, seconds: float, clients: int, *, tells: bool = True) -> Soaked:
    """Ask for so many seconds, in ROUNDS rounds."""
    right, wrong = _right_requests(digits(models), port), _wrong_requests(port)
    memory, answers, faults = [], 0, list[str]()
    with crowd(port) as people:
        for number in range(ROUNDS):
            count, found = _ask(people, right, wrong, seconds / ROUNDS, clients)
            answers, faults = answers + count, faults + found
            memory.append(pss_bytes(pid))
            if tells:
                _tell_progress(number + 1, memory[-1], answers)
    return Soaked(memory, answers, faults)


def _ask(
    people: Crowd, right: Sequence[bytes], wrong: Sequence[bytes], seconds: float, clients: int
) -> tuple[int, list[str]]:
    """The answers, and those that are not as they should be."""
    outcomes = people.saturate([*right, *wrong], seconds, clients)
    faults = [fault for each in outcomes[: len(right)] for fault in each.faults()]
    for each in outcomes[len(right) :]:
        faults += [f"{len(each.accepted)} accepted"] * bool(each.accepted)
        faults += [fault for fault in each.faults() if not fault.startswith("status 4")]
    return sum(len(each.accepted) + len(each.failed) for each in outcomes), faults


def _right_requests(rows: Floats, port: int) -> list[bytes]:
    """One of each kind, with 1, 7 and 64 rows."""
    asked = [Request("GET", path) for path in ("/models", "/health/ready", "/metrics", "/v2/models/stats", "/")]
    for model in MODELS:
        for count in (1, 7, 64):
            asked += _coding(model, rows[:count])
        asked += [
            Request("GET", f"/grid?model={model}&rows=10&cols=10", headers={"Accept": PNG}),
            Request("GET", f"/sample?model={model}&n=4", headers={"Accept": JSON}),
            Request("GET", f"/traverse?model={model}&dim=1&steps=5", headers={"Accept": PNG}),
            Request("GET", f"/latents?model={model}&limit=100"),
        ]
    return [each.bytes_for(port) for each in asked]


def _coding(model: str, rows: Floats) -> list[Request]:
    tensor = {"name": "input", "shape": rows.shape, "datatype": "FP32", "data": rows.ravel()}
    as_json = {"Content-Type": JSON}
    return [
        Request("POST", f"/encode?model={model}", rows.tobytes(), {"Content-Type": BINARY, "Accept": BINARY}),
        Request("POST", f"/encode?model={model}", _json({"inputs": rows}), as_json),
        Request("POST", f"/reconstruct?model={model}", rows.tobytes(), {"Content-Type": BINARY}),
        Request("POST", f"/v2/models/{model}.encoder/infer", _json({"inputs": [tensor]}), as_json),
        Request("POST", f"/v2/models/{model}/infer", _json({"inputs": [tensor]}), as_json),
    ]


def _wrong_requests(port: int) -> list[bytes]:
    bodies = [_json(body) for body in WRONG] + [b"{", b"\xff" * 1000]
    asked = [Request("POST", path, body, {"Content-Type": JSON}) for path in ("/encode", "/decode") for body in bodies]
    asked += [Request("GET", f"/models/{name}") for name in ("none", "..%2f..%2fetc%2fpasswd")]
    return [each.bytes_for(port) for each in asked]


def _json(document: object) -> bytes:
    return orjson.dumps(document, option=orjson.OPT_SERIALIZE_NUMPY)


def _tell_progress(rounds: int, memory: int, answers: int) -> None:
    done = "█" * rounds + "·" * (ROUNDS - rounds)
    sys.stderr.write(f"\r{done} {memory / MEBIBYTE:.1f} MiB, {answers:,} answers")
    sys.stderr.flush()


def _is_ready() -> Exchange:
    return Exchange(Request("GET", "/health/live"), _read_nothing, np.zeros(1), 1.0)


def _read_nothing(_answer: Answer) -> Array:
    return np.zeros(1)


def main() -> None:
    """Soak a server, and say how much its memory grew."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=1800.0)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--models", type=Path, default=REPOSITORY / "models")
    parser.add_argument("--most", type=float, default=5.0, help="MB by which the memory may grow")
    options = parser.parse_args()
    began = monotonic()
    with tempfile.TemporaryDirectory(prefix="latentd-soak-") as folder:
        cores, log = Cores.choose(), Path(folder) / "log"
        with running(latentd(options.models), (cores.server, cores.client), _is_ready(), log) as server:
            found = soak(server.port, server.pid, options.models, options.seconds, options.clients)
    grown = found.growth / 1e6
    print(f"\n{found.drawn()}")
    print(f"{found.answers:,} answers in {monotonic() - began:.0f} s; {found.memory[0] / 1e6:.1f} MB after the first")
    print(f"round, {found.memory[-1] / 1e6:.1f} MB at the end; it grew by {grown:.2f} MB; {len(found.faults)} faults")
    sys.exit(bool(found.faults) or grown >= options.most)


if __name__ == "__main__":
    main()
