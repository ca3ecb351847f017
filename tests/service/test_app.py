"""create_app: ready or not, mounted or not, and calm when something unforeseen happens."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html import unescape
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest
from fastapi import FastAPI
from starlette.types import ASGIApp

from asking import ask, check_problem
from latentd.api import coding
from latentd.app import create_app
from latentd.errors import SettingsInvalidError
from latentd.inference import Registry
from latentd.settings import Settings

INPUTS = {"inputs": [0.5] * 12}


@pytest.fixture
def app(registry: Registry) -> FastAPI:
    return create_app(Settings(), registry=registry)


@pytest.fixture
def outer(app: FastAPI) -> FastAPI:
    """Somebody's own app, with latentd in it."""
    outer = FastAPI()
    outer.mount("/ml/latent", app)
    return outer


def test_with_a_registry_it_is_ready_at_once(app: FastAPI) -> None:
    assert ask(app, "GET", "/health/ready").status_code == 200
    assert ask(app, "POST", "/encode", json=INPUTS).json()["model"] == "toy"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/health/ready"),
        ("POST", "/encode"),
        ("GET", "/models"),
        ("GET", "/models/toy"),
        ("GET", "/openapi.json"),
    ],
)
def test_before_the_models_are_loaded_it_is_alive_but_not_ready(method: str, path: str) -> None:
    app = create_app(Settings())
    app.service._begun = True
    answer = ask(app, method, path)
    check_problem(answer, "not-ready")
    assert answer.headers["retry-after"] == "1"
    assert ask(app, "GET", "/health/live").json() == {"status": "live"}


def test_a_description_that_was_asked_for_too_early_is_whole_later(registry: Registry) -> None:
    app = create_app(Settings())
    ask(app, "GET", "/openapi.json")
    app.state.service._registry = registry
    assert "/encode" in ask(app, "GET", "/openapi.json").json()["paths"]


def test_settings_come_from_the_environment_when_the_app_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENTD_MODELS", "elsewhere")
    assert create_app().state.service.settings.models == Path("elsewhere")
    monkeypatch.setenv("LATENTD_WORKERS", "none")
    with pytest.raises(SettingsInvalidError, match="LATENTD_WORKERS"):
        create_app()


def test_two_apps_share_nothing(registry: Registry, models_folder: Path) -> None:
    one = create_app(Settings(), registry=registry)
    other = create_app(Settings(max_body_bytes=10), registry=Registry.load(models_folder, default="sensors", threads=1))
    assert ask(one, "GET", "/models").json()["default"] == "toy"
    assert ask(other, "GET", "/models").json()["default"] == "sensors"
    assert ask(one, "POST", "/encode", json=INPUTS).status_code == 200
    check_problem(ask(other, "POST", "/encode", json=INPUTS), "body-too-large")


def test_mounted_it_answers_as_at_home(app: FastAPI, outer: FastAPI) -> None:
    for method, path in (("POST", "/encode"), ("GET", "/models"), ("GET", "/docs")):
        inside, outside = ask(outer, method, f"/ml/latent{path}", json=INPUTS), ask(app, method, path, json=INPUTS)
        assert (inside.status_code, inside.content) == (outside.status_code, outside.content)
        assert inside.headers["x-request-id"]


@pytest.mark.parametrize(
    ("method", "path", "slug"),
    [
        ("POST", "/encode", "body-unreadable"),
        ("GET", "/encode", "method-not-allowed"),
        ("GET", "/nowhere", "path-not-found"),
        ("GET", "/models/tay", "model-not-found"),
        ("GET", "/docs/vendor/nothing", "path-not-found"),
    ],
)
def test_mounted_its_problems_lead_to_its_own_docs(outer: FastAPI, method: str, path: str, slug: str) -> None:
    check_problem(ask(outer, method, f"/ml/latent{path}"), slug, root="/ml/latent")


def test_mounted_its_description_names_where_it_is(outer: FastAPI) -> None:
    assert ask(outer, "GET", "/ml/latent/openapi.json").json()["servers"] == [{"url": "/ml/latent"}]


