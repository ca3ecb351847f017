"""How many processor cores this process may use."""

from __future__ import annotations

import os
from pathlib import Path

_CGROUP_QUOTA = Path("/sys/fs/cgroup/cpu.max")  # "<quota> <period>" in microseconds, or "max <period>"


def usable_cores() -> int:
    """The cores that the scheduler gives this process and its container's quota allows; at least 1."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(allowed, _quota()))


def _quota() -> int:
    try:
        quota, period = _CGROUP_QUOTA.read_text().split()
        return int(quota) // int(period)
    except (OSError, ValueError):  # no control group, or no limit
        return os.cpu_count() or 1
