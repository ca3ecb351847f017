"""How near latents lie to real ones: against numpy alone, in few dimensions and in many."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from latentd.bundle.records import LatentStatistics
from latentd.inference import Registry
from latentd.inference.support import NEIGHBOURS, Support
from scores import nearest_neighbours, normal_scores

MODELS = Path(__file__).parents[3] / "models"
NAMES = ("ae-mnist", "dae-mnist", "vae-mnist")

Numbers = NDArray[np.float64]


def statistics_of(latents: NDArray[np.float32], **changes: Any) -> LatentStatistics:
    """Standard deviation and quantiles as they are; the rest is of no account here."""
    dim = latents.shape[1]
    quantiles = np.quantile(latents, np.linspace(0, 1, 101), axis=0)
    fields: dict[str, Any] = {"mean": [0.0] * dim, "std": latents.std(axis=0).tolist(), **changes}
    still = [0.0] * dim
    return LatentStatistics.model_validate(
        {
            **{name: tuple(values) for name, values in fields.items()},
            "minimum": tuple(still),
            "maximum": tuple(still),
            "quantiles": tuple(map(tuple, quantiles.tolist())),
            "covariance": (tuple(still),) * dim,
            "active": (True,) * dim,
        }
    )


def drawn(rows: int, dim: int, seed: int = 0) -> NDArray[np.float32]:
    """Latents that have a different unit in each dimension."""
    normal = np.random.default_rng(seed).standard_normal((rows, dim))
    return (normal * np.arange(1, dim + 1) + 5).astype(np.float32)


def scores_of(points: NDArray[Any], real: NDArray[np.float32]) -> Numbers:
    return normal_scores(points, statistics_of(real).model_dump())


@pytest.mark.parametrize(("rows", "dim"), [(200, 1), (200, 2), (100, 6), (250, 32), (2, 3)])
def test_it_is_a_kernel_around_the_nearest_latent(rows: int, dim: int) -> None:
    real, points = drawn(rows, dim), drawn(30, dim, seed=1)
    support, known = Support(statistics_of(real), real), scores_of(real, real)
    squared = np.quantile(np.square(nearest_neighbours(known)), 0.95)
    assert support.bandwidth == pytest.approx(np.sqrt(squared), rel=1e-3)
    distances = np.sqrt(np.square(scores_of(points, real)[:, None] - known).sum(axis=2)).min(axis=1)
    np.testing.assert_allclose(support.of(points), np.exp(-((distances / support.bandwidth) ** 2) / 2), atol=1e-3)


def test_of_many_latents_some_tell_how_far_apart_they_are() -> None:
    real = drawn(2 * NEIGHBOURS, 12)
    expected = np.quantile(nearest_neighbours(scores_of(real, real)), 0.95)
    assert Support(statistics_of(real), real).bandwidth == pytest.approx(expected, rel=0.1)


def test_a_gap_is_told_in_a_dimension_with_a_long_tail() -> None:
    """Most latents lie within a hundredth of the standard deviation, on both sides of a gap."""
    rng = np.random.default_rng(4)
    near = rng.uniform(0.5, 1, 4000) * rng.choice([-1, 1], 4000)
    real = np.concatenate([near, np.linspace(5, 5000, 100)]).astype(np.float32)[:, None]
    support = Support(statistics_of(real), real)
    gap, data, tail = support.of(np.array([[0.0], [0.75], [2500.0]], np.float32))
    assert gap < 0.01
    assert data > 0.9
    assert tail > 0.1


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
