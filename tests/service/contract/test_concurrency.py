"""Many at once: each gets the answer to its own question, from one process or from two."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray

from bundles import COLOURS, SENSORS, TOY, TOY_VAE, Blueprint
from servers import Server, serving
from sockets import wait_until

BLUEPRINTS = (TOY, TOY_VAE, SENSORS, COLOURS)


def question(number: int) -> tuple[Blueprint, NDArray[np.float32]]:
    """A blueprint and inputs of its own for each number."""
    blueprint = BLUEPRINTS[number % len(BLUEPRINTS)]
    inputs = blueprint.inputs(number % 7 + 1) * np.float32((number + 1) / 100)
    return blueprint, inputs.astype(np.float32)


def parameters(blueprint: Blueprint) -> dict[str, str]:
    return {"model": blueprint.name, "version": "1"}


def check(number: int, answer: httpx.Response) -> None:
    blueprint, inputs = question(number)
    np.testing.assert_allclose(answer.json()["latents"], blueprint.encode(inputs), atol=1e-5)


def ask_in_threads(url: str) -> None:
    with httpx.Client(base_url=url, timeout=60) as client, ThreadPoolExecutor(64) as threads:

        def ask(number: int) -> httpx.Response:
            blueprint, inputs = question(number)
            path = "/reconstruct" if number % 2 else "/encode"
            return client.post(path, params=parameters(blueprint), json={"inputs": inputs.tolist()})

        for number, answer in enumerate(threads.map(ask, range(64))):
            check(number, answer)


def test_64_threads_get_each_its_own_answer(server: Server) -> None:
    ask_in_threads(server.url)


def test_64_tasks_get_each_their_own_answer(server: Server) -> None:
    async def ask_all() -> list[httpx.Response]:
        async with httpx.AsyncClient(base_url=server.url, timeout=60) as client:

            async def ask(number: int) -> httpx.Response:
                blueprint, inputs = question(number)
                headers = {"Content-Type": "application/octet-stream"}
                return await client.post(
                    "/encode", params=parameters(blueprint), content=inputs.tobytes(), headers=headers
                )

            return await asyncio.gather(*map(ask, range(64)))

    for number, answer in enumerate(asyncio.run(ask_all())):
        check(number, answer)


@pytest.fixture(scope="module")
def two_workers(models_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(models_folder, tmp_path_factory.mktemp("workers") / "log", options=["--workers", "2"]) as server:
        yield server


def test_two_workers_share_the_port(two_workers: Server) -> None:
    wait_until(lambda: two_workers.log().count("Started server process") == 2)
    ask_in_threads(two_workers.url)
