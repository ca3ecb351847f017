"""What is imported, by whom: a client stays light, and nothing of the service needs the offline half."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bundles import TOY, write_bundle

OFFLINE = {"torch", "onnx", "onnxscript", "latentd_export", "sklearn", "matplotlib"}
SERVE = {"fastapi", "starlette", "onnxruntime", "pydantic", "uvicorn", "orjson", "simdjson"}

# Tells every top-level module that a piece of code leaves behind.
WATCH = "{code}\nimport sys, json; print(json.dumps(sorted({{name.partition('.')[0] for name in sys.modules}})))"


def modules_after(code: str) -> set[str]:
    command = [sys.executable, "-c", WATCH.format(code=code)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout))


def test_the_package_alone_imports_nothing_heavy() -> None:
    assert not modules_after("import latentd") & (SERVE | OFFLINE | {"numpy", "httpx"})


def test_help_needs_none_of_it_either() -> None:
    assert not modules_after("import latentd.cli as c; c._parser().format_help()") & (SERVE | OFFLINE | {"numpy"})


def test_no_module_of_the_service_imports_the_offline_half() -> None:
    walk = "import latentd, pkgutil, importlib\nfor m in pkgutil.walk_packages(latentd.__path__, 'latentd.'):"
    loaded = modules_after(f"{walk}\n    if not m.name.endswith('__main__'): importlib.import_module(m.name)")
    assert loaded >= SERVE
    assert not loaded & OFFLINE


def test_serving_a_bundle_imports_it_neither(tmp_path: Path) -> None:
    write_bundle(tmp_path, TOY)
    use = f"from latentd.inference import Registry; Registry.load({str(tmp_path)!r}).get().reconstruct([0.5] * 12)"
    assert not modules_after(use) & (OFFLINE | {"fastapi", "starlette", "uvicorn", "httpx"})


@pytest.mark.parametrize("package", ["latentd.bundle", "latentd.errors"])
def test_the_contract_needs_no_onnxruntime(package: str) -> None:
    assert not modules_after(f"import {package}") & (OFFLINE | {"onnxruntime", "fastapi"})
