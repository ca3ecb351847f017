"""Where results go."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from numpy.typing import NDArray

from latentd.bundle import Manifest
from latentd.inference.arrays import FloatArray

LABELS = "labels"

Columns = Mapping[str, NDArray[Any]]
"""Results by name, such as `latents` [n, L] and `errors` [n]. A file of one array holds the first but the labels."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a sink may want to know before the first row: whose results they are, and what they are made of.

    `leading` is the shape that an array file mirrors, or None. No picture gets more than `max_pixels`.
    """

    manifest: Manifest
    leading: tuple[int, ...] | None
    max_pixels: int


class RowSink(ABC):
    """A file in the making. Leaving it as a context closes it, whether it is finished or not."""

    def __init__(self, path: Path, plan: Plan) -> None:
        self.path = path
        self.plan = plan

    @abstractmethod
    def write(self, columns: Columns, inputs: FloatArray) -> None:
        """Append the results [n, …] of `inputs` [n, D]. Every call has the same columns."""

    @abstractmethod
    def finish(self) -> None:
        """Write what can only be written after the last row."""

    def close(self) -> None:  # noqa: B027 - most sinks do have something to close
        """Let go of what is open."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
