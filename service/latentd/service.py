"""What all faces serve with: the settings, the models, and the scheduler that runs them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette

from latentd.bundle import find_bundles, read_bundle
from latentd.errors import (
    BundleError,
    BundleMissingError,
    LifespanMissingError,
    ModelLoadError,
    ModelNotFoundError,
    ServiceNotReadyError,
)
from latentd.inference import Autoencoder, Registry
from latentd.inference.cores import usable_cores
from latentd.inference.scheduler import Scheduler
from latentd.keys import KeyRing
from latentd.metrics import Family, add_up, families_of
from latentd.settings import Settings
from latentd.statistics import Statistics
from latentd.worker_metrics import WorkerMetrics

logger = logging.getLogger(__name__)

LOADING_SECONDS = 1.0  # a model is always loaded in a thread


class Service:
    """The state behind an app. With a `registry` it is ready at once; without one, when its lifespan has begun.

    Raises KeysFileError where the settings name a file of API keys that cannot be used.
    """

    def __init__(self, settings: Settings, registry: Registry | None = None) -> None:
        self.settings = settings
        self.scheduler = Scheduler(batches=settings.batching)
        self.statistics = Statistics()
        self.keys = KeyRing(settings.api_keys_file) if settings.api_keys_file else None
        folder = settings.metrics_folder
        self._workers = WorkerMetrics(folder, self._families) if folder else None
        self._registry = registry
        self._loading = asyncio.Lock()
        self._begun = False
        self._told = False

    @property
    def registry(self) -> Registry:
        """The models. Raises ServiceNotReadyError until they are loaded and warm.

        It is a LifespanMissingError where nobody has begun to load them.
        """
        if self._registry is None:
            raise ServiceNotReadyError("the models are not loaded yet") if self._begun else self._lifespan_missing()
        return self._registry

    @asynccontextmanager
    async def lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        """Load and warm the models; at the end, let running work finish. It may be run again after its end.

        Raises RegistryEmptyError or ModelNotFoundError when there is nothing to serve.
        """
        if self._begun:
            self.scheduler = Scheduler(batches=self.settings.batching)
        self._begun = True
        if self._registry is None:
            self._registry = load_registry(self.settings)
        leaving = asyncio.create_task(self._workers.keep_leaving()) if self._workers else None
        try:
            yield
        finally:
            if leaving:
                leaving.cancel()
            self.scheduler.close()

    def metrics(self) -> list[Family]:
        """What this worker has to tell, and the others have left."""
        others = self._workers.of_others() if self._workers else ()
        return add_up([self._families(), *others])

    def _families(self) -> list[Family]:
        return families_of(self.statistics, self._registry or ())

    def _lifespan_missing(self) -> LifespanMissingError:
        error = LifespanMissingError()
        if not self._told:
            self._told = True
            logger.error("%s", error)
        return error

    def repository(self) -> dict[tuple[str, int], str]:
        """Every version of every model that is served or lies on disk, by name; with why it is not served, or ""."""
        served = {(model.manifest.name, model.manifest.version): "" for model in self.registry}
        try:
            folders = find_bundles(self.settings.models)
        except BundleMissingError:  # the models were handed over by who embeds the service
            folders = []
        on_disk = {(folder.parent.name, int(folder.name)): "not loaded" for folder in folders}
        refused = {key: str(error) for key, error in self.registry.refused.items() if key in on_disk}
        return dict(sorted({**on_disk, **refused, **served}.items()))

    async def load_model(self, name: str) -> None:
        """Read a model's bundles from disk again, and serve them in the place of those that were served.

        Raises ModelNotFoundError where there are none, and ModelLoadError where one is bad; then nothing changes.
        """
        async with self._loading:
            models = await self.scheduler.run(self._read_models, name, LOADING_SECONDS)
            self.registry.put(name, models)
        logger.info("loaded %s: %s", name, ", ".join(str(model.manifest.version) for model in models))

    def _read_models(self, name: str) -> list[Autoencoder]:
        folders = find_bundles(self.settings.models)
        names = sorted({folder.parent.name for folder in folders})
        if name not in names:
            raise ModelNotFoundError(name, names)
        try:
            return [
                Autoencoder(read_bundle(folder), threads_a_model(self.settings))
                for folder in folders
                if folder.parent.name == name
            ]
        except BundleError as error:
            logger.error("not loaded: %s", error)  # noqa: TRY400 - the reason is told, a traceback tells no more
            raise ModelLoadError(name, error) from None


def load_registry(settings: Settings) -> Registry:
    """Load and warm the models that the settings name, with this worker's share of the cores.

    Raises RegistryEmptyError, BundleMissingError or ModelNotFoundError when there is nothing to serve.
    """
    threads = threads_a_model(settings)
    registry = Registry.load(settings.models, default=settings.default_model, threads=threads)
    names = ", ".join(f"{model.manifest.name}/{model.manifest.version}" for model in registry)
    share = f"{threads} thread{'s' * (threads > 1)} a model"
    logger.info("serving %s; default %s; %s", names, registry.default_name, share)
    return registry


def threads_a_model(settings: Settings) -> int:
    """This worker's share of the cores, which each of its models may use."""
    return max(1, usable_cores() // settings.workers)
