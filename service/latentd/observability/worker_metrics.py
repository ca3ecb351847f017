"""Metrics of several workers, whichever of them is asked: each leaves its own in a folder that they share."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson

from latentd.observability.metrics import Family

logger = logging.getLogger(__name__)

INTERVAL_SECONDS = 1.0


class WorkerMetrics:
    """This worker's place in `folder`. What a worker has left stays when it ends: counters never go back."""

    def __init__(self, folder: Path, tell: Callable[[], Sequence[Family]]) -> None:
        self._file = folder / f"{os.getpid()}-{time.time_ns()}.json"  # an ended worker may have had the same number
        self._tell = tell
        self._left = b""

    async def keep_leaving(self) -> None:
        """Leave this worker's metrics every second, until cancelled; then once more."""
        try:
            while True:
                self.leave()
                await asyncio.sleep(INTERVAL_SECONDS)
        finally:
            self.leave()

    def leave(self) -> None:
        """Leave what this worker has to tell now, if it is news; a disk that is full is logged, and fails nothing."""
        content = orjson.dumps([_as_json(family) for family in self._tell()])
        if content == self._left:
            return
        try:
            self._write(content)
        except OSError as error:
            logger.error("the metrics of this worker cannot be left: %s", error)  # noqa: TRY400 - it tells enough

    def _write(self, content: bytes) -> None:
        """Beside its place, and renamed into it."""
        draft = self._file.with_suffix(".draft")
        draft.write_bytes(content)
        draft.replace(self._file)
        self._left = content

    def of_others(self) -> Iterator[list[Family]]:
        """What the other workers have left, which is at most a second old."""
        for file in sorted(self._file.parent.glob("*.json")):
            if file != self._file:
                with suppress(FileNotFoundError):
                    yield [_from_json(family) for family in orjson.loads(file.read_bytes())]


def _as_json(family: Family) -> dict[str, Any]:
    return {**asdict(family), "samples": list(family.samples.items())}


def _from_json(family: dict[str, Any]) -> Family:
    samples = {tuple(labels): sample for labels, sample in family["samples"]}
    return Family(**{**family, "labels": tuple(family["labels"]), "samples": samples})
