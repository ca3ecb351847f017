"""POST /encode?sample=true: draws from the posterior that anyone with numpy can check."""

from __future__ import annotations

from typing import Any

import httpx
import numpy as np
import pytest

from asking import check_problem
from bundles import TOY_VAE

ROWS = TOY_VAE.inputs(6)


def encode(client: httpx.Client, inputs: Any, **query: Any) -> dict[str, Any]:
    answer = client.post("/encode", params={"model": "toy-vae", **query}, json={"inputs": inputs.tolist()})
    assert answer.status_code == 200, answer.text
    fields: dict[str, Any] = answer.json()
    return fields


@pytest.mark.parametrize("seed", [0, 7, 2**63 - 1])
def test_a_draw_is_the_mean_and_scaled_noise(client: httpx.Client, seed: int) -> None:
    mean = encode(client, ROWS)
    drawn = encode(client, ROWS, sample="true", seed=seed)
    latents, logvar = (np.array(mean[name], np.float32) for name in ("latents", "logvar"))
    noise = np.random.default_rng(seed).standard_normal(latents.shape)
    expected = (latents + np.exp(np.float64(logvar) / 2) * noise).astype(np.float32)
    np.testing.assert_array_equal(np.array(drawn["latents"], np.float32), expected)
    assert drawn["logvar"] == mean["logvar"]
    assert drawn["seed"] == seed


@pytest.mark.parametrize("rows", [1, 2, 5])
def test_row_i_of_a_seed_is_the_same_whatever_rows_stand_behind_it(client: httpx.Client, rows: int) -> None:
    few = encode(client, ROWS[:rows], sample="true", seed=3)["latents"]
    many = encode(client, ROWS, sample="true", seed=3)["latents"]
    np.testing.assert_allclose(few, many[:rows], atol=1e-6)


def test_one_vector_is_the_first_of_many(client: httpx.Client) -> None:
    one = encode(client, ROWS[0], sample="true", seed=3)["latents"]
    many = encode(client, ROWS, sample="true", seed=3)["latents"]
    np.testing.assert_allclose(one, many[0], atol=1e-6)


def test_without_a_seed_one_is_made_up_and_told(client: httpx.Client) -> None:
    drawn = encode(client, ROWS, sample="true")
    assert encode(client, ROWS, sample="true", seed=drawn["seed"]) == drawn
    assert drawn["seed"] != encode(client, ROWS, sample="true")["seed"]


def test_without_sample_the_latent_is_the_mean_and_a_seed_changes_nothing(client: httpx.Client) -> None:
    assert encode(client, ROWS, seed=7) == encode(client, ROWS, sample="false") == encode(client, ROWS)
    assert "seed" not in encode(client, ROWS)


def test_raw_answers_hold_the_draw(client: httpx.Client) -> None:
    query = {"model": "toy-vae", "sample": "1", "seed": "7"}
    raw = client.post(
        "/encode", params=query, json={"inputs": ROWS.tolist()}, headers={"Accept": "application/octet-stream"}
    )
    drawn = np.array(encode(client, ROWS, sample="true", seed=7)["latents"], np.float32)
    np.testing.assert_array_equal(np.frombuffer(raw.content, "<f4").reshape(6, 5), drawn)


@pytest.mark.parametrize("model", ["toy", "sensors", "colours"])
def test_without_a_posterior_there_is_nothing_to_draw_from(client: httpx.Client, model: str) -> None:
    answer = client.post("/encode", params={"model": model, "sample": "true"}, json={"inputs": [0.5]})
    assert f"{model!r} has no posterior" in check_problem(answer, "posterior-missing")["detail"]
