"""latentd encode | decode | reconstruct: rows from file to file."""

from __future__ import annotations

import argparse
import secrets
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from latentd.commands.options import add_model, open_model, read_settings, whole_number
from latentd.errors import ParameterInvalidError

if TYPE_CHECKING:
    from latentd.bundle import Manifest
    from latentd.commands.options import Commands
    from latentd.files.transformation import Report
    from latentd.files.work import Coder, Work
    from latentd.inference.rows import RowSpec
    from latentd.settings import Settings
    from latentd.wire.picture_body import PictureReader

BATCH_SIZE = 1024
MAX_SEED = 2**63 - 1
FORMATS = "Formats follow the endings: .npy, .npz, .csv, .parquet"


def add_encode(commands: Commands) -> None:
    """Inputs -> latents."""
    command = _add(commands, "encode", _encode, "turn inputs into latents", "pictures (.png, .jpg) and folders of them")
    _add_pictures(command)
    command.add_argument("--sample", action="store_true", help="draw the latents from the posterior (VAE)")
    command.add_argument("--seed", type=int, help="makes the draw the same again (default: made up, and told)")


def add_decode(commands: Commands) -> None:
    """Latents -> outputs."""
    _add(commands, "decode", _decode, "turn latents into outputs", "for OUT also .png, a contact sheet, and FOLDER/")


def add_reconstruct(commands: Commands) -> None:
    """Inputs -> outputs, errors and percentiles."""
    also = "pictures and folders of them; for OUT .png, a contact sheet, and FOLDER/"
    command = _add(commands, "reconstruct", _reconstruct, "encode and decode again; tell each row's error", also)
    _add_pictures(command)
    command.add_argument(
        "--threshold", type=float, metavar="PERCENTILE", help="adds `anomalous`: is the row's percentile above this?"
    )


def _add(commands: Commands, name: str, run: object, purpose: str, also: str) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=purpose, description=f"{purpose.capitalize()}. {FORMATS}; {also}.")
    command.add_argument("source", metavar="IN", help="file of rows")
    command.add_argument("-o", "--out", metavar="OUT", required=True, help="file to write; replaced if it is there")
    add_model(command)
    command.add_argument(
        "--batch-size", type=whole_number, default=BATCH_SIZE, metavar="ROWS", help=f"(default: {BATCH_SIZE})"
    )
    command.add_argument("-q", "--quiet", action="store_true", help="show no progress")
    command.set_defaults(run=run)
    return command


def _add_pictures(command: argparse.ArgumentParser) -> None:
    command.add_argument("--invert", action="store_true", help="the pictures are dark on light")
    command.add_argument(
        "--fit",
        choices=("pad", "center"),
        default="pad",
        help="pad: scale the whole picture; center: cut out and centre what is drawn (default: pad)",
    )


def _encode(options: argparse.Namespace) -> None:
    from latentd.files.work import encoding

    settings = read_settings(options)
    # Batches run at once, with a thread for each; but a draw goes through them one by one.
    with open_model(options, settings, threads=None if options.sample else 1) as model:
        work = encoding(model, _seed(options, model))
        _transform(options, settings, model.manifest, model.inputs, work, are_outputs=False)


def _decode(options: argparse.Namespace) -> None:
    from latentd.files.work import decoding

    settings = read_settings(options)
    with open_model(options, settings, threads=1) as model:
        _transform(options, settings, model.manifest, model.latents, decoding(model), are_outputs=True)


def _reconstruct(options: argparse.Namespace) -> None:
    from latentd.files.work import reconstruction

    if options.threshold is not None and not 0 <= options.threshold <= 100:
        raise ParameterInvalidError("threshold", f"expected a percentile from 0 to 100; got {options.threshold:g}")
    settings = read_settings(options)
    with open_model(options, settings, threads=1) as model:
        work = reconstruction(model, options.threshold)
        _transform(options, settings, model.manifest, model.inputs, work, are_outputs=True)


def _seed(options: argparse.Namespace, model: Coder) -> int | None:
    """The seed of a draw, or None where none is asked for; one that is made up is told."""
    if not options.sample:
        if options.seed is not None:
            raise ParameterInvalidError("seed", "--seed goes with --sample")
        return None
    model.require_posterior()
    if options.seed is None:
        options.seed = secrets.randbelow(2**32)
        print(f"seed: {options.seed}", file=sys.stderr)
    if not 0 <= options.seed <= MAX_SEED:
        raise ParameterInvalidError("seed", f"expected a seed from 0 to {MAX_SEED}; got {options.seed}")
    seed: int = options.seed
    return seed


def _transform(
    options: argparse.Namespace, settings: Settings, manifest: Manifest, spec: RowSpec, work: Work, *, are_outputs: bool
) -> None:
    from latentd.files.formats import Destination, choose_sink, open_source
    from latentd.files.row_sink import Plan
    from latentd.files.transformation import transform

    open_sink = choose_sink(options.out, manifest, are_outputs=are_outputs)
    source = open_source(Path(options.source), spec, _picture_reader(options, settings, spec))
    destination = Destination(options.out, open_sink, Plan(manifest, source.leading, settings.max_pixels))
    with _ending_as_on_ctrl_c(), _progress(options) as report:
        transform(source, work, destination, options.batch_size, report)


def _picture_reader(options: argparse.Namespace, settings: Settings, spec: RowSpec) -> PictureReader | None:
    from latentd.wire.picture_body import PictureReader

    if spec.picture_shape is None or spec.value_range is None:
        return None
    return PictureReader(
        spec.picture_shape, settings.max_pixels, "LATENTD_MAX_PIXELS", invert=options.invert, fit=options.fit
    )


@contextmanager
def _progress(options: argparse.Namespace) -> Iterator[Report]:
    """A bar on stderr with rows, rate and time left; nothing where that is no terminal."""
    from tqdm import tqdm  # type: ignore[import-untyped]  # tqdm ships no types

    hidden = True if options.quiet else None  # None asks whether it is a terminal
    with tqdm(desc=Path(options.source).name, unit=" rows", unit_scale=True, disable=hidden, dynamic_ncols=True) as bar:

        def report(done: int, in_all: int) -> None:
            bar.total = max(in_all, bar.n + done)
            bar.update(done)

        yield report


@contextmanager
def _ending_as_on_ctrl_c() -> Iterator[None]:
    """Clean up on SIGTERM, too, with which timeout and container runtimes end a process."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
