"""How many cores: what the scheduler allows, and no more than the container's quota."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from latentd.inference import cores


@pytest.mark.parametrize(
    ("quota", "expected"),
    [
        ("max 100000", 4),
        ("200000 100000", 2),
        ("150000 100000", 1),
        ("50000 100000", 1),
        ("800000 100000", 4),
        ("", 4),
        ("nonsense", 4),
    ],
)
def test_the_quota_bounds_the_cores(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, quota: str, expected: int) -> None:
    file = tmp_path / "cpu.max"
    file.write_text(quota)
    monkeypatch.setattr(cores, "_CGROUP_QUOTA", file)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {0, 1, 2, 3})
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    assert cores.usable_cores() == expected


def test_without_a_quota_or_an_affinity_all_cores_count(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(cores, "_CGROUP_QUOTA", tmp_path / "none")
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    assert cores.usable_cores() == 3
