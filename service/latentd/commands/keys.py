"""latentd keys new | list | revoke."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from latentd.errors import SettingsInvalidError

if TYPE_CHECKING:
    from latentd.commands.options import Commands
    from latentd.security.keys import KeysFile

SETTING = "LATENTD_API_KEYS_FILE"


def add_keys(commands: Commands) -> None:
    """Make, list and revoke the keys that a server asks for."""
    command = commands.add_parser(
        "keys",
        help="make, list and revoke API keys",
        description=f"Make, list and revoke API keys. They stand hashed in a file, which `latentd serve` reads where"
        f" {SETTING} names it, and again within a second of a change.",
    )
    actions = command.add_subparsers(title="actions", required=True, metavar="ACTION")
    new = actions.add_parser("new", help="make a key, and print it: it is kept nowhere")
    new.add_argument("name", type=_name, help="whose key it is; letters, digits, dots, hyphens and underscores")
    new.add_argument(
        "--rights",
        type=_rights,
        default="infer",
        metavar="RIGHTS",
        help="what it is good for: infer, control (of what is loaded), metrics; commas between (default: infer)",
    )
    listing = actions.add_parser("list", help="list the keys: names, rights, and when they were made")
    revoke = actions.add_parser("revoke", help="take a key back")
    revoke.add_argument("name", help="whose key it is")
    for action, run in ((new, _make), (listing, _list), (revoke, _revoke)):
        action.add_argument("--file", type=Path, metavar="FILE", help=f"the file of keys (default: {SETTING})")
        action.set_defaults(run=run)


def _make(options: argparse.Namespace) -> None:
    from latentd.security.keys import Key, new_token

    file, token = _file(options), new_token()
    file.add(Key.of(token, options.name, options.rights))
    print(token)
    print(f"latentd: this is the key of {options.name}, which no one will be shown again", file=sys.stderr)


def _list(options: argparse.Namespace) -> None:
    for key in _file(options).read():
        print(f"{key.name}  {key.listed_rights}  {key.made.isoformat()}")


def _revoke(options: argparse.Namespace) -> None:
    _file(options).revoke(options.name)


def _file(options: argparse.Namespace) -> KeysFile:
    from latentd.security.keys import KeysFile

    path: Path | None = options.file
    if path is None:
        from latentd.settings import Settings

        path = Settings.read().api_keys_file
    if path is None:
        raise SettingsInvalidError(f"expected the file of API keys, in {SETTING} or as --file; there is neither")
    return KeysFile(path)


def _name(text: str) -> Any:
    from latentd.security.keys.key import check_name

    return _told(check_name, text)


def _rights(text: str) -> Any:
    from latentd.security.keys.key import parse_rights

    return _told(parse_rights, text)


def _told(read: Any, text: str) -> Any:
    """What it reads; argparse tells the user what it expected."""
    try:
        return read(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
