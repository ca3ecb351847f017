"""GET /sample: from the prior or the fitted density, the same for everyone who has the seed."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import numpy as np
import pytest

from bundles import SENSORS, TOY, TOY_VAE, Blueprint
from viewing import DRAWN, EVERY, JSON, PNG, draw, get, pixels_in, text_in, view

FITTED = pytest.mark.parametrize("blueprint", [TOY, SENSORS], ids=lambda blueprint: blueprint.name)


@EVERY
def test_it_says_where_the_samples_come_from(client: httpx.Client, blueprint: Blueprint) -> None:
    fields = view(client, "/sample", blueprint, n=3, seed=5)
    assert list(fields) == ["source", "seed", "latents", "outputs"]
    assert fields["source"] == ("prior" if blueprint.kind == "vae" else "fitted density")
    assert fields["seed"] == 5
    assert np.shape(fields["latents"]) == (3, blueprint.latent_dim)


@pytest.mark.parametrize("seed", [0, 1, 2**63 - 1])
def test_a_prior_is_standard_normal_numbers_of_numpy(client: httpx.Client, seed: int) -> None:
    latents = np.array(view(client, "/sample", TOY_VAE, n=7, seed=seed)["latents"], np.float32)
    wanted = np.random.default_rng(seed).standard_normal((7, TOY_VAE.latent_dim)).astype(np.float32)
    np.testing.assert_array_equal(latents, wanted)


@FITTED
def test_a_fitted_density_has_the_moments_of_its_mixture(
    client: httpx.Client, models_folder: Path, blueprint: Blueprint
) -> None:
    latents = np.array(view(client, "/sample", blueprint, n=10_000, seed=3)["latents"])
    manifest = json.loads((models_folder / blueprint.name / "1" / "manifest.json").read_text("utf-8"))
    weights, means, covariances = (np.array(manifest["density"][name]) for name in ("weights", "means", "covariances"))
    mean = weights @ means
    second = sum(w * (c + np.outer(m, m)) for w, m, c in zip(weights, means, covariances, strict=True))
    covariance = second - np.outer(mean, mean)
    spread = np.sqrt(np.diag(covariance))
    np.testing.assert_allclose(latents.mean(axis=0), mean, atol=5 * spread.max() / 100)
    np.testing.assert_allclose(np.cov(latents.T), covariance, atol=0.1 * spread.max() ** 2)


@EVERY
def test_sample_i_of_a_seed_is_the_same_however_many_there_are(client: httpx.Client, blueprint: Blueprint) -> None:
    many = view(client, "/sample", blueprint, n=40, seed=8)["latents"]
    for count in (1, 2, 39):
        assert view(client, "/sample", blueprint, n=count, seed=8)["latents"] == many[:count]


@EVERY
def test_outputs_are_the_decoded_samples(client: httpx.Client, blueprint: Blueprint) -> None:
    fields = view(client, "/sample", blueprint, n=3, seed=5)
    wanted = blueprint.decode(np.array(fields["latents"], np.float32))
    np.testing.assert_allclose(fields["outputs"], wanted, atol=1e-5)


def test_without_a_seed_one_is_made_up_told_and_not_cached(client: httpx.Client) -> None:
    first, second = (get(client, "/sample", TOY, JSON) for _ in range(2))
    assert first.json()["seed"] != second.json()["seed"]
    assert first.headers["cache-control"] == "no-store"
    assert "etag" not in first.headers
    again = view(client, "/sample", TOY, seed=first.json()["seed"])
    assert again["latents"] == first.json()["latents"]
    assert len(again["latents"]) == 16


@DRAWN
@pytest.mark.parametrize(("count", "rows", "cols"), [(1, 1, 1), (2, 1, 2), (3, 2, 2), (7, 3, 3)])
def test_the_picture_is_a_sheet_of_them(
    client: httpx.Client, blueprint: Blueprint, count: int, rows: int, cols: int
) -> None:
    fields = view(client, "/sample", blueprint, n=count, seed=2)
    picture = get(client, "/sample", blueprint, PNG, n=count, seed=2).content
    drawn = draw(blueprint, fields["outputs"])
    height, width = drawn.shape[1:3]
    sheet = pixels_in(picture)
    assert sheet.shape[:2] == (rows * height, cols * width)
    for place in range(rows * cols):
        top, left = place // cols * height, place % cols * width
        cell = sheet[top : top + height, left : left + width]
        np.testing.assert_array_equal(cell, drawn[place] if place < count else np.zeros_like(drawn[0]))
    text = text_in(picture)
    assert (text["source"], text["seed"]) == (fields["source"], "2")
    assert json.loads(text["latents"]) == fields["latents"]
