"""latentd grid: the decoded manifold over two latent dimensions, as GET /grid gives it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from latentd.commands.options import add_model, connect, load_model, read_settings
from latentd.errors import FileUnsupportedError, FileUnwritableError

if TYPE_CHECKING:
    from latentd.commands.options import Commands

MEDIA_TYPES = {".png": "image/png", ".npy": "application/x-npy", ".json": "application/json"}
PARAMETERS = ("rows", "cols", "dims", "base", "spacing", "low", "high")


def add_grid(commands: Commands) -> None:
    """The options are the parameters of GET /grid."""
    command = commands.add_parser(
        "grid",
        help="draw the decoded grid over two latent dimensions",
        description="Decode a grid over two latent dimensions. The ending of OUT tells what is written: .png the"
        " picture, .npy the outputs [rows, cols, D], .json all that GET /grid tells.",
    )
    command.add_argument("-o", "--out", type=Path, metavar="OUT", required=True, help="file to write")
    add_model(command)
    command.add_argument("--rows", metavar="R", help="rows of the grid (default: 20)")
    command.add_argument("--cols", metavar="C", help="columns of the grid (default: 20)")
    command.add_argument("--dims", metavar="X,Y", help="the dimension from left to right, and that from bottom to top")
    command.add_argument("--base", metavar="LATENT", help="where the other dimensions are held (default: the centre)")
    command.add_argument("--spacing", choices=("quantile", "linear"), help="what low and high are (default: quantile)")
    command.add_argument("--low", help="level or latent value where the span begins (default: the level 0.05)")
    command.add_argument("--high", help="level or latent value where the span ends (default: the level 0.95)")
    command.set_defaults(run=_grid)


def _grid(options: argparse.Namespace) -> None:
    from latentd.files.draft import Draft
    from latentd.files.formats import blaming

    media_type = MEDIA_TYPES.get(options.out.suffix.lower())
    if media_type is None:
        raise FileUnsupportedError(options.out, f"a grid cannot be written so; expected {', '.join(MEDIA_TYPES)}")
    content = (_compute if options.url is None else _fetch)(options, media_type)
    with blaming(options.out, FileUnwritableError), Draft(options.out) as draft:
        draft.path.write_bytes(content)


def _fetch(options: argparse.Namespace, media_type: str) -> bytes:
    """What GET /grid of the server that was named answers with."""
    with connect(options) as client:
        return client.get(
            "/grid", {**_given(options), "model": options.model, "version": options.version}, accept=media_type
        )


def _given(options: argparse.Namespace) -> dict[str, str]:
    return {name: value for name in PARAMETERS if (value := getattr(options, name)) is not None}


def _compute(options: argparse.Namespace, media_type: str) -> bytes:
    """The very bytes that GET /grid answers with."""
    from latentd.api.grid import GridQuery, view_grid
    from latentd.api.result import check_pixels, shows_pictures, write_result
    from latentd.api.views import check_rows
    from latentd.question import read_query

    settings = read_settings(options)
    query = read_query(GridQuery, _given(options), settings.max_rows)
    model = load_model(options, settings)
    check_rows({"rows": query.rows, "cols": query.cols}, settings)
    if media_type == MEDIA_TYPES[".png"]:
        if not shows_pictures(model.manifest):
            raise FileUnsupportedError(options.out, f"the outputs of model {model.manifest.name!r} are no pictures")
        check_pixels(model.manifest, query.rows * query.cols, settings)
    return write_result(media_type, model.manifest, view_grid(model, query, media_type)).body
