"""GET and POST /interpolate: from one end to the other, exactly."""

from __future__ import annotations

import json
from typing import Any

import httpx
import numpy as np
import pytest

from asking import check_problem
from bundles import COLOURS, SENSORS, TOY, TOY_VAE, Blueprint
from viewing import DRAWN, EVERY, JSON, PNG, RAW, draw, fields_of, get, pixels_in, side_by_side, text_in, view

WITHOUT_PRIOR = pytest.mark.parametrize("blueprint", [TOY, SENSORS, COLOURS], ids=lambda blueprint: blueprint.name)


def ends_of(blueprint: Blueprint) -> tuple[list[float], list[float]]:
    """Two latents whose numbers are not the same in float32 as in decimal."""
    first = [0.1 * (dim + 1) for dim in range(blueprint.latent_dim)]
    return first, [-0.7 + value * value for value in first]


def post(client: httpx.Client, blueprint: Blueprint, body: Any, accept: str = JSON) -> httpx.Response:
    named = {"model": blueprint.name, "version": "1"}
    return client.post("/interpolate", params=named, json=body, headers={"Accept": accept})


def slerp(first: Any, last: Any, share: float) -> Any:
    """Shoemake 1985, with the angle between the two directions found by its tangent."""
    first, last = np.array(first, np.float64), np.array(last, np.float64)
    one, other = first / np.linalg.norm(first), last / np.linalg.norm(last)
    angle = 2 * np.arctan2(np.linalg.norm(one - other), np.linalg.norm(one + other))
    return (np.sin((1 - share) * angle) * first + np.sin(share * angle) * last) / np.sin(angle)


@EVERY
@pytest.mark.parametrize("steps", [2, 3, 10])
def test_latents_lie_evenly_on_the_line(client: httpx.Client, blueprint: Blueprint, steps: int) -> None:
    first, last = ends_of(blueprint)
    fields = view(client, "/interpolate", blueprint, start=first, to=last, steps=steps)
    assert list(fields) == ["method", "latents", "outputs"]
    assert fields["method"] == "linear"
    wanted = [np.array(first) * (1 - share) + np.array(last) * share for share in np.linspace(0, 1, steps)]
    np.testing.assert_allclose(fields["latents"], wanted, atol=1e-6)
    np.testing.assert_allclose(fields["outputs"], blueprint.decode(np.array(wanted, np.float32)), atol=1e-5)


@EVERY
@pytest.mark.parametrize("method", ["linear", "slerp"])
def test_the_ends_are_exact(client: httpx.Client, blueprint: Blueprint, method: str) -> None:
    if method == "slerp" and blueprint.kind != "vae":
        return
    first, last = ends_of(blueprint)
    # as many rows in one batch, so that not even the order of additions differs
    latents = view(client, "/interpolate", blueprint, start=first, to=last, steps=4, method=method)["latents"]
    assert np.array(latents[0], np.float32).tolist() == np.array(first, np.float32).tolist()
    assert np.array(latents[-1], np.float32).tolist() == np.array(last, np.float32).tolist()
    outputs = get(client, "/interpolate", blueprint, RAW, start=first, to=last, steps=4, method=method).content
    decoded = client.post(
        "/decode", params={"model": blueprint.name, "version": "1"}, json={"latents": latents}, headers={"Accept": RAW}
    )
    assert outputs == decoded.content


def test_ten_steps_unless_asked_otherwise(client: httpx.Client) -> None:
    assert len(view(client, "/interpolate", TOY, start="0,0", to="1,1")["latents"]) == 10


def test_slerp_follows_the_arc(client: httpx.Client) -> None:
    first, last = ends_of(TOY_VAE)
    latents = view(client, "/interpolate", TOY_VAE, start=first, to=last, steps=7, method="slerp")["latents"]
    wanted = [slerp(first, last, share) for share in np.linspace(0, 1, 7)]
    np.testing.assert_allclose(latents, wanted, atol=1e-6)


