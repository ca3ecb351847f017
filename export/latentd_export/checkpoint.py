"""The state of one training run: enough to continue it to the very weights that it would have reached."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from latentd_export.errors import CheckpointInvalidError
from latentd_export.recipe import Recipe

FORMAT = "latentd-checkpoint-1"


@dataclass
class History:
    """The curve of a run: one entry for each finished epoch."""

    loss: list[float] = field(default_factory=list)
    validation_loss: list[float] = field(default_factory=list)


@dataclass
class Checkpoint:
    """Everything that the training loop carries from one step to the next.

    `epoch` counts finished epochs; `step` the steps done in the current one, whose row order is `order`. `random` is
    the generator's state, `loss_sum` the sum of the current epoch's losses over the rows so far.
    """

    recipe: Recipe
    input_dim: int
    value_range: tuple[float, float] | None
    model: dict[str, Tensor]
    optimizer: dict[str, Any]
    scheduler: dict[str, Any]
    random: Tensor
    order: Tensor
    epoch: int
    step: int
    loss_sum: float
    seconds: float
    history: History

    @property
    def finished(self) -> bool:
        """Whether every epoch of the recipe is done."""
        return self.epoch >= self.recipe.schedule.epochs


def write_checkpoint(checkpoint: Checkpoint, path: Path) -> None:
    """Writes beside `path` and renames, so that an earlier checkpoint survives until this one is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    state = {name.name: getattr(checkpoint, name.name) for name in fields(checkpoint)}
    state["recipe"] = checkpoint.recipe.model_dump_json()
    state["history"] = vars(checkpoint.history)
    descriptor, beside = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            torch.save({"format": FORMAT, **state}, stream)
            stream.flush()
            os.fsync(stream.fileno())
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


def read_checkpoint(path: Path) -> Checkpoint:
    """Reads plain tensors, numbers and strings; nothing in the file is run. Raises CheckpointInvalidError."""
    try:
        state = torch.load(path, weights_only=True, map_location="cpu")
    except FileNotFoundError as error:
        raise CheckpointInvalidError(f"{path}: there is no such checkpoint") from error
    except Exception as error:
        raise CheckpointInvalidError(f"{path}: not a checkpoint: {error}") from error
    if not isinstance(state, dict) or state.pop("format", None) != FORMAT:
        raise CheckpointInvalidError(f"{path}: not a checkpoint of this version ({FORMAT})")
    try:
        state["recipe"] = Recipe.model_validate_json(state["recipe"])
        state["history"] = History(**state["history"])
        return Checkpoint(**state)
    except (KeyError, TypeError, ValueError) as error:
        raise CheckpointInvalidError(f"{path}: not a checkpoint of this version: {error}") from error
