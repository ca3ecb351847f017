"""The ceiling: a bare ASGI callable under uvicorn. No framework, no checks, one route, one model."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from onnxruntime import InferenceSession, SessionOptions

MODELS = Path(os.environ.get("MODELS", "models"))
INPUT_DIM = 784

Message = dict[str, Any]

options = SessionOptions()
options.intra_op_num_threads = 1
encoder = InferenceSession(MODELS / "ae-mnist" / "1" / "encoder.onnx", options)


async def app(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    if scope["type"] != "http":
        return
    message = await receive()
    body = message["body"]
    if message["more_body"]:
        parts = [body]
        while message["more_body"]:
            message = await receive()
            parts.append(message["body"])
        body = b"".join(parts)
    if (b"content-type", b"application/octet-stream") in scope["headers"]:
        rows = np.frombuffer(body, np.float32).reshape(-1, INPUT_DIM)
        media_type, answer = b"application/octet-stream", encoder.run(None, {"input": rows})[0].tobytes()
    else:
        rows = np.array(orjson.loads(body)["inputs"], np.float32)
        latents = encoder.run(None, {"input": rows})[0]
        media_type, answer = b"application/json", orjson.dumps({"latents": latents}, option=orjson.OPT_SERIALIZE_NUMPY)
    headers = [(b"content-type", media_type), (b"content-length", str(len(answer)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": answer})
