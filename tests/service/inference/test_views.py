"""The views of the in-process library: latents that were asked for, and what they decode to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bundles import COLOURS, SENSORS, TOY, TOY_VAE, Blueprint
from latentd.errors import ParameterInvalidError
from latentd.inference import Autoencoder, Registry
from viewing import axis, center

EVERY = pytest.mark.parametrize("blueprint", [TOY, TOY_VAE, SENSORS, COLOURS], ids=lambda blueprint: blueprint.name)


def of(registry: Registry, blueprint: Blueprint) -> Autoencoder:
    return registry.get(blueprint.name, blueprint.version)


@EVERY
def test_a_grid_is_decoded_cell_by_cell(registry: Registry, models_folder: Path, blueprint: Blueprint) -> None:
    model = of(registry, blueprint)
    found = model.grid(3, 4, dims=(1, 0), low=0.1, high=0.8)
    across = axis(models_folder, blueprint, 1, np.linspace(0.1, 0.8, 4))
    up = axis(models_folder, blueprint, 0, np.linspace(0.1, 0.8, 3))[::-1]
    np.testing.assert_allclose(found.axes[0], across, atol=1e-9)
    np.testing.assert_allclose(found.axes[1], up, atol=1e-9)
    expected = np.tile(center(models_folder, blueprint), (3, 4, 1))
    expected[:, :, 1], expected[:, :, 0] = across, up[:, None]
    np.testing.assert_allclose(found.latents, expected, atol=1e-6)
    np.testing.assert_allclose(found.outputs, blueprint.decode(found.latents), atol=1e-5)
    assert (found.dims, found.model, found.version) == ((1, 0), blueprint.name, 1)
    np.testing.assert_array_equal(found.support, model.space.support(found.latents))


@EVERY
def test_a_traversal_is_decoded_step_by_step(registry: Registry, blueprint: Blueprint) -> None:
    base = np.linspace(-0.5, 0.5, blueprint.latent_dim)
    found = of(registry, blueprint).traverse(1, steps=5, latents=base, spacing="linear", low=-1, high=2)
    np.testing.assert_allclose(found.values, [-1, -0.25, 0.5, 1.25, 2])
    expected = np.tile(base, (5, 1))
    expected[:, 1] = found.values
    np.testing.assert_allclose(found.latents, expected, atol=1e-6)
    np.testing.assert_allclose(found.outputs, blueprint.decode(found.latents), atol=1e-5)


def test_a_traversal_tells_where_nothing_changes(registry: Registry) -> None:
    model = registry.get("toy-vae")
    assert [model.traverse(dim, steps=2).active for dim in range(5)] == [True, True, True, False, True]


@EVERY
def test_a_way_keeps_its_ends(registry: Registry, blueprint: Blueprint) -> None:
    start, end = np.random.default_rng(0).normal(size=(2, blueprint.latent_dim)).astype(np.float32)
    found = of(registry, blueprint).interpolate(start, end, steps=4)
    np.testing.assert_array_equal(found.latents[[0, -1]], [start, end])
    np.testing.assert_allclose(found.latents[1], start + (end - start) / 3, atol=1e-6)
    np.testing.assert_allclose(found.outputs, blueprint.decode(found.latents), atol=1e-5)
    assert found.method == "linear"


@EVERY
def test_samples_are_those_of_their_seed(registry: Registry, blueprint: Blueprint) -> None:
    model = of(registry, blueprint)
    found = model.sample(4)
    again = model.sample(6, seed=found.seed)
    np.testing.assert_array_equal(again.latents[:4], found.latents)
    np.testing.assert_allclose(found.outputs, blueprint.decode(found.latents), atol=1e-5)
    assert found.source == ("prior" if blueprint.kind == "vae" else "fitted density")
    assert model.sample(4).seed != found.seed


WRONG: list[tuple[str, tuple[Any, ...], dict[str, Any], str]] = [
    ("grid", (0,), {}, "expected rows from 1 on; got 0"),
    ("grid", (2, 0), {}, "expected cols from 1 on; got 0"),
    ("grid", (), {"dims": (0, 0)}, "expected different dimensions"),
    ("traverse", (5,), {}, "expected dimensions from 0 to 1; got 5"),
    ("traverse", (), {"steps": 1}, "expected steps from 2 on; got 1"),
    ("traverse", (), {"latents": [1]}, "expected 2 finite numbers"),
    ("interpolate", ([0, 0], [1]), {}, "expected 2 finite numbers"),
    ("interpolate", ([0, 0], [1, 1]), {"steps": 1}, "expected steps from 2 on; got 1"),
    ("interpolate", ([0, 0], [1, 1]), {"method": "slerp"}, "slerp follows a normal prior"),
    ("sample", (0,), {}, "expected n from 1 on; got 0"),
    ("sample", (), {"seed": -1}, "expected seed from 0 on; got -1"),
]


@pytest.mark.parametrize(("name", "args", "options", "words"), WRONG)
def test_what_makes_no_view_is_refused(
    registry: Registry, name: str, args: tuple[Any, ...], options: dict[str, Any], words: str
) -> None:
    with pytest.raises(ParameterInvalidError, match=words):
        getattr(registry.get("toy", 1), name)(*args, **options)