def test_mounted_where_nobody_runs_its_lifespan_it_names_the_line_that_does(
    models_folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    outer = FastAPI()
    outer.mount("/ml", create_app(Settings(models=models_folder)))
    answer = ask(outer, "POST", "/ml/encode", json=INPUTS)
    problem = check_problem(answer, "lifespan-missing", root="/ml")
    assert "`FastAPI(lifespan=latentd.lifespan)`" in problem["detail"]
    assert "retry-after" not in answer.headers
    assert "FastAPI(lifespan=latentd.lifespan)" in caplog.text
    assert "FastAPI(lifespan=latentd.lifespan)" in ask(outer, "GET", "/ml/v2/models/toy").json()["error"]
    assert ask(outer, "GET", "/ml/health/live").status_code == 200
    assert ask(outer, "GET", "/ml/v2/health/ready").status_code == 503


def test_mounted_it_works_with_that_line(models_folder: Path) -> None:
    inner = create_app(Settings(models=models_folder, default_model="toy"))
    outer = FastAPI(lifespan=inner.lifespan)
    outer.mount("/ml", inner)

    async def use() -> int:
        transport = httpx.ASGITransport(outer)
        async with (
            outer.router.lifespan_context(outer),
            httpx.AsyncClient(transport=transport, base_url="http://host") as client,
        ):
            return (await client.post("/ml/encode", json=INPUTS)).status_code

    assert [asyncio.run(use()) for _ in range(2)] == [200, 200], "tests of the host start it more than once"


def test_mounted_it_lives_within_the_lifespan_of_its_host(models_folder: Path) -> None:
    inner, seen = create_app(Settings(models=models_folder)), list[str]()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, str]]:
        seen.append("host begins")
        async with inner.lifespan(app):
            seen.append(", ".join(inner.service.registry.names))
            yield {"of": "the host"}
        seen.append("host ends")

    outer = FastAPI(lifespan=lifespan)
    outer.mount("/ml", inner)

    async def use() -> object:
        async with outer.router.lifespan_context(outer) as state:
            return state

    assert asyncio.run(use()) == {"of": "the host"}
    assert seen == ["host begins", "colours, sensors, toy, toy-vae", "host ends"]


def test_mounted_every_link_of_its_pages_leads_somewhere(app: FastAPI, outer: FastAPI) -> None:
    for path in ("/", "/docs", "/models/toy/card"):
        for host, root in ((outer, "/ml/latent"), (app, "")):
            page = ask(host, "GET", root + path).text
            links = {link for link in re.findall(r'(?:href|src)="([^"#]+)"', page) if "://" not in link}
            assert links
            for link in links:
                assert ask(host, "GET", urljoin(f"{root}{path}", unescape(link))).status_code == 200, link


def test_the_outer_app_is_left_alone(outer: FastAPI) -> None:
    answer = ask(outer, "GET", "/nowhere")
    assert answer.json() == {"detail": "Not Found"}
    assert "x-request-id" not in answer.headers


@pytest.fixture
def failing(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> ASGIApp:
    """An app with a fault in it."""

    def fail(*_arguments: object) -> None:
        raise RuntimeError("a secret")

    monkeypatch.setattr(coding, "read_inputs", fail)
    monkeypatch.setattr(Registry, "default_name", property(fail))
    return app


@pytest.mark.parametrize(("method", "path"), [("POST", "/encode"), ("GET", "/models")])
def test_a_fault_is_a_500_that_keeps_the_secret_and_leads_to_the_log(
    failing: ASGIApp, caplog: pytest.LogCaptureFixture, method: str, path: str
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = ask(failing, method, path, headers={"X-Request-ID": "id-1"})
    check_problem(answer, "internal")
    assert "secret" not in answer.text
    assert answer.headers["x-request-id"] == "id-1"
    assert "id-1" in caplog.text
    assert "a secret" in caplog.text
