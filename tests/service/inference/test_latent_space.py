"""The in-process library of the latent space: latents out, and an error that names the parameter."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from latentd.errors import ParameterInvalidError
from latentd.inference import Autoencoder, Registry
from latentd.inference.latent_space import LatentSpace, Span

FLOAT32 = st.floats(width=32, allow_nan=False, allow_infinity=False)
LATENTS = arrays.arrays(np.float32, 5, elements=FLOAT32)


@pytest.fixture(scope="module")
def model(registry: Registry) -> Autoencoder:
    return registry.get("toy-vae")


@pytest.fixture(scope="module")
def space(model: Autoencoder) -> LatentSpace:
    return model.space


def test_what_a_decoder_takes_comes_out(model: Autoencoder, space: LatentSpace) -> None:
    cells = space.grid(3, 4, (4, 1))
    assert (cells.dims, cells.latents.shape) == ((4, 1), (3, 4, 5))
    assert model.decode(cells.latents).shape == (3, 4, 12)
    traversal = space.traverse(2, 6)
    assert (traversal.dim, traversal.latents.shape) == (2, (6, 5))
    drawn, way = space.sample(7, 1), space.interpolate([0] * 5, [1] * 5, 3, "slerp")
    for latents in (cells.latents, traversal.latents, drawn, way):
        assert latents.dtype == np.float32


@given(LATENTS, LATENTS, st.integers(2, 6), st.sampled_from(["linear", "slerp"]))
@example(np.array([2, 1, 0, 0, 0], np.float32), np.array([-2e38, 0, 0, 0, 0], np.float32), 3, "slerp")
def test_interpolation_begins_and_ends_exactly_and_is_finite(
    registry: Registry, first: NDArray[np.float32], last: NDArray[np.float32], steps: int, method: Any
) -> None:
    way = registry.get("toy-vae").space.interpolate(first, last, steps, method)
    assert way.shape == (steps, 5)
    np.testing.assert_array_equal(way[[0, -1]], [first, last])
    assert np.isfinite(way).all()


@given(arrays.arrays(np.float32, (3, 5), elements=FLOAT32))
def test_support_is_a_share_wherever_the_latents_lie(registry: Registry, latents: NDArray[np.float32]) -> None:
    for name in ("toy-vae", "colours"):
        support = registry.get(name).space.support(latents)
        assert support.shape == (3,)
        assert ((support >= 0) & (support <= 1)).all()


def test_support_is_1_at_real_latents_and_0_far_away(space: LatentSpace) -> None:
    np.testing.assert_allclose(space.support(space.held_out), np.ones(20), atol=1e-5)
    np.testing.assert_array_equal(space.support(np.full((2, 5), 1e30, np.float32)), [0, 0])


def test_support_of_many_is_that_of_each(space: LatentSpace) -> None:
    latents = space.sample(1000, 4).reshape(10, 100, 5)
    together = space.support(latents)
    one_by_one = [space.support(latent[None])[0] for latent in latents.reshape(-1, 5)[::97]]
    np.testing.assert_allclose(together.reshape(-1)[::97], one_by_one, rtol=1e-5)


def test_a_dimension_that_never_changes_has_support_and_a_span(registry: Registry) -> None:
    model = registry.get("toy")
    statistics = model.manifest.latent_statistics
    quantiles = tuple((row[0], 0.5) for row in statistics.quantiles)
    still = statistics.model_copy(update={"std": (statistics.std[0], 0.0), "quantiles": quantiles})
    space = LatentSpace(model.manifest.model_copy(update={"latent_statistics": still}), model.held_out.latents)
    assert np.isfinite(space.support(space.sample(9, 1))).all()
    for spacing in ("quantile", "linear"):
        np.testing.assert_array_equal(space.traverse(1, 3, span=Span(spacing)).values, [0.5] * 3)


WRONG: list[tuple[str, Any]] = [
    ("dims", lambda space: space.grid(2, 2, (0,))),
    ("dims", lambda space: space.grid(2, 2, (1, 1))),
    ("dims", lambda space: space.grid(2, 2, (0, 5))),
    ("dims", lambda space: space.grid(2, 2, (-1, 0))),
    ("dim", lambda space: space.traverse(5, 2)),
    ("base", lambda space: space.grid(2, 2, base=[0, 0])),
    ("base", lambda space: space.traverse(0, 2, [0, 0, 0, 0, np.nan])),
    ("from", lambda space: space.interpolate([0], [0] * 5, 2, "linear")),
    ("to", lambda space: space.interpolate([0] * 5, [np.inf] * 5, 2, "linear")),
    ("low", lambda space: space.traverse(0, 2, span=Span(low=0.5, high=0.5))),
    ("low", lambda space: space.traverse(0, 2, span=Span(low=0.0))),
    ("low", lambda space: space.traverse(0, 2, span=Span(low=float("nan")))),
    ("high", lambda space: space.traverse(0, 2, span=Span(high=1.0))),
    ("low", lambda space: space.traverse(0, 2, span=Span("linear", -1e39, 0))),
    ("high", lambda space: space.traverse(0, 2, span=Span("linear", 0, float("inf")))),
]


@pytest.mark.parametrize(("name", "call"), WRONG)
def test_a_wrong_parameter_is_named(space: LatentSpace, name: str, call: Any) -> None:
    with pytest.raises(ParameterInvalidError, match="expected") as caught:
        call(space)
    assert caught.value.name == name


def test_inactive_dimensions_are_told_apart(registry: Registry) -> None:
    assert registry.get("toy-vae").space.active_dims == (0, 1, 2, 4)
    assert registry.get("colours").space.active_dims == (0, 1, 2, 3, 4)


def test_slerp_without_a_prior_names_the_reason(registry: Registry) -> None:
    with pytest.raises(ParameterInvalidError, match="model 'toy' has a fitted density instead") as caught:
        registry.get("toy").space.interpolate([0, 0], [1, 1], 2, "slerp")
    assert caught.value.name == "method"
