"""What all faces serve with: the settings, the models, and the scheduler that runs them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.applications import Starlette

from latentd.bundle import find_bundles
from latentd.errors import (
    AnswerTooLargeError,
    BundleError,
    BundleMissingError,
    ExtraMissingError,
    LifespanMissingError,
    ModelLoadError,
    ModelNotFoundError,
    ServiceNotReadyError,
)
from latentd.http1.room import Room
from latentd.inference import Autoencoder, Registry
from latentd.inference.cores import usable_cores
from latentd.inference.registry import open_bundle
from latentd.inference.scheduler import Scheduler
from latentd.observability.access_log import AccessLog
from latentd.observability.log_fields import FIELDS
from latentd.observability.metrics import Family, add_up, families_of
from latentd.observability.report import Report
from latentd.observability.statistics import Statistics
from latentd.observability.worker_metrics import WorkerMetrics
from latentd.security.keys import KeyRing
from latentd.settings import Settings
from latentd.wire.json_limits import JsonLimits

if TYPE_CHECKING:
    from latentd.observability.traces import Traces

logger = logging.getLogger(__name__)

ANSWER_SETTING = "LATENTD_MAX_ANSWER_VALUES"

LOADING_SECONDS = 1.0  # a model is always loaded in a thread


class Service:
    """The state behind an app. With a `registry` it is ready at once; without one, when its lifespan has begun.

    Raises KeysFileError where the settings name a file of API keys that cannot be used.
    """

    def __init__(self, settings: Settings, registry: Registry | None = None) -> None:
        self.settings = settings
        self.scheduler = _scheduler(settings)
        self.room = Room(settings.max_connections, settings.max_held_bytes)
        self.statistics = Statistics()
        self.keys = KeyRing(settings.api_keys_file) if settings.api_keys_file else None
        self.json_limits = JsonLimits(settings.max_json_depth, settings.max_json_values, settings.max_rows)
        folder = settings.metrics_folder
        self._workers = WorkerMetrics(folder, self._families) if folder else None
        self._registry = registry
        self._loading = asyncio.Lock()
        self._begun = False
        self._told = False
        self._is_ending = False
        self.is_watched = settings.access_log > 0 or settings.traces
        """Is every answer told of, or those alone that failed?"""
        self._access_log = AccessLog(settings.access_log)
        self._traces: Traces | None = None

    def check_answer(self, values: int) -> None:
        """Raise AnswerTooLargeError, before anything is computed, for an answer of more numbers than it may hold."""
        if values > self.settings.max_answer_values:
            raise AnswerTooLargeError(values, self.settings.max_answer_values, ANSWER_SETTING)

    @property
    def registry(self) -> Registry:
        """The models. Raises ServiceNotReadyError until they are loaded and warm.

        It is a LifespanMissingError where nobody has begun to load them.
        """
        if self._registry is None:
            raise ServiceNotReadyError("the models are not loaded yet") if self._begun else self._lifespan_missing()
        return self._registry

    def end(self) -> None:
        """Be ready no more, while requests that still come are answered."""
        self._is_ending = True

    def check_ready(self) -> None:
        """Raises ServiceNotReadyError until the models are loaded and warm, and when the service is about to end."""
        if self._is_ending:
            raise ServiceNotReadyError("the service is about to end")
        _ = self.registry

    @asynccontextmanager
    async def lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        """Load and warm the models; at the end, let running work finish. It may be run again after its end.

        Raises RegistryEmptyError or ModelNotFoundError when there is nothing to serve.
        """
        if self._begun:
            self.scheduler = _scheduler(self.settings)
        self._begun, self._is_ending = True, False
        if self._registry is None:
            self._registry = load_registry(self.settings)
        traces = load_traces(self.settings)
        self._traces = traces() if traces else None
        leaving = asyncio.create_task(self._workers.keep_leaving()) if self._workers else None
        try:
            yield
        finally:
            if leaving:
                leaving.cancel()
            self.scheduler.close()
            if self._traces:
                await self._traces.end()

    def count(self, report: Report) -> None:
        """Count an answer that no endpoint has given, and tell of it where that is asked for."""
        self.statistics.requests[report.route, "", report.status] += 1
        if self.is_watched or report.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            self.tell(report)

    def tell(self, report: Report) -> None:
        """Tell of an answer: all of them while the service `is_watched`, and of each that failed."""
        if self._traces:
            self._traces.tell(report)
        self._access_log.tell(report)

    def metrics(self) -> list[Family]:
        """What this worker has to tell, and the others have left.

        It leaves its own first: should it be killed now, what it has told is not unsaid by the next who is asked.
        """
        others: Iterable[Sequence[Family]] = ()
        if self._workers:
            self._workers.leave()
            others = self._workers.of_others()
        return add_up([self._families(), *others])

    def _families(self) -> list[Family]:
        return families_of(self.statistics, self._registry or (), self.scheduler.backlog, self.room)

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
        told = {"model": name, "versions": [model.manifest.version for model in models]}
        logger.info("loaded %s: %s", name, ", ".join(map(str, told["versions"])), extra={FIELDS: told})

    async def reload(self) -> None:
        """Do so with every model that lies on disk. One that is bad is served as it was, and so is one that is gone."""
        try:
            names = sorted({folder.parent.name for folder in find_bundles(self.settings.models)})
        except BundleMissingError as error:
            logger.error("not loaded: %s", error)  # noqa: TRY400 - the reason is told, a traceback tells no more
            return
        for name in names:
            with suppress(ModelLoadError, ModelNotFoundError):
                await self.load_model(name)

    def _read_models(self, name: str) -> list[Autoencoder]:
        folders = find_bundles(self.settings.models)
        names = sorted({folder.parent.name for folder in folders})
        if name not in names:
            raise ModelNotFoundError(name, names)
        try:
            return [
                open_bundle(folder, threads_a_model(self.settings), self.settings.max_bundle_bytes)
                for folder in folders
                if folder.parent.name == name
            ]
        except BundleError as error:
            told = {"model": name, "version": int(error.folder.name)}
            logger.error("not loaded: %s", error, extra={FIELDS: told})  # noqa: TRY400 - a traceback tells no more
            raise ModelLoadError(name, error) from None


def _scheduler(settings: Settings) -> Scheduler:
    return Scheduler(batches=settings.batching, queue_seconds=settings.queue_seconds)


def load_traces(settings: Settings) -> type[Traces] | None:
    """What traces answers, if the settings want that. Raises ExtraMissingError without OpenTelemetry's SDK."""
    if not settings.traces:
        return None
    try:
        from latentd.observability.traces import Traces  # noqa: PLC0415 - it is not there without the extra, and slow to import
    except ModuleNotFoundError as error:
        raise ExtraMissingError(error.name or "opentelemetry", "otel") from None
    return Traces


def load_registry(settings: Settings) -> Registry:
    """Load and warm the models that the settings name, with this worker's share of the cores.

    Raises RegistryEmptyError, BundleMissingError or ModelNotFoundError when there is nothing to serve.
    """
    threads = threads_a_model(settings)
    registry = Registry.load(
        settings.models, default=settings.default_model, threads=threads, most_bytes=settings.max_bundle_bytes
    )
    names = ", ".join(f"{model.manifest.name}/{model.manifest.version}" for model in registry)
    share = f"{threads} thread{'s' * (threads > 1)} a model"
    told = {"models": names.split(", "), "default": registry.default_name, "threads": threads}
    logger.info("serving %s; default %s; %s", names, registry.default_name, share, extra={FIELDS: told})
    return registry


def threads_a_model(settings: Settings) -> int:
    """This worker's share of the cores, which each of its models may use."""
    return max(1, usable_cores() // settings.workers)
