"""client.draw: what the client gives as arrays, as the picture that the service draws."""

from __future__ import annotations

import inspect
import sys
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from bundles import TOY
from latentd.client import (
    AnswerUnacceptableError,
    AsyncLatentClient,
    LatentClient,
    Picture,
    PictureTooLargeError,
    ShapeMismatchError,
)
from latentd.client.awaiting import AsyncDrawings
from latentd.client.blocking import Drawings
from latentd.errors import ExtraMissingError
from viewing import pixels_in

PICTURES: list[tuple[str, tuple[Any, ...], str, dict[str, Any]]] = [
    ("grid", (2, 3), "/grid", {"rows": 2, "cols": 3}),
    ("traverse", (1,), "/traverse", {"dim": 1}),
    ("interpolate", ([0, 0], [0.5, 1]), "/interpolate", {"from": "0,0", "to": "0.5,1"}),
    ("examples", (), "/examples", {}),
]


@pytest.mark.parametrize(("name", "args", "path", "query"), PICTURES)
def test_a_picture_is_the_one_of_the_service(
    latent: LatentClient, client: httpx.Client, name: str, args: tuple[Any, ...], path: str, query: dict[str, Any]
) -> None:
    picture = getattr(latent.draw, name)(*args)
    assert picture.png == client.get(path, params=query, headers={"Accept": "image/png"}).content
    assert (picture.model, picture.version) == ("toy", 2)


def test_samples_are_drawn(latent: LatentClient) -> None:
    assert latent.draw.sample(4, seed=1).png == latent.draw.sample(4, seed=1).png
    assert pixels_in(latent.draw.sample(4, seed=1).png).shape == (6, 8)


@pytest.mark.parametrize(
    ("name", "args", "path", "body"),
    [
        ("decode", ([[0.0, 0.1], [0.2, 0.3]],), "/decode", {"latents": [[0.0, 0.1], [0.2, 0.3]]}),
        ("decode", ([0.0, 0.1],), "/decode", {"latents": [0.0, 0.1]}),
        ("reconstruct", (TOY.inputs(3),), "/reconstruct", {"inputs": TOY.inputs(3).tolist()}),
        ("traverse_input", (TOY.inputs(1)[0],), "/traverse", {"inputs": TOY.inputs(1)[0].tolist()}),
        ("interpolate_inputs", tuple(TOY.inputs(2)), "/interpolate", {"inputs": TOY.inputs(2).tolist()}),
    ],
)
def test_what_is_sent_is_drawn(
    latent: LatentClient, client: httpx.Client, name: str, args: tuple[Any, ...], path: str, body: dict[str, Any]
) -> None:
    picture = getattr(latent.draw, name)(*args)
    answer = client.post(path, json=body, headers={"Accept": "image/png"})
    np.testing.assert_array_equal(pixels_in(picture.png), pixels_in(answer.content))


def test_a_picture_is_an_image_for_pillow_and_a_file(latent: LatentClient, tmp_path: Path) -> None:
    picture = latent.draw.grid(2, 3)
    assert picture.image().size == (12, 6)
    assert picture.image().text["model"] == "toy"  # type: ignore[attr-defined]  # of a PNG
    picture.save(tmp_path / "grid.png")
    assert (tmp_path / "grid.png").read_bytes() == picture.png


def test_a_notebook_shows_a_picture() -> None:
    picture = Picture(b"\x89PNG", "toy", 2)
    assert picture._repr_png_() == b"\x89PNG"
    assert repr(picture) == "<Picture of toy/2, 4 bytes of PNG>"


def test_pillow_is_named_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(ExtraMissingError, match=r"pip install 'latentd\[serve\]'"):
        Picture(b"", "toy", 2).image()


def test_what_cannot_be_drawn_is_refused(latent: LatentClient) -> None:
    with pytest.raises(AnswerUnacceptableError):
        latent.draw.grid(model="sensors")
    with pytest.raises(ShapeMismatchError):
        latent.draw.decode([1, 2, 3])
    with pytest.raises(PictureTooLargeError):
        latent.draw.traverse_input(TOY.inputs(1)[0], steps=2000)


def test_whatever_has_a_picture_has_it_by_the_same_name_and_parameters() -> None:
    for client, drawings in ((LatentClient, Drawings), (AsyncLatentClient, AsyncDrawings)):
        views = [name for name in vars(drawings) if not name.startswith("_")]
        assert len(views) == 9
        for name in views:
            ours, theirs = (inspect.signature(getattr(kind, name)).parameters for kind in (drawings, client))
            assert ours.items() <= {**theirs}.items()