def test_slerp_keeps_the_length_of_ends_of_one_length(client: httpx.Client) -> None:
    latents = view(client, "/interpolate", TOY_VAE, start="3,0,0,0,0", to="0,0,3,0,0", steps=5, method="slerp")
    np.testing.assert_allclose(np.linalg.norm(latents["latents"], axis=1), [3] * 5, rtol=1e-6)


@pytest.mark.parametrize(
    ("first", "last"), [("0,0,0,0,0", "1,2,3,4,5"), ("1,2,3,4,5", "2,4,6,8,10"), ("1,0,0,0,0", "-1,0,0,0,0")]
)
def test_slerp_goes_straight_where_there_is_no_arc(client: httpx.Client, first: str, last: str) -> None:
    ways = [
        view(client, "/interpolate", TOY_VAE, start=first, to=last, method=method)["latents"]
        for method in ("slerp", "linear")
    ]
    np.testing.assert_allclose(ways[0], ways[1], atol=1e-6)


@WITHOUT_PRIOR
def test_slerp_without_a_prior_is_refused_with_the_reason(client: httpx.Client, blueprint: Blueprint) -> None:
    first, last = (",".join(map(str, end)) for end in ends_of(blueprint))
    asked = {"model": blueprint.name, "from": first, "to": last, "method": "slerp"}
    rows = blueprint.inputs(2).tolist()
    for answer in (
        client.get("/interpolate", params=asked),
        post(client, blueprint, {"inputs": rows, "method": "slerp"}),
    ):
        problem = check_problem(answer, "parameter-invalid")
        assert [fault["parameter"] for fault in problem["errors"]] == ["method"]
        assert "has a fitted density instead" in problem["detail"]


@EVERY
def test_inputs_are_gone_between_by_their_latents(client: httpx.Client, blueprint: Blueprint) -> None:
    rows = blueprint.inputs(2)
    fields = fields_of(post(client, blueprint, {"inputs": rows.tolist(), "steps": 4}), blueprint)
    first, last = blueprint.encode(rows)
    wanted = np.linspace(first, last, 4)
    np.testing.assert_allclose(fields["latents"], wanted, atol=1e-5)
    np.testing.assert_allclose(fields["outputs"], blueprint.decode(wanted), atol=1e-5)


def test_inputs_of_a_model_with_a_prior_may_be_gone_between_on_the_arc(client: httpx.Client) -> None:
    rows = TOY_VAE.inputs(2)
    first, last = TOY_VAE.encode(rows)
    fields = fields_of(post(client, TOY_VAE, {"inputs": rows.tolist(), "steps": 3, "method": "slerp"}), TOY_VAE)
    np.testing.assert_allclose(fields["latents"][1], slerp(first, last, 0.5), atol=1e-5)


@pytest.mark.parametrize("rows", [1, 3])
def test_there_are_two_inputs_to_go_between(client: httpx.Client, rows: int) -> None:
    answer = post(client, TOY, {"inputs": [[0.5] * 12] * rows})
    assert f"two vectors to go between; got {rows}" in check_problem(answer, "shape-mismatch")["detail"]


@DRAWN
def test_the_picture_is_a_strip(client: httpx.Client, blueprint: Blueprint) -> None:
    first, last = ends_of(blueprint)
    fields = view(client, "/interpolate", blueprint, start=first, to=last, steps=3)
    from_latents = get(client, "/interpolate", blueprint, PNG, start=first, to=last, steps=3).content
    np.testing.assert_array_equal(pixels_in(from_latents), side_by_side(draw(blueprint, fields["outputs"])[None]))
    text = text_in(from_latents)
    assert (text["method"], json.loads(text["latents"])) == ("linear", fields["latents"])
    body = {"inputs": blueprint.inputs(2).tolist(), "steps": 3}
    drawn = post(client, blueprint, body, PNG).content
    outputs = fields_of(post(client, blueprint, body), blueprint)["outputs"]
    np.testing.assert_array_equal(pixels_in(drawn), side_by_side(draw(blueprint, outputs)[None]))
