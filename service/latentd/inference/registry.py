"""The models that are served, by name and version."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Self

from latentd.bundle import BundleLimits, find_bundles, read_bundle
from latentd.bundle.limits import LIMITS
from latentd.errors import (
    BundleError,
    ModelNotFoundError,
    RegistryEmptyError,
    ServiceNotReadyError,
    VersionNotFoundError,
)
from latentd.inference.autoencoder import Autoencoder
from latentd.observability.log_fields import FIELDS

logger = logging.getLogger(__name__)

PREFERRED_DEFAULT = "ae-mnist"


def default_among(names: Sequence[str]) -> str:
    """The model that answers when none is named or configured: ae-mnist, else the first of the sorted `names`."""
    return PREFERRED_DEFAULT if PREFERRED_DEFAULT in names else names[0]


def open_bundle(folder: Path, threads: int | None, limits: BundleLimits) -> Autoencoder:
    """The model in a folder. Raises BundleError, whatever is wrong with it: one bad bundle must not end the service."""
    try:
        return Autoencoder(read_bundle(folder, limits), threads)
    except BundleError:
        raise
    except Exception as error:
        logger.debug("unforeseen in %s", folder, exc_info=True)
        raise BundleError(folder, "", f"it cannot be loaded: {type(error).__name__}: {error}") from error


class Registry:
    """Models by name and version; without a name the default model, without a version the highest.

    `names` are those of all models, sorted.
    """

    def __init__(
        self, models: Iterable[Autoencoder], default: str | None = None, refused: Iterable[BundleError] = ()
    ) -> None:
        """Raises ModelNotFoundError when `default` names none of the `models`."""
        self.refused = {(error.folder.parent.name, int(error.folder.name)): error for error in refused}
        served: dict[str, dict[int, Autoencoder]] = {}
        for model in models:
            served.setdefault(model.manifest.name, {})[model.manifest.version] = model
        if default is not None and default not in served:
            raise ModelNotFoundError(default, sorted(served))
        self._default = default
        self._serve(served)

    def _serve(self, models: dict[str, dict[int, Autoencoder]]) -> None:
        """Take these from now on, and find out now what most requests ask for: the highest versions."""
        self._models = models
        self.names = sorted(models)
        self._newest: dict[str | None, Autoencoder] = {name: models[name][max(models[name])] for name in models}
        default = self._default or (default_among(self.names) if models else None)
        if default in self._newest:
            self._newest[None] = self._newest[default]

    @classmethod
    def load(
        cls,
        folder: str | Path,
        *,
        default: str | None = None,
        threads: int | None = None,
        limits: BundleLimits = LIMITS,
    ) -> Self:
        """Load every bundle under `folder` (models/<name>/<version>). One that is bad is refused with a logged reason.

        Raises RegistryEmptyError when not one is left, BundleMissingError when there is no such
        folder, and ModelNotFoundError when `default` is not among them.
        """
        models: list[Autoencoder] = []
        refused: list[BundleError] = []
        for path in find_bundles(Path(folder)):
            try:
                models.append(open_bundle(path, threads, limits))
            except BundleError as error:
                refused.append(error)
                told = {"model": path.parent.name, "version": int(path.name)}
                logger.error("refused: %s", error, extra={FIELDS: told})  # noqa: TRY400 - a traceback tells no more
        if not models:
            raise RegistryEmptyError(Path(folder), refused)
        return cls(models, default, refused)

    @property
    def default_name(self) -> str:
        """The model of a request that names none: the configured one, else ae-mnist, else the first by name.

        Raises ServiceNotReadyError when all have been unloaded.
        """
        if self._default is None and not self._models:
            raise ServiceNotReadyError("no model is loaded")
        return self._default or default_among(self.names)

    def __iter__(self) -> Iterator[Autoencoder]:
        """Every model in every version, by name and version."""
        return (self._models[name][version] for name in self.names for version in sorted(self._models[name]))

    def get(self, name: str | None = None, version: int | None = None) -> Autoencoder:
        """The model of that name and version. Raises ModelNotFoundError or VersionNotFoundError."""
        if version is None and name in self._newest:
            return self._newest[name]
        name = self.default_name if name is None else name
        versions = self.versions(name)
        if version not in self._models[name]:
            assert version is not None, "the newest has been found"
            raise VersionNotFoundError(name, version, versions)
        return self._models[name][version]

    def put(self, name: str, models: Iterable[Autoencoder]) -> None:
        """Serve these versions of a model from now on, in the place of those that were served. With none, it is gone.

        Requests that hold a model already go on with it.
        """
        versions = {model.manifest.version: model for model in models}
        others = {other: held for other, held in self._models.items() if other != name}
        self._serve({**others, name: versions} if versions else others)

    def versions(self, name: str) -> list[int]:
        """The versions of a model, ascending. Raises ModelNotFoundError."""
        if name not in self._models:
            raise ModelNotFoundError(name, self.names)
        return sorted(self._models[name])
