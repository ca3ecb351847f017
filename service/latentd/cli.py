"""latentd serve | models | keys | encode | decode | reconstruct | grid."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from latentd import __version__
from latentd.commands.coding import add_decode, add_encode, add_reconstruct
from latentd.commands.grid import add_grid
from latentd.commands.keys import add_keys
from latentd.commands.models import add_models
from latentd.commands.options import join_numbers
from latentd.commands.serve import add_serve
from latentd.errors import ExtraMissingError, LatentdError

COMMANDS = {
    "serve": add_serve,
    "models": add_models,
    "keys": add_keys,
    "encode": add_encode,
    "decode": add_decode,
    "reconstruct": add_reconstruct,
    "grid": add_grid,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit status is 0, 1 after an error that has been printed, or 130 after Ctrl-C."""
    words = join_numbers(sys.argv[1:] if arguments is None else arguments)
    options = _parser(*words[:1]).parse_args(words)
    try:
        return options.run(options) or 0
    except LatentdError as error:
        return _complain(error, 1)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("latentd"):
            raise
        return _complain(ExtraMissingError(error.name, "serve"), 1)
    except KeyboardInterrupt:
        return _complain("stopped", 130)


def _complain(reason: object, status: int) -> int:
    print(f"latentd: {reason}", file=sys.stderr)
    return status


def _parser(first: str = "") -> argparse.ArgumentParser:
    """For arguments of which the `first` may name a command; then it knows the options of that one alone."""
    parser = argparse.ArgumentParser("latentd", description="Serve the latent space of an autoencoder over HTTP.")
    parser.add_argument("--version", action="version", version=f"latentd {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for add in [COMMANDS[first]] if first in COMMANDS else COMMANDS.values():
        add(commands)
    return parser
