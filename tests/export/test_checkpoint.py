from __future__ import annotations

import threading
from dataclasses import fields
from pathlib import Path

import pytest
import torch

from latentd_export.checkpoint import Checkpoint, History, read_checkpoint, write_checkpoint
from latentd_export.errors import CheckpointInvalidError
from small_models import make_recipe


def checkpoint(epoch: int = 2) -> Checkpoint:
    return Checkpoint(
        recipe=make_recipe("dae"),
        input_dim=4,
        value_range=(0.0, 1.0),
        model={"weight": torch.arange(6.0).reshape(2, 3)},
        optimizer={"state": {0: {"step": torch.tensor(3.0)}}, "param_groups": [{"lr": 0.1}]},
        scheduler={"last_epoch": 3},
        random=torch.Generator().manual_seed(4).get_state(),
        order=torch.tensor([2, 0, 1]),
        epoch=epoch,
        step=1,
        loss_sum=0.25,
        seconds=1.5,
        history=History([2.0, 1.0], [2.5, 1.5]),
    )


def test_what_is_written_is_read(tmp_path: Path) -> None:
    written = checkpoint()
    write_checkpoint(written, tmp_path / "deep" / "model.pt")
    read = read_checkpoint(tmp_path / "deep" / "model.pt")
    for name in ("recipe", "input_dim", "value_range", "scheduler", "epoch", "step", "loss_sum", "seconds", "history"):
        assert getattr(read, name) == getattr(written, name)
    for name in ("random", "order"):
        assert torch.equal(getattr(read, name), getattr(written, name))
    assert torch.equal(read.model["weight"], written.model["weight"])
    assert read.optimizer["param_groups"] == [{"lr": 0.1}]


def test_a_run_is_finished_with_its_last_epoch() -> None:
    epochs = make_recipe().schedule.epochs
    assert [checkpoint(epoch).finished for epoch in (0, epochs - 1, epochs)] == [False, False, True]


def test_a_write_that_fails_leaves_the_checkpoint_before_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_checkpoint(checkpoint(1), tmp_path / "model.pt")

    def fill_the_disk(_state: object, stream: object) -> None:
        stream.write(b"half")  # type: ignore[attr-defined]
        raise OSError("no space left")

    monkeypatch.setattr(torch, "save", fill_the_disk)
    with pytest.raises(OSError, match="no space left"):
        write_checkpoint(checkpoint(2), tmp_path / "model.pt")
    assert read_checkpoint(tmp_path / "model.pt").epoch == 1
    assert [path.name for path in tmp_path.iterdir()] == ["model.pt"]


def test_what_is_no_checkpoint_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.pt").write_text("text")
    torch.save({"format": "another"}, tmp_path / "other.pt")
    torch.save(threading.Event, tmp_path / "code.pt")
    for name in ("absent.pt", "text.pt", "other.pt", "code.pt"):
        with pytest.raises(CheckpointInvalidError, match=name):
            read_checkpoint(tmp_path / name)


@pytest.mark.parametrize("missing", ["recipe", "history", "order"])
def test_a_checkpoint_that_lacks_a_part_is_refused(tmp_path: Path, missing: str) -> None:
    write_checkpoint(checkpoint(), tmp_path / "model.pt")
    state = torch.load(tmp_path / "model.pt", weights_only=True)
    assert set(state) == {"format", *(part.name for part in fields(Checkpoint))}
    del state[missing]
    torch.save(state, tmp_path / "model.pt")
    with pytest.raises(CheckpointInvalidError, match="not a checkpoint of this version"):
        read_checkpoint(tmp_path / "model.pt")
