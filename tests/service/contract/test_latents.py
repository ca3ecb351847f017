"""GET /latents: where the held-out set lies, in whatever form."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from bundles import SENSORS, TOY, Blueprint
from viewing import CSV, EVERY, JSON, NPY, RAW, get, view


def held_out(models: Path, blueprint: Blueprint) -> Any:
    return np.load(models / blueprint.name / "1" / "latents.npz")


@EVERY
def test_they_are_those_of_the_bundle(client: httpx.Client, models_folder: Path, blueprint: Blueprint) -> None:
    stored = held_out(models_folder, blueprint)
    fields = view(client, "/latents", blueprint)
    assert list(fields) == ["latents", "labels"]
    np.testing.assert_array_equal(np.array(fields["latents"], np.float32), stored["latents"])
    assert fields["labels"] == (stored["labels"].tolist() if blueprint.labelled else None)


@EVERY
def test_npy_and_raw_hold_the_same_numbers(client: httpx.Client, models_folder: Path, blueprint: Blueprint) -> None:
    wanted = held_out(models_folder, blueprint)["latents"]
    answer = get(client, "/latents", blueprint, NPY)
    np.testing.assert_array_equal(np.load(io.BytesIO(answer.content), allow_pickle=False), wanted)
    assert get(client, "/latents", blueprint, RAW).content == wanted.astype("<f4").tobytes()
    assert (answer.headers["x-latentd-model"], answer.headers["x-latentd-version"]) == (blueprint.name, "1")


@EVERY
def test_csv_has_a_column_for_the_label_and_one_for_each_dimension(
    client: httpx.Client, models_folder: Path, blueprint: Blueprint
) -> None:
    stored = held_out(models_folder, blueprint)
    text = get(client, "/latents", blueprint, CSV).text
    head, *rows = csv.reader(io.StringIO(text, newline=""))
    assert head == ["label", *(f"latent_{dim}" for dim in range(blueprint.latent_dim))]
    np.testing.assert_array_equal(np.array([row[1:] for row in rows], np.float32), stored["latents"])
    labels = stored["labels"].tolist() if blueprint.labelled else [""] * len(rows)
    assert [row[0] for row in rows] == list(map(str, labels))
    assert text.endswith("\r\n")


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ({}, slice(0, 20)),
        ({"limit": 3}, slice(0, 3)),
        ({"offset": 5}, slice(5, 20)),
        ({"offset": 5, "limit": 3}, slice(5, 8)),
        ({"offset": 18, "limit": 9}, slice(18, 20)),
        ({"offset": 19, "limit": 10**12}, slice(19, 20)),
        ({"offset": 20}, slice(0, 0)),
        ({"offset": 10**12}, slice(0, 0)),
    ],
    ids=str,
)
def test_a_part_may_be_asked_for(client: httpx.Client, models_folder: Path, query: Any, rows: slice) -> None:
    stored = held_out(models_folder, TOY)
    latents, labels = stored["latents"][rows], stored["labels"][rows]
    fields = view(client, "/latents", TOY, **query)
    np.testing.assert_array_equal(np.array(fields["latents"], np.float32).reshape(-1, 2), latents)
    assert fields["labels"] == labels.tolist()
    loaded = np.load(io.BytesIO(get(client, "/latents", TOY, NPY, **query).content))
    np.testing.assert_array_equal(loaded, latents)
    assert loaded.shape == latents.shape
    assert get(client, "/latents", TOY, RAW, **query).content == latents.tobytes()
    assert get(client, "/latents", TOY, CSV, **query).text.count("\r\n") == len(latents) + 1


def test_json_is_given_to_whoever_does_not_care(client: httpx.Client) -> None:
    for accept in ("*/*", "text/html, */*;q=0.1"):
        assert client.get("/latents", headers={"Accept": accept}).headers["content-type"] == JSON
    assert view(client, "/latents", SENSORS)["labels"] is None
