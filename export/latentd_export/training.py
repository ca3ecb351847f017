"""The one training loop. The rows lie in memory and are drawn by index, which a data loader would only slow down."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm  # type: ignore[import-untyped]  # tqdm ships no types

from latentd_export.architectures import Autoencoder, build_model
from latentd_export.checkpoint import Checkpoint, History, read_checkpoint, write_checkpoint
from latentd_export.datasets import Dataset
from latentd_export.divergence import check_finite, check_learned, check_not_exploded
from latentd_export.errors import CheckpointInvalidError, TrainingInterruptedError
from latentd_export.interrupts import noting_interrupts
from latentd_export.objectives import Objective, build_objective
from latentd_export.recipe import Recipe, Schedule

VALIDATION_BATCH = 1000
OPTIMIZERS = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}


@dataclass(frozen=True)
class Split:
    """The training rows (N, D), and those set aside to watch the loss on (V, D; V may be 0)."""

    training: Tensor
    validation: Tensor


@dataclass(frozen=True)
class Trained:
    """A model, how it got there, and how long that took in seconds."""

    model: Autoencoder
    recipe: Recipe
    history: History
    seconds: float


def split_rows(dataset: Dataset, recipe: Recipe) -> Split:
    """Sets `recipe.dataset.validation` rows aside, drawn with the recipe's seed."""
    order = np.random.default_rng(recipe.seed).permutation(len(dataset.training))
    size = len(order) - recipe.dataset.validation
    rows = torch.from_numpy(dataset.training)
    return Split(rows[np.sort(order[:size])], rows[np.sort(order[size:])])


def train(
    recipe: Recipe, dataset: Dataset, checkpoint: Path, *, resume: bool = False, progress: bool = True
) -> Trained:
    """Trains the model of `recipe` and leaves its final state in `checkpoint`; with `resume`, continues from there.

    The number of torch threads is the caller's, recipe.schedule.threads by right: the weights depend on it.
    Raises TrainingDivergedError, and leaves no checkpoint of that run; TrainingInterruptedError on Ctrl-C, after the
    state was saved; CheckpointInvalidError when the checkpoint to resume is another recipe's.
    """
    run = _Run(recipe, dataset)
    if resume and checkpoint.exists():
        run.restore(read_checkpoint(checkpoint), checkpoint)
    with noting_interrupts() as interrupted, run.bar(hidden=not progress) as bar:
        while run.epoch < recipe.schedule.epochs:
            run.epoch_steps(interrupted, bar)
            if interrupted.is_set():
                write_checkpoint(run.state(), checkpoint)
                raise TrainingInterruptedError(checkpoint, run.epoch + 1, recipe.schedule.epochs)
            run.finish_epoch(bar)
    run.check_learned()
    write_checkpoint(run.state(), checkpoint)
    return run.trained()


def trained_from(checkpoint: Path) -> Trained:
    """The finished model that a checkpoint holds. Raises CheckpointInvalidError when it is unfinished."""
    state = read_checkpoint(checkpoint)
    if not state.finished:
        epochs = state.recipe.schedule.epochs
        raise CheckpointInvalidError(
            f"{checkpoint}: {state.epoch} of {epochs} epochs are done; train with --resume first"
        )
    model = build_model(state.recipe, state.input_dim, state.value_range)
    model.load_state_dict(state.model)
    return Trained(model.eval(), state.recipe, state.history, state.seconds)


