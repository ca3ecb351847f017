"""PNG and JPEG as inputs over a socket: what a picture is sent as, its vector would have given too."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image

from asking import check_problem
from bundles import COLOURS, TOY, TOY_VAE, Blueprint
from pictures import animation, claiming, digit, jpeg, png, scanned, turned
from servers import Server
from viewing import DRAWN, JPEG, PNG

ROUTES = pytest.mark.parametrize("path", ["/encode", "/reconstruct", "/traverse"])
MEBIBYTE = 1024 * 1024


def pixels_of(blueprint: Blueprint, seed: int = 4) -> Any:
    """A picture of the model's own shape, [H, W] or [H, W, 3]."""
    assert blueprint.picture_shape
    *channels, height, width = blueprint.picture_shape
    return np.random.default_rng(seed).integers(0, 256, (height, width, *channels), np.uint8)


def inputs_of(pixels: Any) -> Any:
    """The vector that such a picture stands for."""
    rows = pixels if pixels.ndim == 2 else np.moveaxis(pixels, -1, 0)
    return (rows.astype(np.float32) / np.float32(255)).ravel().tolist()


def send(
    client: httpx.Client, path: str, blueprint: Blueprint, body: bytes, media_type: str = PNG, **query: str
) -> httpx.Response:
    named = {"model": blueprint.name, "version": "1", **query}
    return client.post(path, params=named, content=body, headers={"Content-Type": media_type})


def wanted(client: httpx.Client, path: str, blueprint: Blueprint, pixels: Any) -> bytes:
    """The answer to the vector."""
    named = {"model": blueprint.name, "version": "1"}
    answer = client.post(path, params=named, json={"inputs": inputs_of(pixels)})
    assert answer.status_code == 200, answer.text
    return answer.content


@DRAWN
@ROUTES
def test_a_picture_is_its_vector(client: httpx.Client, path: str, blueprint: Blueprint) -> None:
    pixels = pixels_of(blueprint)
    answer = send(client, path, blueprint, png(pixels))
    assert answer.content == wanted(client, path, blueprint, pixels)
    inverted = send(client, path, blueprint, png(255 - pixels), invert="true")
    assert inverted.content == answer.content


@DRAWN
def test_a_jpeg_is_what_it_unpacks_to(client: httpx.Client, blueprint: Blueprint) -> None:
    body = jpeg(pixels_of(blueprint))
    with Image.open(io.BytesIO(body)) as picture:
        unpacked = np.asarray(picture)
    assert send(client, "/encode", blueprint, body, JPEG).content == wanted(client, "/encode", blueprint, unpacked)


def test_exif_orientation_is_honoured(client: httpx.Client) -> None:
    pixels = pixels_of(TOY)
    on_its_side = png(np.rot90(pixels), exif=turned(6))
    assert send(client, "/encode", TOY, on_its_side).content == wanted(client, "/encode", TOY, pixels)


@DRAWN
@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "LA", "P", "1", "I;16"])
@pytest.mark.parametrize("fit", ["pad", "center"])
def test_any_mode_and_size_is_taken(client: httpx.Client, blueprint: Blueprint, mode: str, fit: str) -> None:
    drawn = digit((90, 120), (40, 50, 70, 90))
    picture = Image.fromarray(np.asarray(drawn, np.uint16) * 257) if mode == "I;16" else drawn.convert(mode)
    answer = send(client, "/encode", blueprint, png(picture), fit=fit)
    assert answer.status_code == 200, answer.text
    plain = send(client, "/encode", blueprint, png(drawn), fit=fit)
    np.testing.assert_allclose(answer.json()["latents"], plain.json()["latents"], atol=0.05)


def test_a_digit_is_the_same_wherever_it_was_drawn(client: httpx.Client) -> None:
    first, second = (
        send(client, "/encode", COLOURS, png(digit((200, 150), (left, top, left + 50, top + 60))), fit="center")
        for left, top in ((5, 10), (130, 70))
    )
    assert first.content == second.content


def test_a_picture_may_be_sampled_around(client: httpx.Client) -> None:
    drawn = send(client, "/encode", TOY_VAE, png(pixels_of(TOY_VAE)), sample="true", seed="3")
    assert drawn.json()["seed"] == 3


