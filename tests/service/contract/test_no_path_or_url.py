"""No route reads a path or a URL that a client names: wherever one is put, no file is opened, no connection made."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from starlette.routing import Mount, Route

from asking import ask
from latentd.app import create_app
from latentd.inference import Registry
from latentd.settings import Settings

CANARY, CONTENT = "canary-f3b1", "content-9c2e"
HEADERS = (
    *(
        "Accept",
        "Accept-Encoding",
        "Content-Encoding",
        "If-None-Match",
        "X-Request-ID",
        "Inference-Header-Content-Length",
    ),
    *("Host", "Referer", "Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Original-URL", "X-Sendfile", "Range"),
)
FIELDS = ("inputs", "latents", "model", "parameters", "id", "outputs", "from", "url", "path", "file", "uri")

PARAMETERS = {
    *("model", "version", "invert", "fit", "sample", "seed", "threshold", "rows", "cols", "dims", "dim", "spacing"),
    *("low", "high", "base", "steps", "latents", "from", "to", "method", "n", "offset", "limit", "inputs"),
}
"""Every parameter of a query: numbers, words of a fixed choice, and the names of models, which are looked up."""

PARTS = {"name", "version", "picture", "operation", "build"}
"""Every part of a path that a route takes: keys of what has been loaded already."""

WATCHED = {"open", "os.listdir", "os.scandir", "socket.connect", "socket.getaddrinfo", "urllib.Request"}
_watching: list[list[str]] = []


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    if _watching and event in WATCHED:
        _watching[-1].append(f"{event} {arguments[:2]!r}")


sys.addaudithook(_note)


@contextmanager
def watched() -> Iterator[list[str]]:
    """Every file that is opened and every host that is looked for meanwhile, as Python audits it (PEP 578)."""
    _watching.append([])
    try:
        yield _watching[-1]
    finally:
        _watching.pop()


@pytest.fixture(scope="module")
def app(models_folder: Path) -> FastAPI:
    settings = Settings(models=models_folder, default_model="toy", model_control="explicit")
    return create_app(settings, registry=Registry.load(models_folder, default="toy", threads=1))  # some is unloaded


@pytest.fixture(scope="module")
def canary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that nobody has a reason to read, or to show."""
    file = tmp_path_factory.mktemp("secret") / f"{CANARY}.png"
    file.write_text(CONTENT)
    return file


def lures(canary: Path) -> list[str]:
    """Names that lead to the canary, or to another host."""
    climbing = "../" * 12 + str(canary).lstrip("/")
    return [str(canary), climbing, f"file://{canary}", f"http://{CANARY}.invalid/x.png", f"//{CANARY}.invalid/x"]


def check(app: FastAPI, method: str, url: str, **options: Any) -> None:
    with watched() as noted:
        answer = ask(app, method, url, **options)
    assert answer.status_code < 500, (url, options)
    assert not [line for line in noted if CANARY in line], (url, options)
    assert CONTENT not in answer.text, (url, options)  # a problem repeats the name, and nothing else


def test_routes_take_these_names_and_no_others(app: FastAPI) -> None:
    parts = {name for route in app.routes if isinstance(route, Route) for name in route.param_convertors}
    assert parts == PARTS
    operations = [each for item in app.openapi()["paths"].values() for each in item.values()]
    named = {(each["in"], each["name"]) for operation in operations for each in operation.get("parameters", ())}
    assert {name for where, name in named if where == "query"} <= PARAMETERS
    assert {name for where, name in named if where == "path"} <= PARTS


def test_no_part_of_a_path_is_followed(app: FastAPI, canary: Path) -> None:
    for route in app.routes:
        pattern = f"{route.path}/{{name}}" if isinstance(route, Mount) else getattr(route, "path", "")
        for part in re.findall(r"{\w+(?::path)?}", pattern):
            for lure in lures(canary):
                path = re.sub(r"{\w+(?::path)?}", "toy", pattern.replace(part, quote(lure, safe="")))
                check(app, "GET", path)
                check(app, "POST", path)


def test_no_parameter_is_followed(app: FastAPI, canary: Path) -> None:
    paths = {route.path for route in app.routes if isinstance(route, Route) and "{" not in route.path}
    asked = {(path, name) for path in paths for name in ("model", "url")}
    asked |= {(path, name) for path in ("/encode", "/grid", "/traverse", "/interpolate") for name in PARAMETERS}
    for path, name in sorted(asked):
        for lure in (str(canary), f"http://{CANARY}.invalid/x.png"):
            method, body = ("POST", {"inputs": [0.5] * 12}) if path == "/encode" else ("GET", None)
            check(app, method, f"{path}?{name}={quote(lure)}", json=body)


def test_no_field_of_a_body_is_followed(app: FastAPI, canary: Path) -> None:
    patterns = [route.path for route in app.routes if isinstance(route, Route) and "POST" in (route.methods or ())]
    posts = [path.format(name="sensors" if path.endswith("unload") else "toy", version=1) for path in patterns]
    assert len(posts) > 8
    for path in posts:
        for lure in lures(canary):
            for field in FIELDS:
                check(app, "POST", path, json={field: lure})
            check(app, "POST", path, content=lure.encode(), headers={"Content-Type": "image/png"})
            tensor = {
                "name": "input",
                "shape": [1, 12],
                "datatype": "FP32",
                "parameters": {"shared_memory_region": lure},
            }
            check(app, "POST", path, content=json.dumps({"inputs": [tensor], "parameters": {"file:x": lure}}))


def test_no_header_is_followed(app: FastAPI, canary: Path) -> None:
    for lure in lures(canary):
        for header in HEADERS:
            for path in ("/", "/models/toy/card", "/docs/pages/docs.js"):
                check(app, "GET", path, headers={header: lure})
            check(app, "POST", "/encode", json={"inputs": [0.5] * 12}, headers={header: lure})


def test_the_watch_sees_what_it_watches_for(canary: Path) -> None:
    with watched() as noted:
        canary.read_text()
    assert CANARY in "".join(noted)
