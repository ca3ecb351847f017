"""GET /grid: axes, orientation, base and support, against numpy alone."""

from __future__ import annotations

from pathlib import Path

import httpx
import numpy as np
import pytest

from bundles import COLOURS, TOY, TOY_VAE, Blueprint
from scores import nearest_neighbours, normal_scores
from viewing import DRAWN, EVERY, PNG, axis, center, draw, get, pixels_in, side_by_side, statistics_of, text_in, view

LEVELS = (0.05, 0.95)


@EVERY
def test_axes_are_quantiles_evenly_spaced_in_level(
    client: httpx.Client, models_folder: Path, blueprint: Blueprint
) -> None:
    fields = view(client, "/grid", blueprint, rows=3, cols=5)
    assert list(fields) == ["dims", "axes", "latents", "outputs", "support"]
    assert fields["dims"] == [0, 1]
    across, up = fields["axes"]
    np.testing.assert_allclose(across, axis(models_folder, blueprint, 0, np.linspace(*LEVELS, 5)), atol=1e-12)
    np.testing.assert_allclose(up, axis(models_folder, blueprint, 1, np.linspace(*LEVELS, 3))[::-1], atol=1e-12)


@EVERY
def test_the_first_dimension_grows_to_the_right_and_the_second_upwards(
    client: httpx.Client, models_folder: Path, blueprint: Blueprint
) -> None:
    dims = (blueprint.latent_dim - 1, 0)
    fields = view(client, "/grid", blueprint, rows=4, cols=3, dims=dims)
    latents = np.array(fields["latents"])
    assert latents.shape == (4, 3, blueprint.latent_dim)
    for row in range(4):
        for col in range(3):
            wanted = center(models_folder, blueprint)
            wanted[dims[0]] = fields["axes"][0][col]
            wanted[dims[1]] = fields["axes"][1][row]
            np.testing.assert_array_equal(latents[row, col].astype(np.float32), wanted.astype(np.float32))
    assert (np.diff(latents[0, :, dims[0]]) > 0).all()
    assert (np.diff(latents[:, 0, dims[1]]) < 0).all()


@EVERY
def test_outputs_are_the_decoded_latents(client: httpx.Client, blueprint: Blueprint) -> None:
    fields = view(client, "/grid", blueprint, rows=2, cols=3)
    wanted = blueprint.decode(np.array(fields["latents"], np.float32))
    np.testing.assert_allclose(fields["outputs"], wanted, atol=1e-5)


def test_it_has_twenty_rows_and_columns_unless_asked_otherwise(client: httpx.Client) -> None:
    assert np.shape(view(client, "/grid", TOY)["latents"]) == (20, 20, 2)


@pytest.mark.parametrize("blueprint", [TOY_VAE, COLOURS], ids=lambda blueprint: blueprint.name)
def test_a_base_holds_the_other_dimensions(client: httpx.Client, blueprint: Blueprint) -> None:
    base = [0.1, -0.2, 0.3, -0.4, 0.5]
    latents = np.array(view(client, "/grid", blueprint, rows=2, cols=2, dims="3,1", base=base)["latents"])
    for dim in (0, 2, 4):
        np.testing.assert_array_equal(latents[..., dim], np.float32(base[dim]).astype(np.float64).round(7))


@EVERY
def test_linear_spacing_is_even_in_latents(client: httpx.Client, models_folder: Path, blueprint: Blueprint) -> None:
    across, up = view(client, "/grid", blueprint, rows=3, cols=4, spacing="linear", low=-0.5, high=0.25)["axes"]
    np.testing.assert_allclose(across, np.linspace(-0.5, 0.25, 4), atol=1e-12)
    np.testing.assert_allclose(up, np.linspace(0.25, -0.5, 3), atol=1e-12)
    ends = view(client, "/grid", blueprint, rows=3, cols=4, spacing="linear")["axes"]
    for dim, values in enumerate(ends):
        low, high = axis(models_folder, blueprint, dim, LEVELS)
        np.testing.assert_allclose(sorted(values), np.linspace(low, high, len(values)), atol=1e-12)


@EVERY
def test_levels_may_be_chosen(client: httpx.Client, models_folder: Path, blueprint: Blueprint) -> None:
    across, _ = view(client, "/grid", blueprint, rows=1, cols=7, low=0.2, high=0.3)["axes"]
    np.testing.assert_allclose(across, axis(models_folder, blueprint, 0, np.linspace(0.2, 0.3, 7)), atol=1e-12)


@EVERY
def test_support_falls_with_the_distance_to_real_latents(
    client: httpx.Client, models_folder: Path, blueprint: Blueprint
) -> None:
    fields = view(client, "/grid", blueprint, rows=5, cols=4)
    statistics = statistics_of(models_folder, blueprint)
    latents = np.load(models_folder / blueprint.name / "1" / "latents.npz")["latents"]
    real, cells = normal_scores(latents, statistics), normal_scores(np.array(fields["latents"]), statistics)
    squared = np.square(cells[..., None, :] - real).sum(axis=-1).min(axis=-1)
    bandwidth = np.quantile(np.square(nearest_neighbours(real)), 0.95) ** 0.5
    np.testing.assert_allclose(fields["support"], np.exp(-squared / (2 * bandwidth**2)), atol=1e-4)


def test_support_is_a_number_however_far_the_grid_lies(client: httpx.Client) -> None:
    fields = view(client, "/grid", TOY, rows=2, cols=2, spacing="linear", low=-3e38, high=3e38)
    assert fields["support"] == [[0, 0], [0, 0]]


@DRAWN
def test_the_picture_is_the_decoded_grid(client: httpx.Client, blueprint: Blueprint) -> None:
    fields = view(client, "/grid", blueprint, rows=3, cols=5)
    picture = get(client, "/grid", blueprint, PNG, rows=3, cols=5)
    wanted = side_by_side(draw(blueprint, fields["outputs"]))
    np.testing.assert_array_equal(pixels_in(picture.content), wanted)
    assert wanted.ndim == (3 if blueprint is COLOURS else 2)


def test_the_picture_carries_what_it_shows(client: httpx.Client) -> None:
    fields = view(client, "/grid", TOY_VAE, rows=2, cols=3)
    text = text_in(get(client, "/grid", TOY_VAE, PNG, rows=2, cols=3).content)
    assert (text["model"], text["version"], text["dims"]) == ("toy-vae", "1", "[0,1]")
    for name in ("axes", "latents"):
        assert text[name] == httpx.Response(200, json=fields[name]).text.replace("-0.0,", "-0.0,")
