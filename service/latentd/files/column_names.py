"""Which columns of a table are which."""

from __future__ import annotations

from collections.abc import Sequence

from latentd.files.row_sink import LABELS

LABEL = "label"

_ONE_EACH = {LABELS: LABEL, "errors": "error", "percentiles": "percentile"}


def choose_columns(names: Sequence[str], field: str) -> list[int]:
    """Where the D values of a row stand: `input_0`, `input_1`, … for `inputs` in that order, else all but the label."""
    prefix = f"{_singular(field)}_"
    numbered = {int(name.removeprefix(prefix)): index for index, name in enumerate(names) if _is_numbered(name, prefix)}
    others = [index for index, name in enumerate(names) if name not in {LABEL, LABELS}]
    return [numbered[number] for number in sorted(numbered)] or others


def column_names(name: str, width: int | None) -> list[str]:
    """`latents` of width 2 are `latent_0` and `latent_1`; `errors`, without a width, are `error`."""
    return [_ONE_EACH.get(name, name)] if width is None else [f"{_singular(name)}_{index}" for index in range(width)]


def _is_numbered(name: str, prefix: str) -> bool:
    number = name.removeprefix(prefix)
    return name.startswith(prefix) and number.isascii() and number.isdecimal()


def _singular(name: str) -> str:
    return name.removesuffix("s")
