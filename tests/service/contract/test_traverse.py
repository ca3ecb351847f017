"""GET and POST /traverse: one dimension after the other, against numpy alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from asking import check_problem
from bundles import COLOURS, TOY, TOY_VAE, Blueprint
from viewing import (
    DRAWN,
    EVERY,
    JSON,
    NPY,
    PNG,
    axis,
    center,
    draw,
    fields_of,
    get,
    pixels_in,
    side_by_side,
    text_in,
    view,
)

LABEL = 18  # pixels above each strip


def post(client: httpx.Client, blueprint: Blueprint, body: Any, accept: str = JSON, **query: Any) -> httpx.Response:
    named = {"model": blueprint.name, "version": "1", **query}
    return client.post("/traverse", params=named, json=body, headers={"Accept": accept})


@EVERY
def test_one_dimension_is_varied_and_the_others_held(
    client: httpx.Client, models_folder: Path, blueprint: Blueprint
) -> None:
    fields = view(client, "/traverse", blueprint, dim=1)
    assert list(fields) == ["dim", "active", "values", "latents", "outputs"]
    values = axis(models_folder, blueprint, 1, np.linspace(0.05, 0.95, 9))
    np.testing.assert_allclose(fields["values"], values, atol=1e-12)
    wanted = np.tile(center(models_folder, blueprint), (9, 1))
    wanted[:, 1] = values
    np.testing.assert_allclose(fields["latents"], wanted, atol=1e-6)
    np.testing.assert_allclose(fields["outputs"], blueprint.decode(wanted.astype(np.float32)), atol=1e-5)


def test_a_latent_may_hold_the_others(client: httpx.Client) -> None:
    latent = [0.5, -0.25, 0.125, 1, 2]
    fields = view(client, "/traverse", TOY_VAE, dim=2, steps=3, latents=latent, spacing="linear", low=-1, high=1)
    assert fields["latents"] == [[0.5, -0.25, value, 1, 2] for value in (-1, 0, 1)]


@DRAWN
def test_the_picture_is_a_strip(client: httpx.Client, blueprint: Blueprint) -> None:
    fields = view(client, "/traverse", blueprint, steps=4)
    picture = get(client, "/traverse", blueprint, PNG, steps=4).content
    np.testing.assert_array_equal(pixels_in(picture), side_by_side(draw(blueprint, fields["outputs"])[None]))
    text = text_in(picture)
    assert (text["dim"], json.loads(text["values"])) == ("0", fields["values"])


@EVERY
def test_an_input_is_reconstructed_with_each_latent_adjusted(
    client: httpx.Client, models_folder: Path, blueprint: Blueprint
) -> None:
    row = blueprint.inputs(1)[0]
    fields = fields_of(post(client, blueprint, {"inputs": row.tolist(), "dims": [1, 0], "steps": 5}), blueprint)
    assert list(fields) == ["latent", "output", "traversals"]
    latent = blueprint.encode(row[None])[0]
    np.testing.assert_allclose(fields["latent"], latent, atol=1e-5)
    np.testing.assert_allclose(fields["output"], blueprint.decode(latent), atol=1e-5)
    assert [traversal["dim"] for traversal in fields["traversals"]] == [1, 0]
    for traversal in fields["traversals"]:
        assert list(traversal) == ["dim", "active", "values", "latents", "outputs"]
        values = axis(models_folder, blueprint, traversal["dim"], np.linspace(0.05, 0.95, 5))
        wanted = np.tile(latent, (5, 1))
        wanted[:, traversal["dim"]] = values
        np.testing.assert_allclose(traversal["values"], values, atol=1e-12)
        np.testing.assert_allclose(traversal["latents"], wanted, atol=1e-5)
        np.testing.assert_allclose(traversal["outputs"], blueprint.decode(wanted.astype(np.float32)), atol=1e-5)


@pytest.mark.parametrize("blueprint", [TOY, TOY_VAE], ids=lambda blueprint: blueprint.name)
def test_the_classic_four_pictures(client: httpx.Client, blueprint: Blueprint) -> None:
    body = {"inputs": blueprint.inputs(1)[0].tolist(), "dims": [0, 1], "steps": 9}
    fields = fields_of(post(client, blueprint, body), blueprint)
    picture = post(client, blueprint, body, PNG)
    assert picture.headers["content-type"] == PNG
    pixels = pixels_in(picture.content)
    height, width = 3 * 21, 4 * 21  # the toy's pictures are drawn 21 times as large
    assert pixels.shape == (4 * (LABEL + height), 9 * width)
    pictures = [[body["inputs"]], [fields["output"]], *(each["outputs"] for each in fields["traversals"])]
    for place, strip in enumerate(pictures):
        top = place * (LABEL + height) + LABEL
        wanted = side_by_side(draw(blueprint, strip)[None]).repeat(21, axis=0).repeat(21, axis=1)
        np.testing.assert_array_equal(pixels[top : top + height, : wanted.shape[1]], wanted)
        assert pixels[top - LABEL : top].max() > 200, "there is a label"
    text = text_in(picture.content)
    assert json.loads(text["latent"]) == fields["latent"]
    assert json.loads(text["axes"]) == [traversal["values"] for traversal in fields["traversals"]]


def test_the_four_pictures_have_their_colours(client: httpx.Client) -> None:
    body = {"inputs": COLOURS.inputs(1)[0].tolist(), "dims": [0], "steps": 2}
    pixels = pixels_in(post(client, COLOURS, body, PNG).content)
    assert pixels.shape == (3 * (LABEL + 64), pixels.shape[1], 3)
    original = draw(COLOURS, body["inputs"]).repeat(2, axis=0).repeat(2, axis=1)
    np.testing.assert_array_equal(pixels[LABEL : LABEL + 64, :64], original)


def test_inactive_dimensions_are_marked_and_passed_over(client: httpx.Client) -> None:
    body = {"inputs": [0.5] * 12}
    asked = fields_of(post(client, TOY_VAE, {**body, "dims": [3, 4], "steps": 2}), TOY_VAE)["traversals"]
    assert [(each["dim"], each["active"]) for each in asked] == [(3, False), (4, True)]
    by_itself = fields_of(post(client, TOY_VAE, {**body, "steps": 2}), TOY_VAE)["traversals"]
    assert [each["dim"] for each in by_itself] == [0, 1, 2, 4]
    assert view(client, "/traverse", TOY_VAE, dim=3, steps=2)["active"] is False
    plain, marked = (
        pixels_in(post(client, TOY_VAE, {**body, "dims": [dim], "steps": 2}, PNG).content) for dim in (4, 3)
    )
    assert marked.shape[1] > 0
    assert not np.array_equal(plain[2 * (LABEL + 63) :][:LABEL, :200], marked[2 * (LABEL + 63) :][:LABEL, :200])


def test_dims_and_steps_may_stand_in_the_query_and_the_body_goes_before(client: httpx.Client) -> None:
    body = {"inputs": [0.5] * 12, "dims": [1], "steps": 3}
    from_body = post(client, TOY, body)
    assert post(client, TOY, {"inputs": body["inputs"]}, dims="1", steps="3").content == from_body.content
    assert post(client, TOY, body, dims="0", steps="7").content == from_body.content


def test_arrays_hold_the_reconstruction_and_then_every_traversal(client: httpx.Client) -> None:
    body = {"inputs": [0.5] * 12, "dims": [0, 1], "steps": 3}
    fields = fields_of(post(client, TOY, body), TOY)
    wanted = [fields["output"], *(row for each in fields["traversals"] for row in each["outputs"])]
    assert post(client, TOY, body, NPY).content.endswith(np.array(wanted, "<f4").tobytes())


@pytest.mark.parametrize("rows", [2, 3])
def test_only_one_vector_is_traversed(client: httpx.Client, rows: int) -> None:
    answer = post(client, TOY, {"inputs": [[0.5] * 12] * rows})
    assert f"one vector to traverse; got {rows}" in check_problem(answer, "shape-mismatch")["detail"]


def test_a_row_of_one_vector_counts_as_it(client: httpx.Client) -> None:
    one, row = (post(client, TOY, {"inputs": inputs, "steps": 2}) for inputs in ([0.5] * 12, [[0.5] * 12]))
    assert one.content == row.content


DIMS = "expected different whole numbers from 0 to latent_dim - 1, such as 0,1 (in JSON [0, 1]); got "
STEPS = "expected a whole number from 2 to 10000, the limit that LATENTD_MAX_ROWS sets; got "
WRONG = [
    ({"dims": [0, 0]}, "dims", "different dimensions from 0 to 1; got 0, 0"),
    ({"dims": [2]}, "dims", "dimensions from 0 to 1; got 2"),
    ({"dims": [-1]}, "dims", "dimensions from 0 to 1; got -1"),
    ({"dims": []}, "dims", DIMS + "[]"),
    ({"dims": 0}, "dims", DIMS + "0"),
    ({"dims": "x"}, "dims", DIMS + "'x'"),
    ({"dims": None}, "dims", None),
    ({"dims": {"0": 1}}, "dims", DIMS + '{"0":1}'),
    ({"steps": 1}, "steps", STEPS + "1"),
    ({"steps": None}, "steps", STEPS + "null"),
    ({"steps": 2.5}, "steps", STEPS + "2.5"),
    ({"steps": 100_000}, "steps", STEPS + "100000"),
    (
        {"steps": 10_000},
        "steps",
        "expected at most 10000 rows, the limit that LATENTD_MAX_ROWS sets, to be decoded; got",
    ),
]


@pytest.mark.parametrize(("options", "name", "detail"), WRONG, ids=lambda value: str(value)[:30])
def test_a_wrong_option_is_named(client: httpx.Client, options: dict[str, Any], name: str, detail: str | None) -> None:
    answer = post(client, TOY, {"inputs": [0.5] * 12, **options})
    if detail is None:
        assert answer.status_code == 200
        return
    problem = check_problem(answer, "parameter-invalid")
    assert [fault["parameter"] for fault in problem["errors"]] == [name]
    assert detail in problem["detail"]


@pytest.mark.parametrize("extra", ["seed", "dim", "Dims", "low"])
def test_other_fields_are_refused(client: httpx.Client, extra: str) -> None:
    problem = check_problem(post(client, TOY, {"inputs": [0.5] * 12, extra: 0}), "body-field")
    assert "dims, steps" in problem["detail"]


def test_a_field_that_comes_twice_is_refused(client: httpx.Client) -> None:
    body = '{"inputs": [' + ",".join(["0.5"] * 12) + '], "steps": 2, "steps": 3}'
    check_problem(client.post("/traverse", content=body), "body-field")
