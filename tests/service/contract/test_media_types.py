"""Every route, for every model, in every media type that the contract names: the same numbers in each."""

from __future__ import annotations

import io
import json
from typing import Any

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray

from asking import check_problem
from bundles import COLOURS, SENSORS, TOY, TOY_VAE, Blueprint
from viewing import DRAWN, EVERY, JSON, NPY, PNG, RAW, draw, fields_of, pixels_in, text_in

VIEWS = pytest.mark.parametrize("path", ["/grid", "/traverse", "/interpolate", "/sample"])
POSTS = pytest.mark.parametrize("path", ["/encode", "/decode", "/reconstruct", "/traverse", "/interpolate"])


def ask(client: httpx.Client, path: str, blueprint: Blueprint, accept: str | None) -> httpx.Response:
    """A small view by GET."""
    ends = {"from": ",".join(["0"] * blueprint.latent_dim), "to": ",".join(["0.5"] * blueprint.latent_dim)}
    queries: dict[str, dict[str, Any]] = {
        "/grid": {"rows": 2, "cols": 3},
        "/traverse": {"steps": 3},
        "/interpolate": {**ends, "steps": 3},
        "/sample": {"n": 4, "seed": 1},
    }
    named = {"model": blueprint.name, "version": "1", **queries[path]}
    headers = {} if accept is None else {"Accept": accept}
    return client.get(path, params=named, headers=headers)


def array_of(path: str, blueprint: Blueprint) -> tuple[str, NDArray[np.float32]]:
    """The field of a body, and two rows for it."""
    inputs = blueprint.inputs(2)
    return ("latents", blueprint.encode(inputs)) if path == "/decode" else ("inputs", inputs)


def send(client: httpx.Client, path: str, blueprint: Blueprint, accept: str, rows: int = 2) -> httpx.Response:
    field, values = array_of(path, blueprint)
    named = {
        "model": blueprint.name,
        "version": "1",
        **({"steps": "3"} if path in ("/traverse", "/interpolate") else {}),
    }
    body = {field: (values[0] if path == "/traverse" else values[:rows]).tolist()}
    return client.post(path, params=named, json=body, headers={"Accept": accept})


def check_named(answer: httpx.Response, blueprint: Blueprint) -> None:
    assert (answer.headers["x-latentd-model"], answer.headers["x-latentd-version"]) == (blueprint.name, "1")


@EVERY
@VIEWS
def test_arrays_of_a_view_hold_the_outputs(client: httpx.Client, path: str, blueprint: Blueprint) -> None:
    outputs = np.array(fields_of(ask(client, path, blueprint, JSON), blueprint)["outputs"], np.float32)
    loaded = ask(client, path, blueprint, NPY)
    np.testing.assert_array_equal(np.load(io.BytesIO(loaded.content), allow_pickle=False), outputs)
    raw = ask(client, path, blueprint, RAW)
    assert raw.content == outputs.astype("<f4").tobytes()
    for answer, media_type in ((loaded, NPY), (raw, RAW)):
        assert answer.headers["content-type"] == media_type
        check_named(answer, blueprint)


@DRAWN
@VIEWS
@pytest.mark.parametrize("accept", [None, "*/*", "image/*", "image/avif,image/webp,image/png,*/*;q=0.8", PNG])
def test_a_view_is_a_picture_unless_asked_otherwise(
    client: httpx.Client, path: str, blueprint: Blueprint, accept: str | None
) -> None:
    answer = ask(client, path, blueprint, accept)
    assert answer.headers["content-type"] == PNG
    check_named(answer, blueprint)
    text = text_in(answer.content)
    assert (text["model"], text["version"]) == (blueprint.name, "1")
    fields = fields_of(ask(client, path, blueprint, JSON), blueprint)
    assert json.loads(text["latents"]) == fields["latents"]


@VIEWS
def test_where_there_are_no_pictures_json_is_given_and_a_picture_refused(client: httpx.Client, path: str) -> None:
    for accept in (None, "*/*", f"{PNG}, */*;q=0.1"):
        assert ask(client, path, SENSORS, accept).headers["content-type"] == JSON
    problem = check_problem(ask(client, path, SENSORS, PNG), "answer-unacceptable")
    assert "application/json, application/octet-stream, application/x-npy" in problem["detail"]
    assert "this answer can be application/json" in problem["detail"]


@pytest.mark.parametrize("path", ["/decode", "/reconstruct", "/traverse", "/interpolate"])
def test_nor_are_bodies_answered_with_pictures_there(client: httpx.Client, path: str) -> None:
    check_problem(send(client, path, SENSORS, PNG), "answer-unacceptable")


