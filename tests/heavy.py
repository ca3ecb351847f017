"""A model that has something to do: rows of it are worth sharing a run, and many of them take a while."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bundles import Blueprint, write_bundle
from servers import Server, serving

HEAVY = Blueprint(name="heavy", input_dim=784, latent_dim=32, picture_shape=(28, 28), hidden=(2048, 2048))


@contextmanager
def serving_heavy(folder: Path, settings: Mapping[str, str] | None = None) -> Iterator[Server]:
    """A server of it alone."""
    write_bundle(folder / "models", HEAVY)
    with serving(folder / "models", folder / "log", settings) as server:
        yield server
