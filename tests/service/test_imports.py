"""What is imported, by whom: a client stays light, and nothing of the service needs the offline half."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from bundles import TOY, write_bundle
from servers import Server, serving

OFFLINE = {"torch", "onnx", "onnxscript", "latentd_export", "sklearn", "matplotlib"}
SERVE = {"fastapi", "starlette", "onnxruntime", "pydantic", "uvicorn", "orjson", "simdjson"}

# What few ask for needs these. The last is what FastAPI imports when it is given a parameter or an answer to check.
LATER = {"PIL", "markdown_it", "prometheus_client", "tqdm", "httpx", "latentd.client", "latentd.files", "pydantic.v1"}

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


def test_a_server_imports_what_few_ask_for_when_it_is_asked(models_folder: Path, tmp_path: Path) -> None:
    with serving(models_folder, tmp_path / "log", {"PYTHONPROFILEIMPORTTIME": "1"}) as server:
        for body in ({"inputs": [0.5] * 12}, {"inputs": [[0.5] * 12] * 64}):
            assert httpx.post(f"{server.url}/encode?model=toy", json=body).is_success
        before = imported(server)
        assert httpx.get(f"{server.url}/metrics").is_success
        assert httpx.get(f"{server.url}/grid?model=toy").headers["content-type"] == "image/png"
        after = imported(server)
    assert before >= {"fastapi", "onnxruntime", "latentd.api.cards"}
    assert not before & LATER
    assert after >= {"prometheus_client", "PIL"}


def imported(server: Server) -> set[str]:
    """Every module that it has imported so far, as Python tells when it is asked to time them."""
    return set(re.findall(r"^import time: .*\| +(\S+)$", server.log(), re.MULTILINE))


SHORT_OF_DESCRIPTORS = """
import importlib, os, resource

LATE = ("api.architecture", "api.card_page", "observability.exposition", "wire.drawing", "wire.picture_body")
import latentd.app

soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
taken = len(os.listdir("/proc/self/fd")) - 1
for free in (0, 1):
    resource.setrlimit(resource.RLIMIT_NOFILE, (taken + free, hard))
    for name in LATE:
        try:
            importlib.import_module(f"latentd.{name}")
            print("imported")
        except OSError:
            print("refused")
"""


def test_what_could_not_be_imported_for_want_of_a_descriptor_is_imported_later() -> None:
    done = subprocess.run([sys.executable, "-c", SHORT_OF_DESCRIPTORS], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["refused"] * 5 + ["imported"] * 5
