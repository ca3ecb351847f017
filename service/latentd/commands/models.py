"""latentd models."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from latentd.commands.options import add_place, connect
from latentd.errors import BundleError, RegistryEmptyError

if TYPE_CHECKING:
    from latentd.bundle import Manifest
    from latentd.client import Model
    from latentd.commands.options import Commands


def add_models(commands: Commands) -> None:
    """List the bundles in a models folder, or those that a server has."""
    command = commands.add_parser(
        "models",
        help="list the bundles in a models folder, or on a server",
        description="List the bundles in a models folder with kind, shapes and metrics; every file is verified, and the"
        " exit status is 1 where one was refused. With --url, list those that a server has.",
    )
    add_place(command, Path("models"))
    command.set_defaults(run=lambda options: (_list_bundles if options.url is None else _list_served)(options))


def _list_served(options: argparse.Namespace) -> int:
    with connect(options) as client:
        for summary in client.models():
            for version in summary.versions:
                print(_describe(client.model(summary.name, version)))
    return 0


def _list_bundles(options: argparse.Namespace) -> int:
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


def _describe(manifest: Manifest | Model) -> str:
    picture = f", {'×'.join(map(str, manifest.picture_shape))} pictures" if manifest.picture_shape else ""
    shapes = f"{manifest.input_dim} → {manifest.latent_dim} → {manifest.input_dim}{picture}"
    head = f"{manifest.name}/{manifest.version}  {manifest.kind}  {shapes}  {manifest.parameters:,} parameters"
    metrics = (f"    {metric.name}: {metric.value:.4g} {metric.unit}".rstrip() for metric in manifest.metrics)
    return "\n".join([head, f"    {manifest.description}", *metrics])
