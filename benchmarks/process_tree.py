"""A process and everything that it has started, as Linux accounts for them in /proc."""

from __future__ import annotations

import os
import re
from pathlib import Path

TICK = 1 / os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")
KIBIBYTE = 1024


def members(leader: int) -> list[int]:
    """The pids of the session that `leader` began, and of all descendants, wherever they have gone."""
    stats = {int(path.name): fields for path in PROC.glob("[0-9]*") if (fields := _stat(path)) is not None}
    found = {pid for pid, fields in stats.items() if pid == leader or int(fields[3]) == leader}
    while more := {pid for pid, fields in stats.items() if int(fields[1]) in found} - found:
        found |= more
    return sorted(found)


def cpu_seconds(leader: int) -> float:
    """Processor time that the tree's processes have used, in user mode and in the kernel."""
    return sum(cpu_seconds_each(leader).values())


def cpu_seconds_each(leader: int) -> dict[int, float]:
    """The same for each process."""
    stats = {pid: _stat(PROC / str(pid)) for pid in members(leader)}
    return {pid: (int(fields[11]) + int(fields[12])) * TICK for pid, fields in stats.items() if fields is not None}


def started(pid: int) -> int | None:
    """When it was started, which tells it from another that gets its number later; None where it has ended."""
    fields = _stat(PROC / str(pid))
    return None if fields is None else int(fields[19])


def pss_bytes(leader: int) -> int:
    """The tree's proportional set size: memory that n processes share counts 1/n for each."""
    return sum(_pss(PROC / str(pid) / "smaps_rollup") for pid in members(leader))


def _stat(process: Path) -> list[str] | None:
    """The fields from the third one (state, ppid, pgrp, session, …) of /proc/PID/stat; None where it has ended.

    The second is the command's name, which may hold spaces and brackets.
    """
    try:
        fields = (process / "stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] in "ZX" else fields  # ended, but nobody has asked how


def _pss(rollup: Path) -> int:
    try:
        found = re.search(r"^Pss:\s+(\d+) kB$", rollup.read_text(), re.MULTILINE)
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return int(found[1]) * KIBIBYTE if found else 0
