"""POST /reconstruct: errors, where they stand among the held-out ones, and what is above a threshold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from bundles import SENSORS, TOY, TOY_VAE, Blueprint

BLUEPRINTS = pytest.mark.parametrize("blueprint", [TOY, TOY_VAE, SENSORS], ids=lambda blueprint: blueprint.name)


def reconstruct(client: httpx.Client, blueprint: Blueprint, inputs: Any, **query: Any) -> dict[str, Any]:
    query = {"model": blueprint.name, "version": 1, **query}
    answer = client.post("/reconstruct", params=query, json={"inputs": np.asarray(inputs).tolist()})
    assert answer.status_code == 200, answer.text
    fields: dict[str, Any] = answer.json()
    return fields


def held_out_quantiles(models: Path, blueprint: Blueprint) -> list[float]:
    manifest = json.loads((models / blueprint.name / "1" / "manifest.json").read_text("utf-8"))
    quantiles: list[float] = manifest["held_out"]["error_quantiles"]
    return quantiles


@BLUEPRINTS
def test_errors_are_the_mean_squared_differences(client: httpx.Client, blueprint: Blueprint) -> None:
    rows = blueprint.inputs(9)
    fields = reconstruct(client, blueprint, rows)
    errors = ((np.array(fields["outputs"]) - rows.astype(np.float64)) ** 2).mean(axis=1)
    np.testing.assert_allclose(fields["errors"], errors, rtol=1e-6)


@BLUEPRINTS
def test_percentiles_are_levels_of_the_held_out_errors(
    client: httpx.Client, models_folder: Path, blueprint: Blueprint
) -> None:
    fields = reconstruct(client, blueprint, blueprint.inputs(9))
    expected = np.interp(fields["errors"], held_out_quantiles(models_folder, blueprint), np.linspace(0, 100, 1001))
    np.testing.assert_allclose(fields["percentiles"], expected, atol=1e-9)


def test_percentiles_end_at_0_and_100(client: httpx.Client) -> None:
    far = reconstruct(client, SENSORS, np.full(13, 1e6))
    assert far["percentiles"] == 100
    near = reconstruct(client, SENSORS, np.zeros(13))
    assert (near["errors"], near["percentiles"]) == (0, 0)


@pytest.mark.parametrize("threshold", [0, 25.5, 50, 99, 100])
def test_a_threshold_tells_which_rows_are_above_it(client: httpx.Client, threshold: float) -> None:
    fields = reconstruct(client, TOY, TOY.inputs(9), threshold=threshold)
    assert fields["anomalous"] == [percentile > threshold for percentile in fields["percentiles"]]


def test_the_flags_mirror_the_shape(client: httpx.Client) -> None:
    assert reconstruct(client, TOY, TOY.inputs(1)[0], threshold=0)["anomalous"] in (True, False)
    assert np.shape(reconstruct(client, TOY, TOY.inputs(6).reshape(2, 3, 12), threshold=0)["anomalous"]) == (2, 3)


def test_without_a_threshold_there_are_no_flags(client: httpx.Client) -> None:
    assert "anomalous" not in reconstruct(client, TOY, TOY.inputs(1))
