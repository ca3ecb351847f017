from __future__ import annotations

import os
import signal
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from latentd_export import training
from latentd_export.checkpoint import read_checkpoint
from latentd_export.datasets import Dataset
from latentd_export.errors import CheckpointInvalidError, TrainingDivergedError, TrainingInterruptedError
from latentd_export.evaluation import mean_row_error, reconstruction_error
from latentd_export.training import Trained, split_rows, train, trained_from
from small_models import KINDS, made_up, make_recipe


def weights(trained: Trained) -> dict[str, torch.Tensor]:
    return trained.model.state_dict()


def same_weights(first: Trained, second: Trained) -> bool:
    return all(torch.equal(tensor, weights(second)[name]) for name, tensor in weights(first).items())


@pytest.mark.parametrize("kind", KINDS)
def test_training_on_real_digits_lowers_the_loss(trained: dict[str, Trained], kind: str) -> None:
    history = trained[kind].history
    assert len(history.loss) == len(history.validation_loss) == 3
    assert history.loss[-1] < 0.9 * history.loss[0]


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_recipe_gives_the_same_weights(
    trained: dict[str, Trained], subset: Dataset, tmp_path: Path, kind: str
) -> None:
    again = train(make_recipe(kind), subset, tmp_path / "again.pt", progress=False)
    assert same_weights(trained[kind], again)
    assert again.history == trained[kind].history


def interrupt_after(monkeypatch: pytest.MonkeyPatch, steps: int) -> None:
    """Ctrl-C, sent to this very process by the loss of one step."""
    descend = training._Run._descend
    done = 0

    def descend_and_interrupt(run: Any, rows: torch.Tensor) -> float:
        nonlocal done
        done += 1
        if done == steps:
            os.kill(os.getpid(), signal.SIGINT)
        return descend(run, rows)

    monkeypatch.setattr(training._Run, "_descend", descend_and_interrupt)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("steps", [1, 17, 32, 50])
def test_a_resumed_run_ends_where_an_uninterrupted_one_does(
    trained: dict[str, Trained], subset: Dataset, tmp_path: Path, kind: str, steps: int
) -> None:
    checkpoint = tmp_path / "model.pt"
    with pytest.MonkeyPatch.context() as patch:
        interrupt_after(patch, steps)
        with pytest.raises(TrainingInterruptedError, match="--resume"):
            train(make_recipe(kind), subset, checkpoint, progress=False)
    resumed = train(make_recipe(kind), subset, checkpoint, resume=True, progress=False)
    assert same_weights(trained[kind], resumed)
    assert resumed.history == trained[kind].history


def test_ctrl_c_between_two_epochs_loses_no_chance(
    trained: dict[str, Trained], subset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge = training._Run.validation_loss

    def judge_and_interrupt(run: Any) -> float:
        os.kill(os.getpid(), signal.SIGINT)
        return judge(run)

    with monkeypatch.context() as patch:
        patch.setattr(training._Run, "validation_loss", judge_and_interrupt)
        with pytest.raises(TrainingInterruptedError):
            train(make_recipe("vae"), subset, tmp_path / "model.pt", progress=False)
    assert read_checkpoint(tmp_path / "model.pt").step == 0
    resumed = train(make_recipe("vae"), subset, tmp_path / "model.pt", resume=True, progress=False)
    assert same_weights(trained["vae"], resumed)


def test_ctrl_c_is_what_it_was_after_training(subset: Dataset, tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGINT)
    train(make_recipe(epochs=1), subset, tmp_path / "model.pt", progress=False)
    assert signal.getsignal(signal.SIGINT) is before


def test_training_works_in_a_thread(subset: Dataset, tmp_path: Path) -> None:
    results: list[Trained] = []
    run = threading.Thread(
        target=lambda: results.append(train(make_recipe(epochs=1), subset, tmp_path / "model.pt", progress=False))
    )
    run.start()
    run.join()
    assert len(results) == 1


def test_a_finished_checkpoint_is_the_model(trained: dict[str, Trained], subset: Dataset, tmp_path: Path) -> None:
    path = tmp_path / "model.pt"
    train(make_recipe("vae"), subset, path, progress=False)
    assert same_weights(trained["vae"], trained_from(path))
    assert [p.name for p in tmp_path.iterdir()] == ["model.pt"]


def test_an_unfinished_or_foreign_checkpoint_is_refused(subset: Dataset, tmp_path: Path) -> None:
    path = tmp_path / "model.pt"
    with pytest.MonkeyPatch.context() as patch:
        interrupt_after(patch, 5)
        with pytest.raises(TrainingInterruptedError):
            train(make_recipe(), subset, path, progress=False)
    assert read_checkpoint(path).step == 5
    with pytest.raises(CheckpointInvalidError, match="0 of 3 epochs"):
        trained_from(path)
    with pytest.raises(CheckpointInvalidError, match="another recipe"):
        train(make_recipe(seed=5), subset, path, resume=True, progress=False)


@pytest.mark.parametrize("clip_norm", [None, 1e30])
def test_divergence_says_what_to_change_and_leaves_nothing(tmp_path: Path, clip_norm: float | None) -> None:
    dataset = made_up((13,), None)
    dataset = replace(dataset, training=dataset.training * 1e15)
    recipe = make_recipe("vae", reconstruction="squared-error", learning_rate=1e6, clip_norm=clip_norm, epochs=30)
    with pytest.raises(TrainingDivergedError, match=r"schedule\.learning_rate") as caught:
        train(recipe, dataset, tmp_path / "model.pt", progress=False)
    assert "clip_norm" in str(caught.value)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("kind", "rate", "what"), [("ae", 1.0, "mean training row"), ("vae", 10.0, "untrained model")])
def test_a_hopeless_run_is_refused_though_its_loss_is_a_number(
    subset: Dataset, tmp_path: Path, kind: str, rate: float, what: str
) -> None:
    recipe = make_recipe(kind, learning_rate=rate, epochs=5)
    with pytest.raises(TrainingDivergedError, match=what) as caught:
        train(recipe, subset, tmp_path / "model.pt", progress=False)
    assert "try 0.01" in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_a_run_that_is_merely_short_is_not_refused(subset: Dataset, tmp_path: Path) -> None:
    short = train(make_recipe(epochs=1), subset, tmp_path / "model.pt", progress=False)
    baseline = mean_row_error(subset)
    assert reconstruction_error(short.model, subset.held_out) > 1.5 * baseline


def test_the_split_is_seeded_and_whole() -> None:
    dataset = made_up((6,), None)
    one, two = (split_rows(dataset, make_recipe(validation=40)) for _ in range(2))
    assert torch.equal(one.validation, two.validation)
    assert (len(one.training), len(one.validation)) == (200, 40)
    rows = {tuple(row) for row in torch.cat([one.training, one.validation]).tolist()}
    assert rows == {tuple(row) for row in dataset.training.tolist()}
