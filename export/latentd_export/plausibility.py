"""How real a row looks: two measures behind "decodes to something real", one of which needs labels."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Protocol

import torch
from torch import Tensor, nn

from latentd_export.datasets import Dataset, Floats, Labels
from latentd_export.evaluation import ERROR_UNIT, SEED, apply
from latentd_export.training import batches

HIDDEN, EPOCHS, BATCH, LEARNING_RATE = 256, 8, 256, 2e-3
CONFIDENT = 0.9
NEIGHBOUR_ROWS = 500


class Measure(Protocol):
    """A figure for a set of rows (N, D); `better` says which way it improves."""

    @property
    def name(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def better(self) -> str: ...
    @property
    def definition(self) -> str: ...
    def score(self, rows: Floats) -> float: ...


@dataclass(frozen=True)
class ClassConfidence:
    """The share of rows that a classifier of the training rows takes for one class with probability 0.9 or more."""

    classifier: nn.Module
    accuracy: float
    name: str = "confident_share"
    unit: str = ""
    better: str = "more"

    @property
    def definition(self) -> str:
        """What the figure means, with the classifier's own accuracy."""
        return (
            f"Share of rows that a classifier gives {CONFIDENT:.0%} or more to one class. The classifier is a network "
            f"with {HIDDEN} hidden units, trained on the labelled training rows alone; it is right on "
            f"{self.accuracy:.1%} of the held-out rows."
        )

    def score(self, rows: Floats) -> float:
        """The share, from 0 to 1."""
        probabilities = apply(lambda part: self.classifier(part).softmax(dim=1), rows)
        return float((probabilities.max(axis=1) >= CONFIDENT).mean())


@dataclass(frozen=True)
class NeighbourError:
    """How far the nearest training row is; `training` is (N, D)."""

    training: Tensor
    name: str = "neighbour_error"
    unit: str = ERROR_UNIT
    better: str = "less"
    definition: str = (
        f"Mean squared difference from the nearest training row, over the first {NEIGHBOUR_ROWS} rows; "
        "blurred rows come out near, so compare it only between models of like sharpness."
    )

    def score(self, rows: Floats) -> float:
        """The mean over rows of the least squared difference, per value."""
        squares = self.training.square().sum(dim=1)
        judged = batches(torch.from_numpy(rows[:NEIGHBOUR_ROWS]), 100)
        nearest = [_least(part, self.training, squares) for part in judged]
        return torch.cat(nearest).double().mean().item() / int(rows.shape[1])


def build_measures(dataset: Dataset) -> tuple[Measure, ...]:
    """The measures that `dataset` allows, the most telling one first: confidence needs labels."""
    neighbour = NeighbourError(torch.from_numpy(dataset.training))
    if dataset.training_labels is None or dataset.held_out_labels is None or dataset.classes is None:
        return (neighbour,)
    classifier = train_classifier(dataset.training, dataset.training_labels, len(dataset.classes))
    guesses = apply(classifier, dataset.held_out).argmax(axis=1)
    return ClassConfidence(classifier, float((guesses == dataset.held_out_labels).mean())), neighbour


def train_classifier(rows: Floats, labels: Labels, classes: int) -> nn.Module:
    """A network with one hidden layer, (batch, D) -> logits (batch, classes), from a fixed seed."""
    inputs, targets = torch.from_numpy(rows), torch.from_numpy(labels)
    steps = ceil(len(rows) / BATCH)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(SEED)
        classifier = nn.Sequential(nn.Linear(rows.shape[1], HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, classes))
        optimizer = torch.optim.AdamW(classifier.parameters(), lr=LEARNING_RATE, fused=True)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LEARNING_RATE, total_steps=EPOCHS * steps)
        for _ in range(EPOCHS):
            for chosen in batches(torch.randperm(len(rows)), BATCH):
                optimizer.zero_grad(set_to_none=True)
                loss = nn.functional.cross_entropy(classifier(inputs[chosen]), targets[chosen])
                torch.autograd.backward(loss)
                optimizer.step()
                schedule.step()
    return classifier.eval()


def _least(rows: Tensor, training: Tensor, squares: Tensor) -> Tensor:
    """The least squared distance of each row (n, D) to a training row, (n,).

    |a|^2 + |b|^2 - 2ab, which rounding can make negative.
    """
    distances = rows.square().sum(dim=1, keepdim=True) + squares - 2 * rows @ training.T
    return distances.min(dim=1).values.clamp(min=0)
