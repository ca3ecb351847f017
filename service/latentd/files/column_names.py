"""Which columns of a table, and which arrays of an archive, hold the rows."""

from __future__ import annotations

from collections.abc import Sequence

from latentd.files.row_sink import LABELS

LABEL = "label"

_ONE_EACH = {LABELS: LABEL, "errors": "error", "percentiles": "percentile"}
_READ_AS = {"inputs": ("inputs", "outputs")}


def names_for(field: str) -> tuple[str, ...]:
    """The names under which rows of `field` are looked for, the best first: outputs are inputs, too."""
    return _READ_AS.get(field, (field,))


def choose_columns(names: Sequence[str], field: str) -> list[int]:
    """Where the D values of a row stand among the columns of a table.

    `input_0`, `input_1`, … for `inputs`, in the order of their numbers; else `output_0`, …; else all but the label.
    """
    for name in names_for(field):
        prefix = f"{_singular(name)}_"
        numbered = {int(name.removeprefix(prefix)): i for i, name in enumerate(names) if _is_numbered(name, prefix)}
        if numbered:
            return [numbered[number] for number in sorted(numbered)]
    return [index for index, name in enumerate(names) if name not in {LABEL, LABELS}]


def column_names(name: str, width: int | None) -> list[str]:
    """`latents` of width 2 are `latent_0` and `latent_1`; `errors`, without a width, are `error`."""
    return [_ONE_EACH.get(name, name)] if width is None else [f"{_singular(name)}_{index}" for index in range(width)]


def _is_numbered(name: str, prefix: str) -> bool:
    number = name.removeprefix(prefix)
    return name.startswith(prefix) and number.isascii() and number.isdecimal()


def _singular(name: str) -> str:
    return name.removesuffix("s")
