"""Ways between two latents: shares [S, 1] of the way -> points [S, L]."""

from __future__ import annotations

import numpy as np

from latentd.inference.density import Values


def straight(first: Values, last: Values, share: Values) -> Values:
    """Along the line."""
    return first + share * (last - first)


def arc(first: Values, last: Values, share: Values) -> Values:
    """Along the arc between the two directions (Shoemake 1985); along the line where there is none or no shortest."""
    lengths = np.linalg.norm(first), np.linalg.norm(last)
    if min(lengths) == 0:  # the origin has no direction
        return straight(first, last, share)
    angle = np.arccos(np.clip(np.dot(first / lengths[0], last / lengths[1]), -1, 1))
    if np.sin(angle) < 1e-6:  # the same direction, or the opposite one, between which no arc is the shortest
        return straight(first, last, share)
    way: Values = (np.sin((1 - share) * angle) * first + np.sin(share * angle) * last) / np.sin(angle)
    return way
