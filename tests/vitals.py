"""How a server process is, seen from outside."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Vitals:
    """Descriptors, threads, and bytes of memory that are resident."""

    descriptors: int
    threads: int
    memory: int

    @classmethod
    def of(cls, pid: int) -> Vitals:
        folder = Path(f"/proc/{pid}")
        lines = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines())
        return cls(len(list((folder / "fd").iterdir())), int(lines["Threads"]), int(lines["VmRSS"].split()[0]) * 1024)
