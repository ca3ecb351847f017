"""GET /grid: what is asked, and what is computed."""

from __future__ import annotations

import numpy as np
import pytest

from bundles import TOY_VAE
from latentd.api.grid import GridQuery, view_grid
from latentd.errors import ParameterInvalidError
from latentd.inference import Autoencoder, Registry
from viewing import JSON, PNG, RAW, draw, side_by_side


@pytest.fixture
def model(registry: Registry) -> Autoencoder:
    return registry.get("toy-vae")


def test_a_query_is_settled_with_the_models_span_and_centre(model: Autoencoder) -> None:
    settled = GridQuery(dims=(4, 1)).settled(model)
    assert (settled.low, settled.high, settled.base, settled.dims) == (0.05, 0.95, (0, 0, 0, 0, 0), (4, 1))
    assert GridQuery(low=0.05, base=(0,) * 5, dims=(4, 1)).settled(model) == settled


@pytest.mark.parametrize(
    ("query", "name"),
    [
        (GridQuery(dims=(1, 1)), "dims"),
        (GridQuery(dims=(0, 5)), "dims"),
        (GridQuery(dims=(0,)), "dims"),
        (GridQuery(base=(1, 2)), "base"),
        (GridQuery(low=0.5, high=0.4), "low"),
        (GridQuery(spacing="linear", high=-5), "low"),
    ],
)
def test_what_the_model_cannot_do_is_refused(model: Autoencoder, query: GridQuery, name: str) -> None:
    with pytest.raises(ParameterInvalidError) as caught:
        query.settled(model)
    assert caught.value.name == name


def test_a_settled_query_is_the_same_grid(model: Autoencoder) -> None:
    query = GridQuery(rows=2, cols=3, dims=(1, 3))
    plain, settled = (view_grid(model, each, RAW) for each in (query, query.settled(model)))
    np.testing.assert_array_equal(plain.array, settled.array)


def test_only_json_tells_how_near_real_latents_are(model: Autoencoder) -> None:
    assert "support" in view_grid(model, GridQuery(rows=2, cols=2), JSON).fields
    assert "support" not in view_grid(model, GridQuery(rows=2, cols=2), PNG).fields


def test_the_picture_is_the_outputs_side_by_side(model: Autoencoder) -> None:
    result = view_grid(model, GridQuery(rows=2, cols=3), PNG)
    assert result.picture is not None
    np.testing.assert_array_equal(result.picture(), side_by_side(draw(TOY_VAE, result.array)))
    assert set(result.facts) == {"dims", "axes", "latents"}
