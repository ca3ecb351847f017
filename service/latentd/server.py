"""uvicorn with the service in it: one process, or several that share a port."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

import uvicorn

from latentd.app import create_app
from latentd.http1.connection import Connection
from latentd.http1.limits import Limits
from latentd.inference import Registry
from latentd.keys import KeyRing
from latentd.service import load_registry
from latentd.settings import Settings
from latentd.tls import tls_options


def serve(settings: Settings) -> None:
    """Serve until a signal ends it.

    Raises RegistryEmptyError, BundleMissingError or ModelNotFoundError when there is nothing to serve, KeysFileError
    for a file of API keys and SettingsInvalidError for a certificate that cannot be used.
    """
    logging.basicConfig(level=settings.log_level.upper(), format="%(levelname)s:     %(message)s")
    if settings.api_keys_file:
        KeyRing(settings.api_keys_file)  # fails here and at once, rather than in every worker
    registry = load_registry(settings)  # the same
    with _metrics_folder(settings) as folder:
        _run(settings.model_copy(update={"metrics_folder": folder}), registry)


@contextmanager
def _metrics_folder(settings: Settings) -> Iterator[Path | None]:
    """Where workers leave their metrics for each other; one worker needs none."""
    if settings.workers == 1 or settings.metrics_folder:
        yield settings.metrics_folder
        return
    with TemporaryDirectory(prefix="latentd-metrics-") as folder:
        yield Path(folder)


def _run(settings: Settings, registry: Registry) -> None:
    settings.export()  # the workers, which are processes of their own, read them there and load for themselves
    uvicorn.run(
        partial(create_app, settings, registry=registry) if settings.workers == 1 else "latentd.app:create_app",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        log_level=settings.log_level,
        loop="uvloop",
        http=cast("type[Connection]", partial(Connection, limits=_limits(settings))),
        ws="none",
        lifespan="on",
        timeout_keep_alive=settings.keep_alive_seconds,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # nothing here asks where a request came from
        **tls_options(settings),
    )


def _limits(settings: Settings) -> Limits:
    return Limits(settings.head_seconds, settings.body_seconds, settings.max_head_bytes)
