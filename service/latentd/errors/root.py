"""The root of the tree."""

from __future__ import annotations


class LatentdError(Exception):
    """The root of every error that latentd raises on purpose. `str()` says what was expected and what came."""
