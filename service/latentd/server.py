"""uvicorn with the service in it: one process, or several that share a port."""

from __future__ import annotations

import logging
import signal
import sys
from functools import partial
from multiprocessing.connection import Connection as Pipe
from resource import RLIM_INFINITY, RLIMIT_NOFILE, getrlimit
from socket import socket
from typing import cast

import uvicorn

from latentd.app import Latentd, create_app
from latentd.errors import LatentdError
from latentd.http1.connection import Connection
from latentd.http1.limits import Limits
from latentd.http1.room import Room
from latentd.observability.logs import log_config, logging_to_standard_error
from latentd.process.draining import DrainingServer
from latentd.security.keys import KeyRing
from latentd.security.tls import tls_options
from latentd.service import load_registry, load_traces
from latentd.settings import Settings

logger = logging.getLogger(__name__)

OWN_DESCRIPTORS = 64
"""For files, pipes, listening sockets and connections that are just being accepted."""


def serve(settings: Settings) -> None:
    """Serve until a signal ends it.

    Raises RegistryEmptyError, BundleMissingError or ModelNotFoundError when there is nothing to serve, KeysFileError
    for a file of API keys and SettingsInvalidError for a certificate that cannot be used, ExtraMissingError when
    something is to be done that is not installed, and SystemExit with a status when it ended otherwise than by one
    signal. Where lines are for machines these errors are such lines instead, and the exit status is 1.
    """
    with logging_to_standard_error(settings):
        _check(settings)
        registry = load_registry(settings)
        if settings.workers == 1:
            alone = settings.model_copy(update={"metrics_folder": None})  # there are no others to leave metrics for
            _serve_alone(create_app(alone, registry=registry), alone)
        else:
            del registry  # each worker loads for itself
            _keep_workers(settings)


def _check(settings: Settings) -> None:
    """What can fail fails here and at once, rather than in every worker."""
    load_traces(settings)
    tls_options(settings)
    if settings.api_keys_file:
        KeyRing(settings.api_keys_file)


def _serve_alone(app: Latentd, settings: Settings) -> None:
    DrainingServer(_configure(app, settings), app.service, settings.drain_seconds).run()


def _keep_workers(settings: Settings) -> None:
    from latentd.process.metrics_folder import metrics_folder  # noqa: PLC0415 - one process needs neither
    from latentd.process.supervisor import Supervisor  # noqa: PLC0415

    with metrics_folder(settings.metrics_folder) as folder:
        shared = settings.model_copy(update={"metrics_folder": folder})
        listener = _configure("", shared).bind_socket()
        status = Supervisor(partial(work, shared), listener, settings.workers).run()
    if status:
        sys.exit(status)


def work(settings: Settings, listener: socket, parent: Pipe) -> None:
    """Be one of several workers, until told to end or left alone by the parent."""
    from latentd.process.worker import WorkerServer  # noqa: PLC0415 - one process needs none

    signal.signal(signal.SIGINT, signal.SIG_DFL)  # a Ctrl-C meanwhile is no error to be traced
    with logging_to_standard_error(settings):
        try:
            app = create_app(settings, registry=load_registry(settings))
        except LatentdError as error:
            logger.error("%s", error)  # noqa: TRY400 - a traceback tells no more
            sys.exit(1)
        server = WorkerServer(_configure(app, settings), app.service, settings.drain_seconds, parent)
        server.run([listener])


def _configure(app: Latentd | str, settings: Settings) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_config=log_config(settings),
        log_level=settings.log_level,
        loop="uvloop",
        http=cast("type[Connection]", partial(Connection, limits=_limits(settings), room=_room_of(app))),
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


def _room_of(app: Latentd | str) -> Room | None:
    """The service's, with no more connections than there are descriptors for."""
    if isinstance(app, str):
        return None
    descriptors, _ = getrlimit(RLIMIT_NOFILE)
    room = app.service.room
    if descriptors != RLIM_INFINITY:
        room.most_connections = min(room.most_connections, max(1, descriptors - OWN_DESCRIPTORS))
    return room
