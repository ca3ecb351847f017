"""A file appears complete, or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from bundles import TOY
from latentd.errors import FileRowInvalidError, FileUnwritableError
from latentd.files.draft import Draft
from latentd.files.formats import Destination, choose_sink, open_source
from latentd.files.row_sink import Plan
from latentd.files.transformation import transform
from latentd.files.work import Work, reconstruction
from latentd.inference import Registry

OUTS = ("out.npy", "out.npz", "out.csv", "out.parquet", "out.png", "out/")


def write(target: Path, content: str) -> None:
    with Draft(target) as draft:
        draft.path.write_text(content)


def fail_midway(target: Path, error: type[BaseException]) -> None:
    with Draft(target) as draft:
        draft.path.write_text("new")
        raise error


def test_a_draft_takes_the_place_of_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "target.csv"
    write(target, "old")
    with Draft(target) as draft:
        draft.path.write_text("new")
        assert target.read_text() == "old"
    assert target.read_text() == "new"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_after_an_error_all_is_as_it_was(tmp_path: Path, error: type[BaseException]) -> None:
    target = tmp_path / "target.csv"
    write(target, "old")
    with pytest.raises(error):
        fail_midway(target, error)
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_draft_has_the_permissions_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    write(tmp_path / "target.csv", "")
    assert (tmp_path / "target.csv").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_what_a_link_points_to_is_replaced_not_the_link(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link.csv").symlink_to(tmp_path / "folder" / "real.csv")
    write(tmp_path / "link.csv", "new")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "folder" / "real.csv").read_text() == "new"


def test_a_folder_takes_the_place_of_an_empty_one_alone(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.mkdir()
    with Draft(target, is_folder=True) as draft:
        (draft.path / "a").touch()
    assert [path.name for path in target.iterdir()] == ["a"]
    with pytest.raises(FileUnwritableError, match="the folder is not empty; name a new one"):
        Draft(target, is_folder=True)
    with pytest.raises(FileUnwritableError, match="a file has that name"):
        Draft(target / "a", is_folder=True)


@pytest.fixture
def run(registry: Registry, tmp_path: Path) -> Callable[[str, Work], None]:
    model = registry.get("toy", 1)

    def transform_to(out: str, work: Work) -> None:
        rows = open_source(tmp_path / "in.npy", model.inputs, None)
        plan = Plan(model.manifest, rows.leading, 10_000)
        name = f"{tmp_path}/{out}"
        destination = Destination(name, choose_sink(name, model.manifest, are_outputs=True), plan)
        transform(rows, work, destination, 5, lambda _done, _in_all: None)

    return transform_to


@pytest.fixture
def listing(tmp_path: Path) -> Callable[[], list[str]]:
    np.save(tmp_path / "in.npy", TOY.inputs(20))
    return lambda: sorted(path.name for path in tmp_path.iterdir())


@pytest.mark.parametrize("out", OUTS)
def test_an_error_midway_leaves_nothing(
    registry: Registry, run: Callable[[str, Work], None], listing: Callable[[], list[str]], tmp_path: Path, out: str
) -> None:
    rows = TOY.inputs(20)
    rows[19, 0] = np.nan
    np.save(tmp_path / "in.npy", rows)
    with pytest.raises(FileRowInvalidError, match="row 19"):
        run(out, reconstruction(registry.get("toy", 1)))
    assert listing() == ["in.npy"]


@pytest.mark.parametrize("out", OUTS)
def test_ctrl_c_midway_leaves_nothing(
    run: Callable[[str, Work], None], listing: Callable[[], list[str]], out: str
) -> None:
    calls = iter([False, False, True])

    def work(rows: np.ndarray) -> dict[str, np.ndarray]:
        if next(calls):
            raise KeyboardInterrupt
        return {"outputs": rows}

    with pytest.raises(KeyboardInterrupt):
        run(out, Work(work, 1))
    assert listing() == ["in.npy"]


@pytest.mark.parametrize("out", OUTS)
def test_a_full_disk_is_told_and_leaves_nothing(
    run: Callable[[str, Work], None],
    listing: Callable[[], list[str]],
    monkeypatch: pytest.MonkeyPatch,
    out: str,
) -> None:
    def fail(_self: Path, _target: Path) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(FileUnwritableError, match=r"out.*: No space left on device"):
        run(out, Work(lambda rows: {"outputs": rows}, 2))
    assert listing() == ["in.npy"]
