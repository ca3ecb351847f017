"""What a server, and what everything else, has used of the processor while something was going on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from benchmarks import process_tree
from benchmarks.core_time import busy_seconds


@dataclass
class Observation:
    """Seconds; filled in when what was watched is over."""

    cpu: float = 0.0
    foreign: float = 0.0
    busiest: float = 0.0


@contextmanager
def observing(leader: int, core: int) -> Iterator[Observation]:
    """Watch the process tree under `leader`, which has `core` to itself."""
    observation = Observation()
    busy, before = busy_seconds(core), process_tree.cpu_seconds_each(leader)
    yield observation
    after = process_tree.cpu_seconds_each(leader)
    used = [seconds - before.get(pid, 0.0) for pid, seconds in after.items()]
    observation.cpu = sum(used)
    observation.foreign = max(0.0, busy_seconds(core) - busy - observation.cpu)
    observation.busiest = max(used) / observation.cpu if observation.cpu else 1.0
