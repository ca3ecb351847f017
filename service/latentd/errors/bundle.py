"""Bundles that will not be served."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from latentd.errors.root import LatentdError


class BundleError(LatentdError):
    """A bundle that will not be served: `folder`, the `file` at fault and the `reason`."""

    def __init__(self, folder: Path, file: str, reason: str) -> None:
        self.folder = folder
        self.file = file
        self.reason = reason
        super().__init__(f"bundle {folder}: {file}: {reason}" if file else f"bundle {folder}: {reason}")


class BundleMissingError(BundleError):
    """There is no bundle in the folder."""


class BundleFileMissingError(BundleError):
    """A file that the manifest lists is not in the folder."""


class BundleFileCorruptError(BundleError):
    """A file is not what the manifest says: its size, its digest or its content."""


class ManifestInvalidError(BundleError):
    """manifest.json is not a manifest that this version of latentd reads."""


class GraphInvalidError(BundleError):
    """onnxruntime will not load a graph, or its names and shapes are not those of the manifest."""


class GoldenMismatchError(BundleError):
    """The graphs do not give the answers that they gave when they were exported."""


class RegistryEmptyError(LatentdError):
    """Not one bundle could be loaded: `refused` holds the reasons."""

    def __init__(self, folder: Path, refused: Sequence[BundleError]) -> None:
        self.folder = folder
        self.refused = tuple(refused)
        reasons = "".join(f"\n  {error}" for error in refused) or " it holds none"
        super().__init__(f"no bundle in {folder} can be served:{reasons}")
