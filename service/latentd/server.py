"""uvicorn with the service in it: one process, or several that share a port."""

from __future__ import annotations

import logging
from pathlib import Path

import uvicorn

from latentd.bundle import find_bundles, read_bundle
from latentd.errors import BundleError, RegistryEmptyError
from latentd.settings import Settings

logger = logging.getLogger(__name__)


def serve(settings: Settings) -> None:
    """Serve until a signal ends it. Raises RegistryEmptyError or BundleMissingError when there is nothing to serve."""
    logging.basicConfig(level=settings.log_level.upper(), format="%(levelname)s:     %(message)s")
    _check_models(settings)
    settings.export()  # the workers, which are processes of their own, read them there
    uvicorn.run(
        "latentd.app:create_app",
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


def _check_models(settings: Settings) -> None:
    """Fail here and at once, rather than in every worker, when there is nothing to serve."""
    refused = []
    for folder in find_bundles(settings.models):
        fault = _fault_of(folder)
        if fault is None:
            return
        refused.append(fault)
    raise RegistryEmptyError(settings.models, refused)


def _fault_of(folder: Path) -> BundleError | None:
    try:
        read_bundle(folder)
    except BundleError as error:
        return error
    return None
