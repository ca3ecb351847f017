"""What several tests of the latent space need: an answer as JSON, as pixels, and what should be in it."""

from __future__ import annotations

import io
import json
from pathlib import Path
from statistics import NormalDist
from typing import Any

import httpx
import numpy as np
import pytest
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from bundles import COLOURS, SENSORS, TOY, TOY_VAE, Blueprint

JSON, RAW, NPY, PNG = "application/json", "application/octet-stream", "application/x-npy", "image/png"
JPEG, CSV = "image/jpeg", "text/csv"

EVERY = pytest.mark.parametrize("blueprint", [TOY, TOY_VAE, SENSORS, COLOURS], ids=lambda blueprint: blueprint.name)
DRAWN = pytest.mark.parametrize("blueprint", [TOY, TOY_VAE, COLOURS], ids=lambda blueprint: blueprint.name)

Numbers = NDArray[np.float64]
Pixels = NDArray[np.uint8]


def get(client: httpx.Client, path: str, blueprint: Blueprint, accept: str, **query: Any) -> httpx.Response:
    """The answer of that model; `start` stands for `from`, which Python keeps to itself."""
    asked = {"from" if name == "start" else name: as_text(value) for name, value in query.items()}
    named = {"model": blueprint.name, "version": "1", **asked}
    answer = client.get(path, params=named, headers={"Accept": accept})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == accept
    return answer


def view(client: httpx.Client, path: str, blueprint: Blueprint, **query: Any) -> dict[str, Any]:
    """The fields of a GET's JSON, without model and version, which are the right ones."""
    return fields_of(get(client, path, blueprint, JSON, **query), blueprint)


def fields_of(answer: httpx.Response, blueprint: Blueprint) -> dict[str, Any]:
    """The fields of an answer, without model and version, which are the right ones."""
    assert answer.status_code == 200, answer.text
    fields: dict[str, Any] = answer.json()
    assert (fields.pop("model"), fields.pop("version")) == (blueprint.name, 1)
    return fields


def as_text(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, list | tuple | np.ndarray) else str(value)


def pixels_in(body: bytes) -> Pixels:
    with Image.open(io.BytesIO(body)) as picture:
        assert picture.format == "PNG"
        return np.asarray(picture)


def text_in(body: bytes) -> dict[str, str]:
    """The text chunks of a PNG."""
    with Image.open(io.BytesIO(body)) as picture:
        picture.load()
        return {str(name): str(value) for name, value in picture.info.items()}


def draw(blueprint: Blueprint, outputs: ArrayLike) -> Pixels:
    """Outputs [..., D] between 0 and 1 as the nearest pixels, [..., H, W] or [..., H, W, 3]."""
    assert blueprint.value_range == (0, 1)
    values = np.asarray(outputs, np.float32)
    pixels = np.rint(values * np.float32(255)).astype(np.uint8)
    assert blueprint.picture_shape is not None
    pictures = pixels.reshape(*values.shape[:-1], *blueprint.picture_shape)
    return pictures if len(blueprint.picture_shape) == 2 else np.moveaxis(pictures, -3, -1)


def side_by_side(pictures: Pixels) -> Pixels:
    """Pictures [R, C, H, W, …] as one, put together one by one."""
    return np.concatenate([np.concatenate(list(row), axis=1) for row in pictures], axis=0)


def statistics_of(models: Path, blueprint: Blueprint) -> dict[str, Any]:
    """The latent statistics in the manifest, read as plain JSON."""
    manifest = json.loads((models / blueprint.name / "1" / "manifest.json").read_text("utf-8"))
    statistics: dict[str, Any] = manifest["latent_statistics"]
    return statistics


def axis(models: Path, blueprint: Blueprint, dim: int, levels: ArrayLike) -> Numbers:
    """The values of a dimension at these levels, worked out by other means than the service's."""
    shares = np.asarray(levels, np.float64)
    if blueprint.kind == "vae":
        return np.array([NormalDist().inv_cdf(share) for share in shares])
    column = [row[dim] for row in statistics_of(models, blueprint)["quantiles"]]
    values: Numbers = np.interp(shares, np.arange(101) / 100, column)
    return values


def center(models: Path, blueprint: Blueprint) -> Numbers:
    """What dimensions are held at when nobody says otherwise: zeros for a prior, else the training median."""
    if blueprint.kind == "vae":
        return np.zeros(blueprint.latent_dim)
    return np.array(statistics_of(models, blueprint)["quantiles"][50])
