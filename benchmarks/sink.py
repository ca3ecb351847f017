"""latentd that runs no model: POST /encode takes the rows in and answers zeros, so that only the way is measured.

    python benchmarks/sink.py MODELS

It listens on a free port, under the uvicorn that `latentd serve` runs; all other paths are latentd's own.
"""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import parse_qs

import uvicorn
from starlette.types import Receive, Scope, Send

from latentd.app import create_app
from latentd.settings import Settings


class Sink:
    """The app; `dims` are input_dim and latent_dim of each model."""

    def __init__(self, models: Path) -> None:
        self._latentd = create_app(Settings(models=models))
        self._dims: dict[str, tuple[int, int]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == "/encode":
            await self._swallow(scope, receive, send)
        else:
            await self._latentd(scope, receive, send)

    async def _swallow(self, scope: Scope, receive: Receive, send: Send) -> None:
        input_dim, latent_dim = self._dims_of(parse_qs(scope["query_string"].decode())["model"][0])
        size, more = 0, True
        while more:
            message = await receive()
            size += len(message["body"])
            more = message["more_body"]
        answer = bytes(size // input_dim * latent_dim)
        headers = [(b"content-type", b"application/octet-stream"), (b"content-length", b"%d" % len(answer))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer})

    def _dims_of(self, name: str) -> tuple[int, int]:
        if name not in self._dims:
            manifest = self._latentd.state.service.registry.get(name).manifest
            self._dims[name] = manifest.input_dim, manifest.latent_dim
        return self._dims[name]


if __name__ == "__main__":
    uvicorn.run(
        Sink(Path(sys.argv[1])), port=0, loop="uvloop", http="httptools", ws="none", lifespan="on", access_log=False
    )
