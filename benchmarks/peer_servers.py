"""The servers of `make bench-peers`, each in its own virtual environment and set up as its documentation advises.

What they run is in `benchmarks/peers/<name>/`, for anyone to contest.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.cases import JSON_1, JSON_64
from benchmarks.dialects import native, open_inference
from benchmarks.pictures import BUNDLE
from benchmarks.servers import PEERS, REPOSITORY, Face, Server
from benchmarks.triton import TRITON_FACES, triton

VENVS = REPOSITORY / ".venv-peers"
MLSERVER, LITSERVE, BENTOML, MOSEC = "MLServer", "LitServe", "BentoML", "mosec"
JSON_CASES = (JSON_1, JSON_64)

PEER_FACES = (
    *(Face(name, name, open_inference) for name in TRITON_FACES),
    Face(MLSERVER, MLSERVER, open_inference, JSON_CASES),  # it has no binary tensor data over REST
    Face(MOSEC, MOSEC, native, JSON_CASES),
    Face(LITSERVE, LITSERVE, native, JSON_CASES),
    Face(BENTOML, BENTOML, native, JSON_CASES),
)


def peer_servers(models: Path, workplace: Path) -> list[Server]:
    """All of them; what Triton needs on disk is written into `workplace`."""
    encoder = models / BUNDLE / "encoder.onnx"
    mosec = ["python", "server.py", "--address", "127.0.0.1", "--port", "{port}", "--log-level", "error"]
    bentoml = ["bentoml", "serve", "service:Encoder", "--host", "127.0.0.1", "--port", "{port}"]
    ports = {"MLSERVER_HTTP_PORT": "{port}", "MLSERVER_GRPC_PORT": "{port2}"}
    return [
        *(triton(name, encoder, VENVS / "triton", workplace) for name in TRITON_FACES),
        _peer(MLSERVER, ["mlserver", "start", "."], encoder, ports),
        _peer(MOSEC, mosec, encoder),
        _peer(LITSERVE, ["python", "server.py", "{port}"], encoder),
        _peer(BENTOML, bentoml, encoder, {"BENTOML_DO_NOT_TRACK": "True"}),
    ]


def _peer(name: str, command: Sequence[str], encoder: Path, settings: dict[str, str] | None = None) -> Server:
    folder = name.lower()
    program, *arguments = command
    environment = {"PEER_ENCODER": str(encoder), "PYTHONPATH": "", **(settings or {})}
    return Server(name, [str(VENVS / folder / "bin" / program), *arguments], PEERS / folder, environment)
