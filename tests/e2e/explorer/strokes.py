"""Digits as somebody might draw them: strokes of points, in shares of the side."""

from __future__ import annotations

from math import cos, pi, sin

Stroke = list[tuple[float, float]]


def arc(x: float, y: float, across: float, up: float, begin: float, end: float, points: int = 9) -> Stroke:
    """Part of an ellipse; angles in turns, clockwise from the right."""
    angles = [2 * pi * (begin + (end - begin) * at / (points - 1)) for at in range(points)]
    return [(x + across * cos(angle), y + up * sin(angle)) for angle in angles]


def slanted(stroke: Stroke, share: float = 0.3) -> Stroke:
    """As right-handed people write."""
    return [(x + share * (0.5 - y), y) for x, y in stroke]


ZERO = [slanted(arc(0.5, 0.5, 0.25, 0.32, 0.72, 1.74))]
THREE = [[*arc(0.48, 0.33, 0.19, 0.16, 0.58, 1.2), *arc(0.48, 0.65, 0.23, 0.18, 0.8, 1.42)]]
SEVEN = [[(0.26, 0.22), (0.5, 0.2), (0.74, 0.2), (0.66, 0.38), (0.56, 0.6), (0.46, 0.84)]]

DIGITS = {0: ZERO, 3: THREE, 7: SEVEN}