class _Run:
    """The moving parts of a training run, and how they are saved and put back."""

    def __init__(self, recipe: Recipe, dataset: Dataset) -> None:
        self.recipe = recipe
        self.rows = split_rows(dataset, recipe)
        self.steps = math.ceil(len(self.rows.training) / recipe.schedule.batch_size)
        self.model = build_model(recipe, dataset.input_dim, dataset.value_range)
        self.objective: Objective = build_objective(recipe)
        self.optimizer, self.scheduler = build_optimizer(self.model, recipe.schedule, self.steps)
        self.generator = torch.Generator().manual_seed(recipe.seed)
        self.order = torch.empty(0, dtype=torch.int64)
        self.epoch, self.step, self.loss_sum, self.seconds = 0, 0, 0.0, 0.0
        self.history = History()
        self.untrained_loss = self._judge()

    def epoch_steps(self, interrupted: threading.Event, bar: tqdm[None]) -> None:
        """The rest of the current epoch, or as much of it as Ctrl-C leaves."""
        start = time.perf_counter()
        if not len(self.order):  # Ctrl-C between two epochs leaves an order that has been drawn and not yet used
            self.order = torch.randperm(len(self.rows.training), generator=self.generator)
        bar.set_description(f"{self.recipe.name}: epoch {self.epoch + 1}/{self.recipe.schedule.epochs}")
        size = self.recipe.schedule.batch_size
        self.model.train()
        while self.step < self.steps and not interrupted.is_set():
            rows = self.rows.training[self.order[self.step * size : (self.step + 1) * size]]
            self.loss_sum += self._descend(rows) * len(rows)
            self.step += 1
            bar.update()
        self.seconds += time.perf_counter() - start

    def _descend(self, rows: Tensor) -> float:
        loss = self.objective(self.model, rows, self.generator)
        value = loss.item()
        check_finite(value, self.epoch, self.recipe.schedule)
        self.optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        if self.recipe.schedule.clip_norm is not None:
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.recipe.schedule.clip_norm)
        self.optimizer.step()
        self.scheduler.step()
        return value

    def finish_epoch(self, bar: tqdm[None]) -> None:
        """Notes the epoch's losses and stands at the start of the next."""
        start = time.perf_counter()
        self.history.loss.append(self.loss_sum / len(self.rows.training))
        self.history.validation_loss.append(self.validation_loss())
        check_not_exploded(self.history, self.untrained_loss, self.recipe.schedule)
        self.epoch, self.step, self.loss_sum = self.epoch + 1, 0, 0.0
        self.order = self.order[:0]
        self.seconds += time.perf_counter() - start
        bar.set_postfix(loss=f"{self.history.loss[-1]:.4g}", validation=f"{self.history.validation_loss[-1]:.4g}")

    def validation_loss(self) -> float:
        """The objective on the rows that the run is watched on."""
        value = self._judge()
        check_finite(value, self.epoch, self.recipe.schedule)
        return value

    @torch.no_grad()
    def _judge(self) -> float:
        rows = self._watched()
        generator = torch.Generator().manual_seed(self.recipe.seed)  # chance is the same each time
        self.model.eval()
        losses = [self.objective(self.model, part, generator) * len(part) for part in batches(rows, VALIDATION_BATCH)]
        return float(torch.stack(losses).sum() / len(rows))

    def _watched(self) -> Tensor:
        """The validation rows; without any, the first training rows."""
        return self.rows.validation if len(self.rows.validation) else self.rows.training[:VALIDATION_BATCH]

    @torch.no_grad()
    def check_learned(self) -> None:
        """Raises TrainingDivergedError when answering every row with the mean training row would have done better."""
        rows, mean = self._watched(), self.rows.training.mean(dim=0)
        errors = [(self.model.eval()(part) - part).square().mean(dim=1) for part in batches(rows, VALIDATION_BATCH)]
        own, mean_row = torch.cat(errors).mean().item(), (rows - mean).square().mean().item()
        check_learned(own, mean_row, self.untrained_loss, self.history, self.recipe.schedule)

    def bar(self, *, hidden: bool) -> tqdm[None]:
        """A bar over all steps, from which tqdm tells the time left."""
        total, done = self.steps * self.recipe.schedule.epochs, self.epoch * self.steps + self.step
        return tqdm(total=total, initial=done, disable=hidden, unit="step", mininterval=0.5, dynamic_ncols=True)

    def state(self) -> Checkpoint:
        """A picture of the run between two steps."""
        return Checkpoint(
            recipe=self.recipe,
            input_dim=self.model.encoder.input_dim,
            value_range=self.model.decoder.value_range,
            model=self.model.state_dict(),
            optimizer=self.optimizer.state_dict(),
            scheduler=self.scheduler.state_dict(),
            random=self.generator.get_state(),
            order=self.order,
            epoch=self.epoch,
            step=self.step,
            loss_sum=self.loss_sum,
            seconds=self.seconds,
            history=self.history,
        )

    def restore(self, state: Checkpoint, path: Path) -> None:
        """Puts the run where `state` was taken. Raises CheckpointInvalidError unless the recipe is the same."""
        if state.recipe != self.recipe or state.input_dim != self.model.encoder.input_dim:
            raise CheckpointInvalidError(f"{path}: made by another recipe; train without --resume, or with that recipe")
        self.model.load_state_dict(state.model)
        self.optimizer.load_state_dict(state.optimizer)
        self.scheduler.load_state_dict(state.scheduler)
        self.generator.set_state(state.random)
        self.order, self.epoch, self.step = state.order, state.epoch, state.step
        self.loss_sum, self.seconds, self.history = state.loss_sum, state.seconds, state.history

    def trained(self) -> Trained:
        """The finished model, ready for evaluation."""
        return Trained(self.model.eval(), self.recipe, self.history, self.seconds)


def batches(rows: Tensor, size: int) -> Iterator[Tensor]:
    """`rows` (N, …) in order, `size` at a time."""
    return (rows[start : start + size] for start in range(0, len(rows), size))


def build_optimizer(
    model: Autoencoder, schedule: Schedule, steps: int
) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.OneCycleLR]:
    """The optimizer, and its learning rate's one cycle over `steps` steps an epoch (Smith & Topin 2017)."""
    optimizer = OPTIMIZERS[schedule.optimizer](
        model.parameters(), lr=schedule.learning_rate, weight_decay=schedule.weight_decay, fused=True
    )
    scheduler = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, schedule.learning_rate, total_steps=steps * schedule.epochs, pct_start=schedule.warm_up
    )
    return optimizer, scheduler
