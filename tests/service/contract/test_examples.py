"""GET /examples: held-out pictures themselves, over HTTP."""

from __future__ import annotations

import io

import httpx
import numpy as np

from bundles import SENSORS, TOY, Blueprint
from viewing import DRAWN, JSON, NPY, PNG, RAW, draw, get, pixels_in, view


@DRAWN
def test_they_are_those_of_the_bundle(client: httpx.Client, blueprint: Blueprint) -> None:
    stored, indices = blueprint.examples()
    fields = view(client, "/examples", blueprint)
    assert fields["indices"] == indices.tolist()
    assert fields["labels"] == (indices % 3).tolist()
    np.testing.assert_array_equal(np.array(fields["inputs"], np.float32), stored / np.float32(255))
    np.testing.assert_array_equal(
        np.load(io.BytesIO(get(client, "/examples", blueprint, NPY).content)), stored / np.float32(255)
    )
    assert get(client, "/examples", blueprint, RAW).content == (stored / np.float32(255)).astype("<f4").tobytes()
    first = get(client, "/examples", blueprint, PNG, limit=1)
    np.testing.assert_array_equal(pixels_in(first.content), draw(blueprint, stored[0] / np.float32(255)))


def test_they_lie_where_their_latents_say(client: httpx.Client) -> None:
    fields = view(client, "/examples", TOY)
    held_out = view(client, "/latents", TOY)
    assert fields["latents"] == [held_out["latents"][index] for index in fields["indices"]]
    encoded = client.post("/encode", json={"inputs": fields["inputs"]}, params={"version": 1}).json()["latents"]
    np.testing.assert_allclose(encoded, fields["latents"], atol=0.01)  # the toy's inputs are no whole bytes


def test_a_model_without_them_says_so_in_a_problem(client: httpx.Client) -> None:
    for accept in (JSON, PNG, "*/*"):
        answer = client.get("/examples", params={"model": SENSORS.name}, headers={"Accept": accept})
        assert (answer.status_code, answer.headers["vary"]) == (404, "Accept")
        problem = answer.json()
        assert problem["type"] == "/docs#examples-missing"
        assert "'sensors'" in problem["detail"]
