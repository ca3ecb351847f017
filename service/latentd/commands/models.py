"""latentd models."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from latentd.errors import BundleError, RegistryEmptyError

if TYPE_CHECKING:
    from latentd.bundle import Manifest
    from latentd.commands.options import Commands


def add_models(commands: Commands) -> None:
    """List the bundles in a models folder."""
    command = commands.add_parser(
        "models",
        help="list the bundles in a models folder",
        description="List the bundles in a models folder with kind, shapes and metrics. Every file is verified;"
        " the exit status is 1 where one was refused.",
    )
    command.add_argument("--models", type=Path, default=Path("models"), help="folder of bundles (default: models)")
    command.set_defaults(run=_list_models)


def _list_models(options: argparse.Namespace) -> int:
    from latentd.bundle import find_bundles, read_bundle

    refused: list[BundleError] = []
    folders = find_bundles(options.models)
    for folder in folders:
        try:
            print(_describe(read_bundle(folder).manifest))
        except BundleError as error:
            refused.append(error)
            print(f"refused: {error}", file=sys.stderr)
    if len(refused) == len(folders):
        raise RegistryEmptyError(options.models, refused)
    return 1 if refused else 0


def _describe(manifest: Manifest) -> str:
    picture = f", {'×'.join(map(str, manifest.picture_shape))} pictures" if manifest.picture_shape else ""
    shapes = f"{manifest.input_dim} → {manifest.latent_dim} → {manifest.input_dim}{picture}"
    head = f"{manifest.name}/{manifest.version}  {manifest.kind}  {shapes}  {manifest.parameters:,} parameters"
    metrics = (f"    {metric.name}: {metric.value:.4g} {metric.unit}".rstrip() for metric in manifest.metrics)
    return "\n".join([head, f"    {manifest.description}", *metrics])
