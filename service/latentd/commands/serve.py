"""latentd serve."""

from __future__ import annotations

import argparse
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from latentd.commands.options import Commands


LOG_LEVELS = ("critical", "error", "warning", "info", "debug")


def add_serve(commands: Commands) -> None:
    """Serve every bundle in a models folder."""
    command = commands.add_parser(
        "serve",
        help="start the service",
        description="Serve every bundle in a models folder. Each option has an environment variable, LATENTD_<OPTION>.",
    )
    command.add_argument("--host", help="address to listen on (default: 127.0.0.1)")
    command.add_argument("--port", type=int, help="port to listen on; 0 takes a free one (default: 8000)")
    command.add_argument("--workers", type=int, help="processes that share the port and the cores (default: 1)")
    command.add_argument("--models", type=Path, help="folder of bundles, models/<name>/<version> (default: models)")
    command.add_argument("--log-level", choices=LOG_LEVELS, help="least severe message that is logged (default: info)")
    command.set_defaults(run=_serve)


def _serve(options: argparse.Namespace) -> None:
    with _collecting_no_garbage():
        from latentd.server import serve
        from latentd.settings import Settings

    names = ("host", "port", "workers", "models", "log_level")
    serve(Settings.read(**{name: value for name in names if (value := getattr(options, name)) is not None}))


@contextmanager
def _collecting_no_garbage() -> Iterator[None]:
    """While modules are imported, which live until the end: they are not searched for garbage now, nor ever again."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
