"""64 clients with different inputs on one model whose runs they share: each gets its own answers, whatever the body."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray

from heavy import HEAVY, serving_heavy
from servers import Server
from tensors import arrays_in, binary_body, binary_tensor, tensor

CLIENTS, EACH = 64, 8
INFER = "/v2/models/heavy.encoder/infer"
BINARY = "application/octet-stream"

Rows = NDArray[np.float32]


def questions() -> list[list[Rows]]:
    """For each client inputs that nobody else has."""
    rng = np.random.default_rng(7)
    counts = [[(1, 1, 1, 2, 3)[(client + number) % 5] for number in range(EACH)] for client in range(CLIENTS)]
    return [[rng.random((count, HEAVY.input_dim), dtype=np.float32) for count in mine] for mine in counts]


def as_json(client: httpx.Client, rows: Rows) -> Rows:
    return np.array(client.post("/encode", json={"inputs": rows.tolist()}).json()["latents"])


def as_floats(client: httpx.Client, rows: Rows) -> Rows:
    headers = {"Content-Type": BINARY, "Accept": BINARY}
    return np.frombuffer(client.post("/encode", content=rows.tobytes(), headers=headers).content, "<f4")


def as_npy(client: httpx.Client, rows: Rows) -> Rows:
    file = io.BytesIO()
    np.save(file, rows)
    headers = {"Content-Type": "application/x-npy", "Accept": "application/x-npy"}
    answer: Rows = np.load(io.BytesIO(client.post("/encode", content=file.getvalue(), headers=headers).content))
    return answer


def as_reconstruction(client: httpx.Client, rows: Rows) -> Rows:
    answer = client.post("/reconstruct", content=rows.tobytes(), headers={"Content-Type": BINARY}).json()
    outputs = np.array(answer["outputs"]).reshape(rows.shape)
    np.testing.assert_allclose(np.ravel(answer["errors"]), np.square(outputs - rows).mean(axis=1), rtol=1e-3)
    return np.array(answer["latents"])


def as_tensor(client: httpx.Client, rows: Rows) -> Rows:
    return arrays_in(client.post(INFER, json={"inputs": [tensor(rows)]}))["latent"]


def as_binary_tensor(client: httpx.Client, rows: Rows) -> Rows:
    described, data = binary_tensor(rows)
    body, headers = binary_body({"inputs": [described], "parameters": {"binary_data_output": True}}, data)
    return arrays_in(client.post(INFER, content=body, headers=headers))["latent"]


WAYS = (as_json, as_floats, as_npy, as_reconstruction, as_tensor, as_binary_tensor)


@pytest.fixture(scope="module")
def heavy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    patience = {"LATENTD_QUEUE_SECONDS": "60"}  # here nobody is to be refused, on however slow a machine
    with serving_heavy(tmp_path_factory.mktemp("own"), patience) as server:
        yield server


def test_64_clients_always_get_their_own_answers(heavy: Server) -> None:
    asked = questions()
    expected = iter(HEAVY.encode(np.concatenate([rows for mine in asked for rows in mine])))

    def visit(number: int) -> list[Rows]:
        ways = list(islice(cycle(WAYS), number, number + EACH))
        random.Random(number).shuffle(ways)
        with httpx.Client(base_url=heavy.url, timeout=60) as client:
            return [np.reshape(way(client, rows), (-1, 32)) for way, rows in zip(ways, asked[number], strict=True)]

    with ThreadPoolExecutor(CLIENTS) as threads:
        found = [latents for mine in threads.map(visit, range(CLIENTS)) for each in mine for latents in each]
    np.testing.assert_allclose(found, list(expected), atol=1e-4)
    assert shared_runs(heavy) > 0


def shared_runs(server: Server) -> int:
    """How many runs had the rows of several requests: more rows than any request has."""
    stats = json.loads(httpx.get(f"{server.url}/v2/models/heavy.encoder/stats").text)["model_stats"][0]
    return sum(batch["compute_infer"]["count"] for batch in stats["batch_stats"] if batch["batch_size"] > 3)
