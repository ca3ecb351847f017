"""Triton's own server, out of the wheel nvidia-pytriton, with onnxruntime in its Python backend."""

from __future__ import annotations

import shutil
import sysconfig
from pathlib import Path

from benchmarks.servers import PEERS, Server

FOLDER = PEERS / "triton"
MODEL = "ae-mnist.encoder"
TRITON, TRITON_BATCHING = "Triton", "Triton, dynamic batching"
TRITON_FACES = (TRITON, TRITON_BATCHING)


def triton(name: str, encoder: Path, venv: Path, workplace: Path) -> Server:
    """Triton as `name` says, with its model repository written into `workplace`."""
    [packages] = (venv / "lib").glob("python3*/site-packages")
    root = packages / "pytriton" / "tritonserver"
    _copy_stub(root, packages.parent.name.removeprefix("python"))
    repository = _write_repository(workplace / name.replace(" ", "-"), batching=name == TRITON_BATCHING)
    command = [
        str(root / "bin" / "tritonserver"),
        f"--model-repository={repository}",
        f"--backend-directory={root / 'backends'}",
        *["--http-address=127.0.0.1", "--http-port={port}"],
        *["--allow-grpc=false", "--allow-metrics=false", "--log-info=false"],
    ]
    libraries = f"{packages / 'nvidia_pytriton.libs'}:{sysconfig.get_config_var('LIBDIR')}"
    environment = {
        "LD_LIBRARY_PATH": libraries,  # the stub is linked to the shared library of the Python that it runs
        "PEER_SITE_PACKAGES": str(packages),
        "PEER_ENCODER": str(encoder),
    }
    return Server(name, command, environment=environment)


def _copy_stub(root: Path, python: str) -> None:
    """The wheel brings a stub for each version of Python; the backend looks for one beside itself."""
    stub = Path("python_backend_stubs") / python / "triton_python_backend_stub"
    shutil.copy(root / stub, root / "backends" / "python" / stub.name)


def _write_repository(repository: Path, *, batching: bool) -> Path:
    version = repository / MODEL / "1"
    version.mkdir(parents=True)
    shutil.copy(FOLDER / "model.py", version)
    parts = ["config.pbtxt", *(["dynamic_batching.pbtxt"] if batching else [])]
    config = "".join((FOLDER / part).read_text("utf-8") for part in parts)
    (repository / MODEL / "config.pbtxt").write_text(config)
    return repository
