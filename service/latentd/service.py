"""What all faces serve with: the settings, the models, and the scheduler that runs them."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette

from latentd.errors import ServiceNotReadyError
from latentd.inference import Registry
from latentd.inference.cores import usable_cores
from latentd.inference.scheduler import Scheduler
from latentd.settings import Settings

logger = logging.getLogger(__name__)


class Service:
    """The state behind an app. With a `registry` it is ready at once; without one, when its lifespan has begun."""

    def __init__(self, settings: Settings, registry: Registry | None = None) -> None:
        self.settings = settings
        self.scheduler = Scheduler()
        self._registry = registry

    @property
    def registry(self) -> Registry:
        """The models. Raises ServiceNotReadyError until they are loaded and warm."""
        if self._registry is None:
            raise ServiceNotReadyError("the models are not loaded yet")
        return self._registry

    @asynccontextmanager
    async def lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        """Load and warm the models; at the end, let running work finish.

        Raises RegistryEmptyError or ModelNotFoundError when there is nothing to serve.
        """
        if self._registry is None:
            self._registry = load_registry(self.settings)
        yield
        self.scheduler.close()


def load_registry(settings: Settings) -> Registry:
    """Load and warm the models that the settings name, with this worker's share of the cores.

    Raises RegistryEmptyError, BundleMissingError or ModelNotFoundError when there is nothing to serve.
    """
    threads = max(1, usable_cores() // settings.workers)
    registry = Registry.load(settings.models, default=settings.default_model, threads=threads)
    names = ", ".join(f"{model.manifest.name}/{model.manifest.version}" for model in registry)
    logger.info("serving %s; default %s; %d threads a model", names, registry.default_name, threads)
    return registry