def test_one_picture_is_not_two_to_go_between(client: httpx.Client) -> None:
    body = png(pixels_of(TOY_VAE))
    answer = client.post("/interpolate?model=toy-vae", content=body, headers={"Content-Type": PNG})
    detail = check_problem(answer, "media-type-unsupported")["detail"]
    assert detail.endswith("accepted are application/json, application/octet-stream, application/x-npy")


@pytest.mark.parametrize("media_type", [PNG, JPEG])
def test_a_model_without_pictures_takes_none(client: httpx.Client, media_type: str) -> None:
    answer = client.post("/encode?model=sensors", content=png(pixels_of(TOY)), headers={"Content-Type": media_type})
    detail = check_problem(answer, "media-type-unsupported")["detail"]
    assert "accepted are application/json, application/octet-stream, application/x-npy" in detail


@pytest.mark.parametrize("path", ["/decode"])
def test_latents_are_never_pictures(client: httpx.Client, path: str) -> None:
    check_problem(send(client, path, TOY, png(pixels_of(TOY))), "media-type-unsupported")


@pytest.mark.parametrize("media_type", ["image/gif", "image/webp", "image/svg+xml", "image/*"])
def test_other_pictures_are_refused_with_what_is_read(client: httpx.Client, media_type: str) -> None:
    problem = check_problem(send(client, "/encode", TOY, b"GIF89a", media_type), "media-type-unsupported")
    assert "image/png, image/jpeg" in problem["detail"]


UNUSABLE = [
    (png(np.zeros((9, 9), np.uint8)), {"fit": "center"}, "picture-unusable", "blank"),
    (png(np.full((9, 9), 255, np.uint8)), {"fit": "center", "invert": "true"}, "picture-unusable", "blank"),
    (animation(), {}, "picture-unusable", "an animation of 3"),
    (b"", {}, "body-unreadable", "no image/png"),
    (png(np.eye(50, dtype=np.uint8))[:-30], {}, "body-unreadable", "no image/png"),
    (jpeg(np.eye(50, dtype=np.uint8)), {}, "body-unreadable", "no image/png"),
    (b"\x89PNG\r\n\x1a\n" + bytes(100), {}, "body-unreadable", "no image/png"),
    (claiming(5000, 5000), {}, "picture-too-large", "LATENTD_MAX_PIXELS sets is 16000000"),
]


@pytest.mark.parametrize(("body", "query", "slug", "detail"), UNUSABLE, ids=[f"{row[2]}-{row[3]}" for row in UNUSABLE])
def test_what_is_no_usable_picture_is_refused(
    client: httpx.Client, body: bytes, query: dict[str, str], slug: str, detail: str
) -> None:
    assert detail in check_problem(send(client, "/encode", TOY, body, **query), slug)["detail"]


def test_a_bomb_is_refused_without_being_unpacked(client: httpx.Client, server: Server) -> None:
    before = peak_memory(server)
    for _ in range(5):
        answer = send(client, "/encode", TOY, claiming(60_000, 60_000))
        assert "too many pixels" in check_problem(answer, "picture-too-large")["detail"]
    assert peak_memory(server) - before < 50 * MEBIBYTE, "3.6 gigapixels were not unpacked"


@pytest.mark.parametrize(("scans", "slug"), [(10, ""), (500, "picture-unusable")])
def test_a_jpeg_of_many_scans_is_refused_without_being_unpacked(client: httpx.Client, scans: int, slug: str) -> None:
    answer = send(client, "/encode", TOY, scanned(scans, 1000), JPEG)
    if slug:
        assert "at most 64 scans; got 50" in check_problem(answer, slug)["detail"]
    else:
        assert answer.status_code == 200


def peak_memory(server: Server) -> int:
    """The most memory, in bytes, that the server has had so far; 0 on a system without /proc."""
    status = Path(f"/proc/{server.process.pid}/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


@pytest.mark.parametrize(("query", "name"), [({"fit": "stretch"}, "fit"), ({"invert": "perhaps"}, "invert")])
def test_a_wrong_way_to_fit_is_named(client: httpx.Client, query: dict[str, str], name: str) -> None:
    problem = check_problem(send(client, "/encode", TOY, png(pixels_of(TOY)), **query), "parameter-invalid")
    assert [fault["parameter"] for fault in problem["errors"]] == [name]
