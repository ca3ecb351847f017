"""POST /encode, /decode, /reconstruct over a socket: the answer has the shape of the question, and numpy's numbers."""

from __future__ import annotations

from math import prod
from typing import Any

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray

from bundles import COLOURS, SENSORS, TOY, TOY_VAE, Blueprint

RAW = "application/octet-stream"
BLUEPRINTS = pytest.mark.parametrize(
    "blueprint", [TOY, TOY_VAE, SENSORS, COLOURS], ids=lambda blueprint: blueprint.name
)
LEADING = pytest.mark.parametrize("leading", [(), (1,), (3,), (2, 3)], ids=str)
Floats = NDArray[np.float32]


def post(client: httpx.Client, path: str, blueprint: Blueprint, field: str, values: Floats, **query: Any) -> Any:
    query = {"model": blueprint.name, "version": blueprint.version, **query}
    answer = client.post(path, params=query, json={field: values.tolist()})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    fields = answer.json()
    assert (fields.pop("model"), fields.pop("version")) == (blueprint.name, blueprint.version)
    return fields


def inputs_of(blueprint: Blueprint, leading: tuple[int, ...]) -> tuple[Floats, Floats]:
    """Inputs as rows, and in the shape [*leading, D]."""
    rows = blueprint.inputs(prod(leading))
    return rows, rows.reshape(*leading, blueprint.input_dim)


@BLUEPRINTS
@LEADING
def test_encode_mirrors_the_shape(client: httpx.Client, blueprint: Blueprint, leading: tuple[int, ...]) -> None:
    rows, inputs = inputs_of(blueprint, leading)
    fields = post(client, "/encode", blueprint, "inputs", inputs)
    expected = {"latents": blueprint.encode(rows)}
    if blueprint.kind == "vae":
        expected["logvar"] = blueprint.logvar(rows)
    assert list(fields) == list(expected)
    for name, values in expected.items():
        np.testing.assert_allclose(fields[name], values.reshape(*leading, blueprint.latent_dim), atol=1e-5)


@BLUEPRINTS
@LEADING
def test_decode_mirrors_the_shape(client: httpx.Client, blueprint: Blueprint, leading: tuple[int, ...]) -> None:
    latents = blueprint.encode(blueprint.inputs(prod(leading))).reshape(*leading, blueprint.latent_dim)
    fields = post(client, "/decode", blueprint, "latents", latents)
    assert list(fields) == ["outputs"]
    np.testing.assert_allclose(fields["outputs"], blueprint.decode(latents), atol=1e-5)


@BLUEPRINTS
@LEADING
def test_reconstruct_mirrors_the_shape(client: httpx.Client, blueprint: Blueprint, leading: tuple[int, ...]) -> None:
    rows, inputs = inputs_of(blueprint, leading)
    fields = post(client, "/reconstruct", blueprint, "inputs", inputs)
    assert list(fields) == ["outputs", "latents", "errors", "percentiles"]
    assert np.shape(fields["outputs"]) == inputs.shape
    assert np.shape(fields["errors"]) == np.shape(fields["percentiles"]) == leading
    latents = blueprint.encode(rows).reshape(*leading, blueprint.latent_dim)
    np.testing.assert_allclose(fields["latents"], latents, atol=1e-5)


@pytest.mark.parametrize("blueprint", [TOY, COLOURS], ids=lambda blueprint: blueprint.name)
@LEADING
def test_a_picture_counts_as_its_vector(client: httpx.Client, blueprint: Blueprint, leading: tuple[int, ...]) -> None:
    _, inputs = inputs_of(blueprint, leading)
    assert blueprint.picture_shape
    pictures = inputs.reshape(*leading, *blueprint.picture_shape)
    for path in ("/encode", "/reconstruct"):
        as_pictures = post(client, path, blueprint, "inputs", pictures)
        assert as_pictures == post(client, path, blueprint, "inputs", inputs)


def test_latents_are_never_pictures(client: httpx.Client) -> None:
    answer = client.post("/decode", json={"latents": np.zeros((3, 4)).tolist()})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ("toy", 2)),
        ("model=toy", ("toy", 2)),
        ("model=toy&version=1", ("toy", 1)),
        ("version=1", ("toy", 1)),
        ("model=toy-vae", ("toy-vae", 1)),
    ],
)
@pytest.mark.parametrize("path", ["/encode", "/reconstruct"])
def test_the_query_chooses_the_bundle(client: httpx.Client, path: str, query: str, expected: tuple[str, int]) -> None:
    fields = client.post(f"{path}?{query}", json={"inputs": [0.5] * 12}).json()
    assert (fields["model"], fields["version"]) == expected


@pytest.mark.parametrize(
    ("path", "field", "dim", "width"),
    [("/encode", "inputs", 12, 2), ("/decode", "latents", 2, 12), ("/reconstruct", "inputs", 12, 12)],
)
@pytest.mark.parametrize("rows", [1, 3])
def test_raw_bodies_and_answers_hold_the_same_numbers_as_json(
    client: httpx.Client, path: str, field: str, dim: int, width: int, rows: int
) -> None:
    values = TOY.inputs(rows)[:, :dim]
    wanted = client.post(path, json={field: values.tolist()}).json()
    first = next(value for name, value in wanted.items() if name not in ("model", "version"))
    raw_in = client.post(path, content=values.tobytes(), headers={"Content-Type": RAW})
    assert raw_in.json() == wanted
    raw_out = client.post(path, json={field: values.tolist()}, headers={"Accept": RAW})
    assert raw_out.headers["content-type"] == RAW
    assert (raw_out.headers["x-latentd-model"], raw_out.headers["x-latentd-version"]) == ("toy", "2")
    got = np.frombuffer(raw_out.content, "<f4").reshape(rows, width)
    np.testing.assert_array_equal(got, np.array(first, np.float32))


def test_json_floats_are_the_shortest_that_give_back_the_float32(client: httpx.Client) -> None:
    text = client.post("/encode", json={"inputs": TOY.inputs(3).tolist()}).text
    exact = client.post("/encode", json={"inputs": TOY.inputs(3).tolist()}, headers={"Accept": RAW}).content
    numbers = text.split("[[")[1].split("]]")[0].replace("],[", ",").split(",")
    for number, value in zip(numbers, np.frombuffer(exact, "<f4"), strict=True):
        assert np.float32(number) == value
        assert len(number) <= len(np.format_float_positional(value, unique=True, trim="0"))
