"""The rates as bars: one panel for each case."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.cases import CASES, Case
from benchmarks.findings import Findings
from benchmarks.results import Spread
from benchmarks.servers import CEILING, LATENTD
from benchmarks.table import number

# A blue that colour-blind readers tell from greys; brightness alone would do too.
OWN, OTHERS, BARE, INK, PALE = "#0072b2", "#bdbdbd", "#ededed", "#222222", "#dddddd"
WIDTH, BAR, PANEL = 9.0, 0.28, 0.75  # inches


def draw_chart(findings: Findings, path: Path) -> None:
    """Write the chart as PNG; a bar is a median, its whisker goes from the lowest to the highest round."""
    panels = [(case, bars) for case in CASES if (bars := _bars(findings, case))]
    heights = [len(bars) * BAR + PANEL for _, bars in panels]
    with mpl.rc_context({"font.size": 10, "axes.edgecolor": PALE, "text.color": INK, "font.family": "DejaVu Sans"}):
        figure = Figure(figsize=(WIDTH, sum(heights) + 0.4), facecolor="white", layout="constrained")
        axes = figure.subplots(len(panels), 1, squeeze=False, height_ratios=heights)[:, 0]
        for panel, (case, bars) in zip(axes, panels, strict=True):
            _draw_panel(panel, case, bars)
        figure.suptitle("Answers a second, one process on one core: more is better", x=0.01, ha="left", weight="bold")
        figure.savefig(path, dpi=150)


def _bars(findings: Findings, case: Case) -> list[tuple[str, Spread]]:
    """Names and rates, the highest first."""
    found = [(face.name, rate) for face in findings.faces if (rate := findings.rate(face.name, case.name))]
    return sorted(found, key=lambda bar: -bar[1].median)


def _draw_panel(panel: Axes, case: Case, bars: Sequence[tuple[str, Spread]]) -> None:
    places = range(len(bars))
    medians = [rate.median for _, rate in bars]
    reach = [[rate.median - rate.low for _, rate in bars], [rate.high - rate.median for _, rate in bars]]
    whisker = {"ecolor": INK, "elinewidth": 1, "capsize": 2}
    drawn = panel.barh(places, medians, 0.75, xerr=reach, color=[_colour(name) for name, _ in bars], error_kw=whisker)
    for bar, (name, _) in zip(drawn, bars, strict=True):
        bar.set_hatch("//" if name == CEILING else "")  # it serves nobody: it shows what there is to be had
        bar.set_edgecolor("#9a9a9a" if name == CEILING else "none")
    for place, (_, rate) in zip(places, bars, strict=True):
        panel.annotate(number(rate.median), (rate.high, place), (6, 0), textcoords="offset points", va="center")
    panel.set_yticks(places, [name for name, _ in bars])
    panel.set_title(case.name, loc="left", fontsize=11)
    panel.set_xlim(0, max(rate.high for _, rate in bars) * 1.12)
    panel.invert_yaxis()
    panel.tick_params(left=False, bottom=False, labelbottom=False)
    panel.spines[["top", "right", "bottom"]].set_visible(False)


def _colour(name: str) -> str:
    if name.startswith(LATENTD):
        return OWN
    return BARE if name == CEILING else OTHERS
