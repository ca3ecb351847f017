"""What the clients' tests share: a server of the shipped models, and the same models in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import ArrayLike, NDArray

from latentd.bundle import read_bundle
from latentd.inference import Autoencoder
from servers import Server, serving

SHIPPED = Path(__file__).parents[2] / "models"

Floats = NDArray[np.float32]


@pytest.fixture(scope="session")
def shipped_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """latentd with the shipped models and no settings, in a process of its own."""
    with serving(SHIPPED, tmp_path_factory.mktemp("shipped") / "log") as process:
        yield process


@pytest.fixture(scope="session")
def shipped() -> Callable[[str], Autoencoder]:
    """The shipped models by name, in this process."""
    return cache(lambda name: Autoencoder.load(SHIPPED / name))


@pytest.fixture(scope="session")
def digits() -> Floats:
    """Real digits, [N, 784]: those by which a bundle is checked when it is loaded."""
    return np.asarray(read_bundle(SHIPPED / "ae-mnist" / "1").golden.inputs, np.float32)


@pytest.fixture(scope="session")
def agree() -> Callable[[ArrayLike, ArrayLike], None]:
    """Assert that two arrays are the same, in shape and but for rounding in value."""

    def check(found: ArrayLike, expected: ArrayLike) -> None:
        assert np.shape(found) == np.shape(expected)
        # Another number of threads, or of rows, adds up in another order.
        np.testing.assert_allclose(
            np.asarray(found, np.float64), np.asarray(expected, np.float64), rtol=1e-5, atol=1e-6
        )

    return check
