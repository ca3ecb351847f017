"""What can go wrong in the offline half. Each error carries its facts and says what to do about it.

ExportError
├── DatasetMissingError        no source had the files
├── DatasetInvalidError        the files are there, but are not usable vectors
├── SourceUnavailableError     one source failed (collected by DatasetMissingError)
├── DigestMismatchError        a file's SHA-256 is not the published one
├── IdxFormatError             not an IDX file
├── RecipeInvalidError         a recipe that cannot be read or contradicts its dataset
├── CheckpointInvalidError     not a checkpoint, or one of another recipe
├── TrainingDivergedError      the loss stopped being a number, or the model learned nothing
├── TrainingFinishedError      nothing is left to resume
├── TrainingInterruptedError   Ctrl-C; a checkpoint was written
├── ParityExceededError        torch and onnxruntime disagree
├── BundleExistsError          the version to write is taken
└── VerificationFailedError    a bundle does not do what its manifest says
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from latentd_export.recipe import Schedule


SENSIBLE_RATE = 1e-2  # of Adam, for a small dense network: more seldom goes well


class ExportError(Exception):
    """The root: whatever a user can put right."""


class SourceUnavailableError(ExportError):
    """One place did not have all of a dataset's files; `found` are those that it had, by name."""

    def __init__(self, reason: str, found: Mapping[str, Path] | None = None) -> None:
        super().__init__(reason)
        self.found = dict(found or {})


class DigestMismatchError(ExportError):
    """A file holds something else than its published SHA-256 says."""

    def __init__(self, path: Path, expected: str, found: str) -> None:
        super().__init__(f"{path}: SHA-256 of the decompressed file is {found[:12]}…, expected {expected[:12]}…")
        self.path, self.expected, self.found = path, expected, found


class IdxFormatError(ExportError):
    """Bytes that are not an IDX array."""


class DatasetInvalidError(ExportError):
    """Files that were found, but hold no usable vectors."""


class DatasetMissingError(ExportError):
    """Every source was tried and none had all files; `reasons` maps each source to what it answered."""

    def __init__(self, dataset: str, files: Sequence[str], reasons: Mapping[str, str]) -> None:
        tried = "\n".join(f"  - {source}: {reason}" for source, reason in reasons.items())
        super().__init__(
            f"the dataset {dataset} was found nowhere. Tried, in this order:\n{tried}\n"
            f"To supply it by hand, put these files, gzipped (.gz) or plain, into one folder:\n"
            f"  {', '.join(files)}\n"
            f"and name the folder with --data-dir FOLDER or LATENTD_DATA_DIR=FOLDER."
        )
        self.dataset, self.files, self.reasons = dataset, tuple(files), dict(reasons)


class RecipeInvalidError(ExportError):
    """A recipe that cannot be read, or that does not fit its dataset."""


class CheckpointInvalidError(ExportError):
    """A file that is not a checkpoint, is unfinished where a finished one is needed, or is another recipe's."""


class TrainingDivergedError(ExportError):
    """A run that has come to nothing, after `epoch` epochs; no bundle is written. `what` is the sign of it."""

    def __init__(self, what: str, epoch: int, schedule: Schedule) -> None:
        learning_rate, clip_norm = schedule.learning_rate, schedule.clip_norm
        clipping = (
            "set schedule.clip_norm = 1.0" if clip_norm is None else f"lower schedule.clip_norm (now {clip_norm:g})"
        )
        super().__init__(
            f"training diverged in epoch {epoch}: {what}, so no bundle was written. "
            f"Lower schedule.learning_rate (now {learning_rate:g}; try {min(learning_rate / 3, SENSIBLE_RATE):.2g}) "
            f"or {clipping}, then train again."
        )
        self.what, self.epoch, self.schedule = what, epoch, schedule


class TrainingFinishedError(ExportError):
    """A training that was to be resumed has nothing left to do."""

    def __init__(self, checkpoint: Path, epochs: int) -> None:
        super().__init__(
            f"all {epochs} epochs in {checkpoint} are done: nothing is left to resume. "
            f"`latentd-export export {checkpoint}` writes its bundle; without --resume the training begins anew."
        )
        self.checkpoint, self.epochs = checkpoint, epochs


class TrainingInterruptedError(ExportError):
    """Ctrl-C stopped the training after its state was saved."""

    def __init__(self, checkpoint: Path, epoch: int, epochs: int) -> None:
        super().__init__(
            f"stopped in epoch {epoch} of {epochs}; the state is in {checkpoint}. "
            "Continue with the same command and --resume."
        )
        self.checkpoint, self.epoch, self.epochs = checkpoint, epoch, epochs


class ParityExceededError(ExportError):
    """An exported graph answers differently from the torch module that it came from."""


class BundleExistsError(ExportError):
    """The version that was asked for is already there, and replacing it was not asked for."""


class VerificationFailedError(ExportError):
    """A bundle that does not do what its manifest says."""
