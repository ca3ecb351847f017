"""uvicorn with the service in it: one process, or several that share a port."""

from __future__ import annotations

import logging
from functools import partial

import uvicorn

from latentd.app import create_app
from latentd.service import load_registry
from latentd.settings import Settings


def serve(settings: Settings) -> None:
    """Serve until a signal ends it.

    Raises RegistryEmptyError, BundleMissingError or ModelNotFoundError when there is nothing to serve.
    """
    logging.basicConfig(level=settings.log_level.upper(), format="%(levelname)s:     %(message)s")
    registry = load_registry(settings)  # fails here and at once, rather than in every worker
    settings.export()  # the workers, which are processes of their own, read them there and load for themselves
    uvicorn.run(
        partial(create_app, settings, registry=registry) if settings.workers == 1 else "latentd.app:create_app",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        log_level=settings.log_level,
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="on",
        access_log=False,
        server_header=False,
    )
