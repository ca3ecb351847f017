"""The three shipped models over a socket: every route in every media type, against onnxruntime alone."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray
from PIL import Image

from servers import serving
from viewing import CSV, JPEG, JSON, NPY, PNG, RAW, pixels_in

MODELS = Path(__file__).parents[3] / "models"
NAMES = ("ae-mnist", "vae-mnist", "dae-mnist")
EACH = pytest.mark.parametrize("name", NAMES)

Rows = NDArray[np.float32]


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with (
        serving(MODELS, tmp_path_factory.mktemp("shipped") / "log") as server,
        httpx.Client(base_url=server.url, timeout=60) as client,
    ):
        yield client


def run(name: str, graph: str, rows: Rows) -> Rows:
    """The first output of a shipped graph, by onnxruntime alone."""
    session = onnxruntime.InferenceSession(MODELS / name / "1" / f"{graph}.onnx", providers=["CPUExecutionProvider"])
    output: Rows = session.run(None, {session.get_inputs()[0].name: rows})[0]
    return output


def digits(name: str) -> NDArray[np.uint8]:
    """Two digits of 0 to 255."""
    golden = json.loads((MODELS / name / "1" / "golden.json").read_text("utf-8"))["inputs"][:2]
    return np.round(np.array(golden) * 255).astype(np.uint8)


def rows_of(name: str) -> Rows:
    return (digits(name) / np.float32(255)).astype(np.float32)


def body_of(rows: Rows, media_type: str, field: str) -> bytes:
    """Rows in a media type; a picture is the first of them alone."""
    file = io.BytesIO()
    if media_type == JSON:
        return json.dumps({field: rows.tolist()}).encode()
    if media_type == RAW:
        return rows.astype("<f4").tobytes()
    if media_type == NPY:
        np.save(file, rows)
    else:
        shade = np.round(rows[0] * 255).astype(np.uint8).reshape(28, 28)
        Image.fromarray(shade).save(file, "PNG" if media_type == PNG else "JPEG", quality=100)
    return file.getvalue()


def array_in(answer: httpx.Response, field: str, width: int) -> Rows:
    """The rows [N, width] of an answer that is no picture."""
    assert answer.status_code == 200, answer.text
    media_type = answer.headers["content-type"]
    if media_type == JSON:
        return np.array(answer.json()[field], np.float32).reshape(-1, width)
    values = np.load(io.BytesIO(answer.content)) if media_type == NPY else np.frombuffer(answer.content, "<f4")
    return values.reshape(-1, width)


def post(client: httpx.Client, path: str, name: str, content: bytes, sent: str, accepted: str) -> httpx.Response:
    answer = client.post(
        path, params={"model": name}, content=content, headers={"Content-Type": sent, "Accept": accepted}
    )
    assert answer.headers["content-type"] == accepted, answer.text
    return answer


@EACH
@pytest.mark.parametrize("sent", [JSON, RAW, NPY, PNG, JPEG])
@pytest.mark.parametrize("accepted", [JSON, RAW, NPY])
def test_encode(shipped: httpx.Client, name: str, sent: str, accepted: str) -> None:
    rows = rows_of(name)
    expected = run(name, "encoder", rows)[: 1 if sent in (PNG, JPEG) else 2]
    answer = post(shipped, "/encode", name, body_of(rows, sent, "inputs"), sent, accepted)
    found = array_in(answer, "latents", expected.shape[1])
    np.testing.assert_allclose(found, expected, atol=0.2 if sent == JPEG else 1e-4)


@EACH
@pytest.mark.parametrize("sent", [JSON, RAW, NPY])
@pytest.mark.parametrize("accepted", [JSON, RAW, NPY, PNG])
def test_decode(shipped: httpx.Client, name: str, sent: str, accepted: str) -> None:
    latents = run(name, "encoder", rows_of(name))
    expected = run(name, "decoder", latents)
    answer = post(shipped, "/decode", name, body_of(latents, sent, "latents"), sent, accepted)
    if accepted == PNG:
        drawn = pixels_in(answer.content)
        assert any(np.abs(drawn[y : y + 28, x : x + 28] - expected[0].reshape(28, 28) * 255.0).max() <= 1
                   for y in range(4) for x in range(4))  # fmt: skip
    else:
        np.testing.assert_allclose(array_in(answer, "outputs", 784), expected, atol=1e-5)


@EACH
@pytest.mark.parametrize("sent", [JSON, RAW, NPY, PNG, JPEG])
@pytest.mark.parametrize("accepted", [JSON, RAW, NPY, PNG])
def test_reconstruct(shipped: httpx.Client, name: str, sent: str, accepted: str) -> None:
    rows = rows_of(name)
    expected = run(name, "decoder", run(name, "encoder", rows))[: 1 if sent in (PNG, JPEG) else 2]
    answer = post(shipped, "/reconstruct", name, body_of(rows, sent, "inputs"), sent, accepted)
    if accepted == PNG:
        height, width = pixels_in(answer.content).shape
        assert height >= 2 * 28
        assert width >= len(expected) * 28
    else:
        np.testing.assert_allclose(array_in(answer, "outputs", 784), expected, atol=0.1 if sent == JPEG else 1e-4)


def queries(latent_dim: int) -> dict[str, dict[str, Any]]:
    ends = {"from": ",".join(["0"] * latent_dim), "to": ",".join(["0.5"] * latent_dim)}
    return {
        "/grid": {"rows": 2, "cols": 3},
        "/traverse": {"dim": 1, "steps": 3},
        "/interpolate": {**ends, "steps": 4},
        "/sample": {"n": 3, "seed": 1},
    }


@EACH
@pytest.mark.parametrize("path", ["/grid", "/traverse", "/interpolate", "/sample"])
def test_views(shipped: httpx.Client, name: str, path: str) -> None:
    latent_dim = shipped.get(f"/models/{name}").json()["latent_dim"]
    asked = {"model": name, **queries(latent_dim)[path]}
    answers = {kind: shipped.get(path, params=asked, headers={"Accept": kind}) for kind in (JSON, RAW, NPY, PNG)}
    assert {kind: answer.headers["content-type"] for kind, answer in answers.items()} == {
        kind: kind for kind in answers
    }
    latents = np.array(answers[JSON].json()["latents"], np.float32).reshape(-1, latent_dim)
    expected = run(name, "decoder", latents)
    for kind in (JSON, RAW, NPY):
        np.testing.assert_allclose(array_in(answers[kind], "outputs", 784), expected, atol=1e-5)
    assert shipped.get(path, params=asked).headers["content-type"] == PNG
    assert pixels_in(answers[PNG].content).size >= len(latents) * 784


@EACH
@pytest.mark.parametrize("path", ["/traverse", "/interpolate"])
@pytest.mark.parametrize("sent", [JSON, RAW, NPY])
def test_views_of_inputs(shipped: httpx.Client, name: str, path: str, sent: str) -> None:
    rows = rows_of(name)
    body = body_of(rows[:1] if path == "/traverse" else rows, sent, "inputs")
    if path == "/traverse" and sent == JSON:
        body = json.dumps({"inputs": rows[0].tolist(), "dims": [0, 1], "steps": 3}).encode()
    fields = post(shipped, path, name, body, sent, JSON).json()
    expected = run(name, "decoder", run(name, "encoder", rows))
    first = fields["output"] if path == "/traverse" else fields["outputs"][0]
    np.testing.assert_allclose(first, expected[0], atol=1e-4)
    assert pixels_in(post(shipped, path, name, body, sent, PNG).content).ndim == 2


@EACH
def test_latents(shipped: httpx.Client, name: str) -> None:
    held_out = np.load(MODELS / name / "1" / "latents.npz")
    chosen = slice(5, 15)
    asked: dict[str, Any] = {"model": name, "offset": 5, "limit": 10}
    answers = {kind: shipped.get("/latents", params=asked, headers={"Accept": kind}) for kind in (JSON, NPY, CSV)}
    np.testing.assert_array_equal(np.array(answers[JSON].json()["latents"], np.float32), held_out["latents"][chosen])
    np.testing.assert_array_equal(answers[JSON].json()["labels"], held_out["labels"][chosen])
    np.testing.assert_array_equal(np.load(io.BytesIO(answers[NPY].content)), held_out["latents"][chosen])
    lines = [line.split(",") for line in answers[CSV].text.splitlines()]
    assert lines[0][:2] == ["label", "latent_0"]
    np.testing.assert_array_equal(np.array(lines[1:], np.float32)[:, 1:], held_out["latents"][chosen])
