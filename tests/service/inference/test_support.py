"""How near latents lie to real ones: against numpy alone, in few dimensions and in many."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from latentd.bundle.manifest import LatentStatistics
from latentd.inference import Registry
from latentd.inference.support import NEIGHBOURS, Support

MODELS = Path(__file__).parents[3] / "models"
NAMES = ("ae-mnist", "dae-mnist", "vae-mnist")

Numbers = NDArray[np.float64]


def statistics_of(latents: NDArray[np.float32], **changes: Any) -> LatentStatistics:
    """Mean and standard deviation as they are; the rest is of no account here."""
    dim = latents.shape[1]
    fields: dict[str, Any] = {"mean": latents.mean(axis=0).tolist(), "std": latents.std(axis=0).tolist(), **changes}
    still = [0.0] * dim
    return LatentStatistics.model_validate(
        {
            **{name: tuple(values) for name, values in fields.items()},
            "minimum": tuple(still),
            "maximum": tuple(still),
            "quantiles": (tuple(still),) * 101,
            "covariance": (tuple(still),) * dim,
            "active": (True,) * dim,
        }
    )


def drawn(rows: int, dim: int, seed: int = 0) -> NDArray[np.float32]:
    """Latents that have a different unit in each dimension."""
    normal = np.random.default_rng(seed).standard_normal((rows, dim))
    return (normal * np.arange(1, dim + 1) + 5).astype(np.float32)


def distances(points: NDArray[Any], real: NDArray[Any]) -> Numbers:
    gaps: Numbers = (points.astype(np.float64)[:, None] - real) / real.std(axis=0, dtype=np.float64)
    result: Numbers = np.sqrt(np.square(gaps).sum(axis=2))
    return result


@pytest.mark.parametrize(("rows", "dim"), [(200, 1), (200, 2), (100, 6), (250, 32), (2, 3)])
def test_it_is_a_kernel_around_the_nearest_latent(rows: int, dim: int) -> None:
    real, points = drawn(rows, dim), drawn(30, dim, seed=1)
    support = Support(statistics_of(real), real)
    between = distances(real, real) + np.diag([np.inf] * rows)
    squared = np.quantile(np.square(between.min(axis=1)), 0.95)
    assert support.bandwidth == pytest.approx(max(rows ** (-1 / (dim + 4)), np.sqrt(squared)), rel=1e-3)
    expected = np.exp(-((distances(points, real).min(axis=1) / support.bandwidth) ** 2) / 2)
    np.testing.assert_allclose(support.of(points), expected, atol=1e-4)


def test_in_two_dimensions_the_bandwidth_is_scotts() -> None:
    real = drawn(2000, 2)
    assert Support(statistics_of(real), real).bandwidth == pytest.approx(2000 ** (-1 / 6))


def test_of_many_latents_some_tell_how_far_apart_they_are() -> None:
    real = drawn(5 * NEIGHBOURS, 12)
    nearest = np.concatenate([np.sort(distances(part, real), axis=1)[:, 1] for part in np.array_split(real, 50)])
    assert Support(statistics_of(real), real).bandwidth == pytest.approx(np.quantile(nearest, 0.95), rel=0.1)


def test_one_latent_alone_has_no_neighbour() -> None:
    real = np.ones((1, 3), np.float32)
    support = Support(statistics_of(real, std=[1.0, 1.0, 1.0]), real)
    assert support.bandwidth == 1
    np.testing.assert_allclose(support.of(np.array([[1, 1, 1], [1, 1, 2]], np.float32)), [1, np.exp(-0.5)])


def test_latents_that_are_all_the_same_support_themselves() -> None:
    real = np.full((50, 2), 3, np.float32)
    np.testing.assert_array_equal(Support(statistics_of(real), real).of(real), np.ones(50))


def test_the_shape_is_mirrored() -> None:
    real = drawn(50, 3)
    support, points = Support(statistics_of(real), real), drawn(24, 3, seed=2)
    np.testing.assert_allclose(support.of(points.reshape(2, 3, 4, 3)).ravel(), support.of(points))


def test_many_are_compared_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    real, points = drawn(60, 5), drawn(40, 5, seed=3)
    whole = Support(statistics_of(real), real)
    monkeypatch.setattr("latentd.inference.support._COMPARED", 7 * 60)
    parts = Support(statistics_of(real), real)
    assert parts.bandwidth == pytest.approx(whole.bandwidth)
    np.testing.assert_allclose(parts.of(points), whole.of(points), rtol=1e-6)


@pytest.fixture(scope="module")
def shipped() -> Registry:
    return Registry.load(MODELS, threads=1)


@pytest.mark.parametrize("name", NAMES)
def test_real_digits_have_support_and_far_points_have_none(shipped: Registry, name: str) -> None:
    """Held-out digits that the support does not know, against points twice as far out as any real one."""
    model = shipped.get(name)
    latents, statistics = model.held_out.latents, model.manifest.latent_statistics
    mean, std = np.array(statistics.mean), np.array(statistics.std)
    support = Support(statistics, latents[::2])
    directions = np.random.default_rng(0).standard_normal((200, latents.shape[1]))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    farthest = np.linalg.norm((latents - mean) / std, axis=1).max()
    real, far = (
        support.of(latents[1::2][:1000]),
        support.of((mean + 2 * farthest * directions * std).astype(np.float32)),
    )
    assert np.quantile(real, 0.05) > 0.5
    assert np.median(real) > 0.75
    assert far.max() < 0.02
