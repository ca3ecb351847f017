"""npy as a body over a socket: every real dtype, and nothing that lies."""

from __future__ import annotations

import httpx
import numpy as np
import pytest

from asking import check_problem, pointers
from bundles import SENSORS, TOY, Blueprint
from npy_files import LIARS, npy
from viewing import EVERY, NPY

REAL = [f"{order}{code}" for code in ("f2", "f4", "f8", "i2", "i4", "i8", "u2", "u4", "u8") for order in "<>"]


def send(client: httpx.Client, blueprint: Blueprint, body: bytes, path: str = "/encode") -> httpx.Response:
    named = {"model": blueprint.name, "version": "1"}
    return client.post(path, params=named, content=body, headers={"Content-Type": NPY})


def as_json(client: httpx.Client, blueprint: Blueprint, values: object, path: str = "/encode") -> bytes:
    field = "latents" if path == "/decode" else "inputs"
    answer = client.post(path, params={"model": blueprint.name, "version": "1"}, json={field: values})
    assert answer.status_code == 200, answer.text
    return answer.content


@pytest.mark.parametrize("dtype", [*REAL, "i1"])
def test_any_real_dtype_is_what_its_numbers_are(client: httpx.Client, dtype: str) -> None:
    values = np.arange(24).reshape(2, 12) % 2
    assert send(client, TOY, npy(values.astype(dtype))).content == as_json(client, TOY, values.tolist())


@EVERY
@pytest.mark.parametrize("leading", [(), (1,), (2, 3)], ids=str)
def test_shapes_mirror_in_either_order(client: httpx.Client, blueprint: Blueprint, leading: tuple[int, ...]) -> None:
    rows = int(np.prod(leading))
    values = blueprint.inputs(rows).reshape(*leading, blueprint.input_dim)
    wanted = as_json(client, blueprint, values.tolist())
    assert send(client, blueprint, npy(values)).content == wanted
    assert send(client, blueprint, npy(np.asfortranarray(values).reshape(values.shape))).content == wanted


def test_bytes_are_scaled_to_the_value_range(client: httpx.Client) -> None:
    values = np.random.default_rng(3).integers(0, 256, (5, 3, 4), np.uint8)
    wanted = as_json(client, TOY, (values.astype(np.float32) / np.float32(255)).tolist())
    assert send(client, TOY, npy(values)).content == wanted


def test_other_whole_numbers_are_not(client: httpx.Client) -> None:
    problem = check_problem(send(client, TOY, npy(np.full((2, 12), 255, np.int16))), "value-range")
    assert pointers(problem) == ["/inputs/0/0"]


def test_bytes_are_numbers_where_there_is_no_range_and_in_latents(client: httpx.Client) -> None:
    values = np.arange(26, dtype=np.uint8).reshape(2, 13)
    assert send(client, SENSORS, npy(values)).content == as_json(client, SENSORS, values.tolist())
    latents = np.array([[3, 1]], np.uint8)
    assert send(client, TOY, npy(latents), "/decode").content == as_json(client, TOY, latents.tolist(), "/decode")


@pytest.mark.parametrize(
    "values",
    [np.zeros((2, 12), bool), np.zeros((2, 12), complex), np.zeros((2, 12), object), np.zeros(12, [("a", "<f4")])],
    ids=lambda values: str(values.dtype),
)
def test_what_is_not_real_is_refused(client: httpx.Client, values: object) -> None:
    assert "expected a real dtype" in check_problem(send(client, TOY, npy(values)), "value-type")["detail"]


@pytest.mark.parametrize("body", LIARS.values(), ids=LIARS)
def test_what_lies_is_unreadable(client: httpx.Client, body: bytes) -> None:
    check_problem(send(client, TOY, body), "body-unreadable")


@pytest.mark.parametrize("shape", [(), (0,), (0, 12), (12, 0), (11,), (2, 13), (4, 3), (3, 4, 1)], ids=str)
def test_another_shape_is_refused(client: httpx.Client, shape: tuple[int, ...]) -> None:
    check_problem(send(client, TOY, npy(np.zeros(shape, np.float32))), "shape-mismatch")


@pytest.mark.parametrize(
    ("value", "slug"), [(np.nan, "value-non-finite"), (np.inf, "value-non-finite"), (2, "value-range")]
)
@pytest.mark.parametrize("dtype", ["<f2", ">f8"])
def test_values_are_checked_and_pointed_at(client: httpx.Client, value: float, slug: str, dtype: str) -> None:
    values = np.zeros((2, 12), dtype)
    values[1, 3] = value
    assert pointers(check_problem(send(client, TOY, npy(values)), slug)) == ["/inputs/1/3"]


def test_what_overflows_float32_is_not_finite(client: httpx.Client) -> None:
    check_problem(send(client, SENSORS, npy(np.full(13, 1e39))), "value-non-finite")
