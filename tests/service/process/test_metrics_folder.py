"""The folder of one service's metrics."""

from __future__ import annotations

from pathlib import Path

import pytest

from latentd.process.metrics_folder import PREFIX, metrics_folder


def test_it_is_gone_at_the_end(tmp_path: Path) -> None:
    with metrics_folder(tmp_path) as folder:
        (folder / "1-1.json").touch()
    assert list(tmp_path.iterdir()) == []


def test_without_a_place_it_is_a_temporary_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with metrics_folder(None) as folder:
        assert folder.parent == tmp_path


def test_services_leave_each_other_theirs(tmp_path: Path) -> None:
    with metrics_folder(tmp_path) as one, metrics_folder(tmp_path) as other:
        assert one.exists()
        assert one != other


def test_what_a_killed_service_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    left, others = tmp_path / f"{PREFIX}left", tmp_path / "others"
    for folder in (left, others):
        folder.mkdir()
        (folder / "1-1.json").touch()
    (tmp_path / f"{PREFIX}link").symlink_to(others)
    with metrics_folder(tmp_path):
        assert not left.exists()
    assert (others / "1-1.json").exists()