@pytest.mark.parametrize("blueprint", [TOY, COLOURS], ids=lambda blueprint: blueprint.name)
def test_latents_are_no_pictures(client: httpx.Client, blueprint: Blueprint) -> None:
    check_problem(send(client, "/encode", blueprint, PNG), "answer-unacceptable")


@EVERY
@POSTS
def test_arrays_hold_the_same_numbers_as_json(client: httpx.Client, path: str, blueprint: Blueprint) -> None:
    fields = fields_of(send(client, path, blueprint, JSON), blueprint)
    name = {"/encode": "latents"}.get(path, "outputs")
    if path == "/traverse":
        fields[name] = [fields["output"], *(row for each in fields["traversals"] for row in each["outputs"])]
    wanted = np.array(fields[name], np.float32)
    loaded, raw = (send(client, path, blueprint, accept) for accept in (NPY, RAW))
    np.testing.assert_array_equal(np.load(io.BytesIO(loaded.content), allow_pickle=False), wanted)
    assert raw.content == wanted.astype("<f4").tobytes()
    check_named(loaded, blueprint)
    check_named(raw, blueprint)


@EVERY
@pytest.mark.parametrize("path", ["/encode", "/decode", "/reconstruct"])
@pytest.mark.parametrize("media_type", [NPY, RAW])
def test_bodies_hold_the_same_numbers_as_json(
    client: httpx.Client, path: str, blueprint: Blueprint, media_type: str
) -> None:
    _, values = array_of(path, blueprint)
    file = io.BytesIO()
    np.save(file, values)
    body = file.getvalue() if media_type == NPY else values.tobytes()
    named = {"model": blueprint.name, "version": "1"}
    answer = client.post(path, params=named, content=body, headers={"Content-Type": media_type})
    assert answer.content == send(client, path, blueprint, JSON).content


@DRAWN
def test_one_decoded_latent_is_its_picture_and_several_a_sheet(client: httpx.Client, blueprint: Blueprint) -> None:
    latents = blueprint.encode(blueprint.inputs(5))
    named = {"model": blueprint.name, "version": "1"}
    for rows in (latents[0], latents[:1], latents):
        body = {"latents": rows.tolist()}
        picture = client.post("/decode", params=named, json=body, headers={"Accept": PNG}).content
        outputs = np.array(client.post("/decode", params=named, json=body).json()["outputs"])
        drawn = draw(blueprint, outputs.reshape(-1, blueprint.input_dim))
        height, width = drawn.shape[1:3]
        sheet = pixels_in(picture)
        side = 1 if len(drawn) == 1 else 3
        assert sheet.shape[:2] == ((1 if side == 1 else 2) * height, side * width)
        for place, wanted in enumerate(drawn):
            top, left = place // side * height, place % side * width
            np.testing.assert_array_equal(sheet[top : top + height, left : left + width], wanted)
        assert not sheet[height:, 2 * width :].any(), "what is left over is black"
        stated = np.array(json.loads(text_in(picture)["latents"]), np.float32)
        np.testing.assert_array_equal(stated, rows.reshape(-1, blueprint.latent_dim))


@DRAWN
@pytest.mark.parametrize("rows", [1, 2])
def test_originals_stand_above_reconstructions(client: httpx.Client, blueprint: Blueprint, rows: int) -> None:
    fields = fields_of(send(client, "/reconstruct", blueprint, JSON, rows), blueprint)
    answer = send(client, "/reconstruct", blueprint, PNG, rows)
    assert answer.headers["content-type"] == PNG
    originals, outputs = draw(blueprint, blueprint.inputs(2)[:rows]), draw(blueprint, fields["outputs"])
    wanted = np.concatenate([np.concatenate(list(strip), axis=1) for strip in (originals, outputs)])
    np.testing.assert_array_equal(pixels_in(answer.content), wanted)
    text = text_in(answer.content)
    for name in ("latents", "errors", "percentiles"):
        assert json.loads(text[name]) == fields[name]


def test_a_drawn_posterior_comes_as_an_array_too(client: httpx.Client) -> None:
    asked = {"model": "toy-vae", "sample": "true", "seed": "7"}
    body = {"inputs": TOY_VAE.inputs(3).tolist()}
    drawn = client.post("/encode", params=asked, json=body).json()["latents"]
    loaded = client.post("/encode", params=asked, json=body, headers={"Accept": NPY}).content
    np.testing.assert_array_equal(np.load(io.BytesIO(loaded)), np.array(drawn, np.float32))
