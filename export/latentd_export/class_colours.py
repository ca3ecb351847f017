"""A colour for each class, the same in every picture, and told apart by colour-blind readers too."""

from __future__ import annotations

from matplotlib import colormaps
from matplotlib.colors import to_hex

# Found by a search for ten colours that lie as far apart as they can in OKLab, both as they are and as protanopes and
# deuteranopes see them (Machado, Oliveira & Fernandes 2009).
DISTINCT = (
    "#0022aa",
    "#c48800",
    "#ee0077",
    "#66e6e6",
    "#226600",
    "#8822ff",
    "#44e644",
    "#770055",
    "#cc99ff",
    "#0088bb",
)


def class_colours(count: int) -> list[str]:
    """`count` colours as #rrggbb. Past ten, no two neighbours are sure to be told apart: names have to help."""
    if count <= len(DISTINCT):
        return list(DISTINCT[:count])
    return [to_hex(colormaps["viridis"](place / (count - 1))) for place in range(count)]
