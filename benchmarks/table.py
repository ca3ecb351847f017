"""Numbers and tables for people."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.results import Spread

NOTHING = "–"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table that also reads well as plain text. All columns but the first stand to the right."""
    widths = [max(len(row[column]) for row in (heads, *rows)) for column in range(len(heads))]

    def line(cells: Sequence[str]) -> str:
        first, *others = (
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
        )
        return "| " + " | ".join([first, *others]) + " |"

    rule = "|" + "|".join("-" * (width + 1) + (":" if column else "-") for column, width in enumerate(widths)) + "|"
    return "\n".join([line(heads), rule, *map(line, rows)])


def in_units(spread: Spread | None, unit: float = 1.0) -> str:
    """The median and, behind it, from where to where the samples go, in units of so much."""
    if spread is None:
        return NOTHING
    return f"{number(spread.median / unit)} ({number(spread.low / unit)}–{number(spread.high / unit)})"


def number(value: float) -> str:
    """Three digits that count."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
