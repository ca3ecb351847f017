"""Reading rows: inline where that is quick, in a thread where it is not."""

from __future__ import annotations

import asyncio
import json
import threading
from typing import Any

import numpy as np
import pytest
from starlette.types import Message

from latentd.api.bodies import read_arrays
from latentd.errors import MediaTypeUnsupportedError, ShapeMismatchError
from latentd.inference.arrays import FloatArray
from latentd.inference.rows import RowSpec
from latentd.question import Question
from latentd.service import Service
from latentd.settings import Settings
from latentd.wire import json_body

SPEC = RowSpec("latents", 2)
JSON, RAW = "application/json", "application/octet-stream"


def read(body: bytes, content_type: str = "") -> tuple[FloatArray, tuple[int, ...]]:
    headers = [(b"content-type", content_type.encode())]

    async def receive() -> Message:
        return {"type": "http.request", "body": body}

    async def run() -> tuple[FloatArray, tuple[int, ...]]:
        service = Service(Settings())
        try:
            rows, leading, options = await read_arrays(Question({"headers": headers}, receive), service, SPEC)
            assert options == {}
            return rows, leading
        finally:
            service.scheduler.close()

    return asyncio.run(run())


@pytest.mark.parametrize("content_type", ["", JSON, "application/json; charset=utf-8"])
def test_json_rows_are_read_with_their_leading_shape(content_type: str) -> None:
    rows, leading = read(b'{"latents": [[[1, 2], [3, 4], [5, 6]]]}', content_type)
    assert leading == (1, 3)
    assert rows.tolist() == [[1, 2], [3, 4], [5, 6]]


def test_raw_rows_are_read_as_so_many() -> None:
    rows, leading = read(np.array([1, 2, 3, 4], "<f4").tobytes(), RAW)
    assert (rows.tolist(), leading) == ([[1, 2], [3, 4]], (2,))


def test_another_type_is_refused_before_the_body_is_read() -> None:
    with pytest.raises(MediaTypeUnsupportedError, match="octet-stream, application/x-npy"):
        read(b"", "text/plain")


@pytest.mark.parametrize(("rows", "inline"), [(1, True), (100, True), (10_000, False)])
def test_a_body_of_many_rows_is_read_in_a_thread(monkeypatch: pytest.MonkeyPatch, rows: int, inline: bool) -> None:
    threads: list[str] = []
    read_here = json_body.read_array_and_options

    def spy(body: bytes, *further: Any) -> Any:
        threads.append(threading.current_thread().name)
        return read_here(body, *further)

    monkeypatch.setattr(json_body, "read_array_and_options", spy)
    assert read(json.dumps({"latents": [[1, 2]] * rows}).encode())[1] == (rows,)
    assert (threads == [threading.current_thread().name]) == inline


def test_an_error_in_a_thread_is_the_same_error() -> None:
    with pytest.raises(ShapeMismatchError) as caught:
        read(json.dumps({"latents": [[1, 2]] * 10_000 + [[3]]}).encode())
    assert caught.value.pointer == "/latents/10000"
