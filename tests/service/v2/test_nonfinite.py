"""LATENTD_ALLOW_NONFINITE: binary bodies may hold NaN and infinities, and no answer is ever invalid JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest

from bundles import SENSORS, TOY, Blueprint, Floats
from servers import serving
from tensors import arrays_in, binary_body, binary_tensor, check_error, tensor


@pytest.fixture(scope="module")
def lenient(models_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    log = tmp_path_factory.mktemp("lenient") / "log"
    with (
        serving(models_folder, log, {"LATENTD_ALLOW_NONFINITE": "true"}) as server,
        httpx.Client(base_url=server.url, timeout=30) as client,
    ):
        yield client


def with_nan(
    rows: Floats,
) -> Floats:
    rows = rows.copy()
    rows[1, 3] = np.nan
    return rows


@pytest.mark.parametrize("blueprint", [SENSORS, TOY], ids=["without a range", "with a range"])
def test_nan_goes_in_and_comes_out(lenient: httpx.Client, blueprint: Blueprint) -> None:
    described, data = binary_tensor(with_nan(blueprint.inputs(3)))
    url = f"/v2/models/{blueprint.name}.encoder/versions/1/infer"
    body, headers = binary_body({"inputs": [described], "parameters": {"binary_data_output": True}}, data)
    found = arrays_in(lenient.post(url, content=body, headers=headers))["latent"]
    assert np.isnan(found[1]).all()
    np.testing.assert_allclose(found[[0, 2]], blueprint.encode(blueprint.inputs(3))[[0, 2]], atol=1e-5)


def test_in_json_it_is_null(lenient: httpx.Client) -> None:
    described, data = binary_tensor(with_nan(SENSORS.inputs(2)))
    body, headers = binary_body({"inputs": [described]}, data)
    answer = lenient.post("/v2/models/sensors.encoder/infer", content=body, headers=headers)
    values = json.loads(answer.content, parse_constant=pytest.fail)["outputs"][0]["data"]
    assert [value is None for value in values] == [False] * 3 + [True] * 3


def test_the_native_face_takes_it_in_raw_bodies_too(lenient: httpx.Client) -> None:
    raw = {"Content-Type": "application/octet-stream"}
    rows = with_nan(SENSORS.inputs(2)).tobytes()
    answer = lenient.post("/encode?model=sensors", content=rows, headers=raw)
    assert json.loads(answer.content, parse_constant=pytest.fail)["latents"][1] == [None] * 3


def test_values_that_are_finite_still_obey_the_range(lenient: httpx.Client) -> None:
    rows = with_nan(TOY.inputs(2))
    rows[0, 0] = 7
    described, data = binary_tensor(rows)
    body, headers = binary_body({"inputs": [described]}, data)
    check_error(lenient.post("/v2/models/toy/infer", content=body, headers=headers), 400, "7.0", "1 such")


def test_json_that_overflows_is_refused_all_the_same(lenient: httpx.Client) -> None:
    request = {"inputs": [tensor(np.full((1, 13), 1e300), "FP64")]}
    check_error(lenient.post("/v2/models/sensors/infer", json=request), 400, "inf")
