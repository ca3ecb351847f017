"""What users may rely on: the names, the same methods in both clients, and that httpx and numpy are enough."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys

import pytest

from latentd import client
from latentd.client import AsyncLatentClient, LatentClient, Retries
from servers import Server

NAMES = {
    *["LatentClient", "AsyncLatentClient", "Retries", "Picture", "Problem", "Model", "Metric"],
    *["Encoding", "Decoding", "Reconstruction", "Grid", "Traversal", "InputTraversals", "Interpolation", "Samples"],
    *["HeldOut", "Examples"],
}
METHODS = {
    *["encode", "decode", "reconstruct", "grid", "traverse", "traverse_input", "interpolate", "interpolate_inputs"],
    *["sample", "latents", "examples", "models", "model", "live", "ready", "get"],
}
# A process in which nothing of the service can be imported, as after `pip install latentd`.
BARE = """
import importlib.abc, json, sys

class Missing(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {allowed!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Missing())
from latentd.client import LatentClient
with LatentClient({url!r}) as client:
    shape = client.encode([[0.5] * 12] * 3).latents.shape
    found = client.reconstruct([0.5] * 12), client.grid(2, 2), client.draw.grid(2, 2), client.models()
print(json.dumps([shape, sorted({{name.partition(".")[0] for name in sys.modules}})]))
"""
HEAVY = {
    *["fastapi", "starlette", "pydantic", "pydantic_core", "orjson", "simdjson", "onnxruntime"],
    *["PIL", "tqdm", "uvicorn", "uvloop", "httptools", "markdown_it", "pyarrow", "onnx", "torch"],
}


def methods(kind: type) -> dict[str, inspect.Signature]:
    public = {name: getattr(kind, name) for name in vars(kind) if not name.startswith("_")}
    return {name: inspect.signature(method) for name, method in public.items() if callable(method)}


def test_public_names_are_these() -> None:
    assert {name for name in client.__all__ if not name.endswith("Error")} == NAMES
    assert all(hasattr(client, name) for name in client.__all__)
    assert sorted(client.__all__) == client.__all__


def test_both_clients_have_the_same_methods() -> None:
    ours, theirs = methods(LatentClient), methods(AsyncLatentClient)
    assert set(ours) == METHODS | {"close"}
    assert set(theirs) == METHODS | {"aclose"}
    for name in METHODS:
        assert ours[name] == theirs[name]
        assert inspect.iscoroutinefunction(getattr(AsyncLatentClient, name))
        assert not inspect.iscoroutinefunction(getattr(LatentClient, name))


def test_both_are_made_alike() -> None:
    ours, theirs = (inspect.signature(kind).parameters for kind in (LatentClient, AsyncLatentClient))
    assert {name: each.default for name, each in ours.items()} == {name: each.default for name, each in theirs.items()}


@pytest.mark.parametrize("name", sorted(METHODS))
def test_help_shows_a_method_as_it_is_called(name: str) -> None:
    signature = inspect.signature(getattr(LatentClient, name))
    assert next(iter(signature.parameters)) == "self"
    assert "session" not in signature.parameters
    assert not str(signature.return_annotation).startswith(("Operation", "View", "Exchange"))
    assert getattr(LatentClient, name).__doc__
    assert signature.return_annotation


def test_httpx_and_numpy_are_enough(server: Server) -> None:
    script = BARE.format(allowed=HEAVY, url=server.url)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    shape, modules = json.loads(done.stdout)
    assert shape == [3, 2]
    assert {"httpx", "numpy"} <= set(modules)
    assert not HEAVY & set(modules)


def test_patience_has_its_documented_bounds() -> None:
    assert Retries() == Retries(attempts=6, deadline=30.0, first_pause=0.1, longest_pause=5.0)
