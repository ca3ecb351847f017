"""The guard: who shows which key may ask for what, on every route that there is, before a body is read."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openapi_spec_validator
import pytest
from starlette.routing import Mount, Route
from starlette.types import Message, Scope

from asking import ask, check_problem
from latentd.app import Latentd, create_app
from latentd.errors import KeysFileError
from latentd.inference import Registry
from latentd.observability.report import HOLDER_KEY
from latentd.problems import ROOT_KEY
from latentd.security.guard import OPEN, guard, right_for, token_in
from latentd.security.keys import RIGHTS, Key, KeysFile, Right
from latentd.settings import Settings

TOY = {"inputs": [0.5] * 12}
ORIGIN = "https://app.example.org"
PARTS = {"name": "toy", "version": "1", "picture": "loss.png", "build": "b", "operation": "encode"}
OPEN_FILES = {"/docs/pages/nothing", "/docs/vendor/nothing", "/explorer/latent-explorer.js", "/explorer/b/toy"}


@pytest.fixture
def keys_file(tmp_path: Path) -> Path:
    """A key for each right, whose token is its name, and one for all of them."""
    file = KeysFile(tmp_path / "keys")
    for right in RIGHTS:
        file.add(Key.of(right, right, [right]))
    file.add(Key.of("all", "all", RIGHTS))
    return file.path


@pytest.fixture
def app(models_folder: Path, keys_file: Path) -> Latentd:
    registry = Registry.load(models_folder, default="toy", threads=1)  # of its own: models are unloaded here
    settings = Settings(api_keys_file=keys_file, cors_origins=ORIGIN, default_model="toy", model_control="explicit")
    return create_app(settings, registry=registry)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def paths_of(app: Latentd) -> Iterator[tuple[str, str]]:
    """A method and a path of every route, with something in the place of each of its parameters."""
    for route in app.routes:
        if isinstance(route, Mount):
            yield "GET", f"{route.path}/nothing"
        else:
            assert isinstance(route, Route), route
            path = route.path.replace(":path}", "}").format(**PARTS)
            for method in route.methods or ():
                yield method, path


def test_every_route_but_those_that_are_listed_asks_for_a_key(app: Latentd) -> None:
    asked = dict.fromkeys(paths_of(app))
    assert len(asked) > 50
    without = {(method, path) for method, path in asked if ask(app, method, path).status_code != 401}
    assert {path for _, path in without} == OPEN | OPEN_FILES


def test_what_is_open_tells_nothing_of_the_models(app: Latentd) -> None:
    for path in OPEN:
        assert "toy" not in ask(app, "GET", path).text, path


@pytest.mark.parametrize("path", ["/nowhere", "/docs/", "/docs/examples/encode/body.npy", "/explorer", "/health"])
def test_what_there_is_not_asks_for_a_key_too(app: Latentd, path: str) -> None:
    check_problem(ask(app, "GET", path), "key-missing")


@pytest.mark.parametrize("path", ["/docs/pages/../../encode", "/docs/pages/..%2f..%2fmodels", "/explorer/../models"])
def test_no_detour_leads_past_it(app: Latentd, path: str) -> None:
    async def send(_message: Message) -> None:
        statuses.append(_message.get("status"))

    async def receive() -> Message:
        return {"type": "http.request"}

    statuses: list[Any] = []
    scope = {"type": "http", "method": "GET", "path": path, "headers": [], "query_string": b"", "root_path": ""}
    asyncio.run(app({**scope, "raw_path": path.encode(), "scheme": "http", "server": ("h", 80)}, receive, send))
    assert statuses[0] in (401, 404)


REQUESTS: list[tuple[str, str, Any, Right]] = [
    ("POST", "/encode", TOY, "infer"),
    ("GET", "/models", None, "infer"),
    ("GET", "/openapi.json", None, "infer"),
    ("GET", "/models/toy/card", None, "infer"),
    ("GET", "/v2", None, "infer"),
    ("GET", "/v2/models/stats", None, "infer"),
    ("POST", "/v2/repository/index", {}, "control"),
    ("POST", "/v2/repository/models/nobody/load", {}, "control"),
    ("GET", "/metrics", None, "metrics"),
    ("GET", "/metrics%0A", None, "metrics"),
]


@pytest.mark.parametrize(("method", "path", "body", "right"), REQUESTS)
def test_each_right_opens_its_own(app: Latentd, method: str, path: str, body: Any, right: Right) -> None:
    def status(token: str) -> int:
        return ask(app, method, path, json=body, headers=bearer(token)).status_code

    assert {each for each in RIGHTS if status(each) != 403} == {right}
    assert status("all") not in (401, 403)
    assert status("nobody") == 401


@pytest.mark.parametrize(
    ("headers", "slug", "challenge"),
    [
        ({}, "key-missing", 'Bearer realm="latentd"'),
        ({"Authorization": "Basic YWxsOmFsbA=="}, "key-missing", 'Bearer realm="latentd"'),
        (bearer(""), "key-missing", 'Bearer realm="latentd"'),
        (bearer("nobody"), "key-unknown", 'Bearer realm="latentd", error="invalid_token"'),
        (bearer("metrics"), "right-missing", 'Bearer realm="latentd", error="insufficient_scope", scope="infer"'),
    ],
)
def test_a_refusal_says_what_to_show_and_repeats_no_key(
    app: Latentd, headers: dict[str, str], slug: str, challenge: str
) -> None:
    answer = ask(app, "POST", "/encode", json=TOY, headers=headers)
    check_problem(answer, slug)
    assert answer.headers["www-authenticate"] == challenge
    assert answer.headers["cache-control"] == "no-store"
    assert "nobody" not in answer.text


def test_under_v2_a_refusal_speaks_the_protocol(app: Latentd) -> None:
    answer = ask(app, "POST", "/v2/models/toy/infer", json={})
    assert (answer.status_code, set(answer.json())) == (401, {"error"})
    assert answer.headers["www-authenticate"].startswith("Bearer ")
    assert ask(app, "POST", "/v2/repository/index", headers=bearer("infer")).status_code == 403


def test_the_body_is_not_read_before(app: Latentd) -> None:
    async def receive() -> Message:
        raise AssertionError("the body was read")

    async def send(message: Message) -> None:
        sent.append(message)

    sent: list[Message] = []
    scope = {"type": "http", "method": "POST", "path": "/encode", "headers": [], "query_string": b"", "root_path": ""}
    asyncio.run(app(scope, receive, send))
    assert sent[0]["status"] == 401


def test_a_preflight_needs_no_key_and_a_refusal_can_be_read(app: Latentd) -> None:
    asked = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST"}
    preflight = ask(app, "OPTIONS", "/encode", headers={**asked, "Access-Control-Request-Headers": "authorization"})
    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-headers"] == "authorization"
    refusal = ask(app, "POST", "/encode", json=TOY, headers={"Origin": ORIGIN})
    assert (refusal.status_code, refusal.headers["access-control-allow-origin"]) == (401, ORIGIN)
    assert refusal.headers["x-request-id"]
    answer = ask(app, "POST", "/encode", json=TOY, headers={"Origin": ORIGIN, **bearer("infer")})
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, ORIGIN)


def test_refusals_are_counted(app: Latentd) -> None:
    for token in ("", "nobody", "metrics"):
        ask(app, "POST", "/encode", json=TOY, headers=bearer(token))
    told = ask(app, "GET", "/metrics", headers=bearer("metrics")).text
    assert 'latentd_requests_total{model="",route="",status="401"} 2.0' in told
    assert 'latentd_requests_total{model="",route="",status="403"} 1.0' in told


def test_metrics_may_be_open(registry: Registry, keys_file: Path) -> None:
    app = create_app(Settings(api_keys_file=keys_file, metrics_access="open"), registry=registry)
    assert ask(app, "GET", "/metrics").status_code == 200
    assert ask(app, "GET", "/models").status_code == 401


def test_health_tells_the_models_to_who_shows_a_key(app: Latentd) -> None:
    assert ask(app, "GET", "/health/ready").json() == {"status": "ready"}
    assert "toy" in ask(app, "GET", "/health/ready", headers=bearer("metrics")).json()["models"]
    assert ask(app, "GET", "/health/ready", headers=bearer("nobody")).json() == {"status": "ready"}


def test_the_scope_has_the_name_of_a_good_key(app: Latentd) -> None:
    scopes: list[Scope] = []

    async def inner(scope: Scope, *_: Any) -> None:
        scopes.append(scope)

    guarded = guard(inner, app.service)
    for token in ("infer", "nobody"):
        headers = [(b"authorization", f"bEARER  {token}".encode())]
        asyncio.run(_given(guarded({"type": "http", "path": "/docs", ROOT_KEY: "", "headers": headers}, None, None)))  # type: ignore[arg-type]  # neither is used
    assert [scope.get(HOLDER_KEY) for scope in scopes] == ["infer", None]


async def _given(answering: Any) -> None:
    await answering


def test_below_a_mount_the_same_is_open(app: Latentd) -> None:
    outer = Mount("/ml", app)

    async def host(scope: Scope, receive: Any, send: Any) -> None:
        _, child = outer.matches(scope)
        await outer.handle({**scope, **child}, receive, send)

    assert ask(host, "GET", "/ml/health/live").status_code == 200
    assert ask(host, "GET", "/ml/models").status_code == 401
    assert ask(host, "GET", "/ml/models", headers=bearer("infer")).status_code == 200


def test_without_a_file_nothing_stands_in_the_way(registry: Registry) -> None:
    app = create_app(Settings(), registry=registry)
    assert guard(app, app.service) is app
    assert "security" not in json.dumps(app.openapi()["paths"]["/encode"])
    assert ask(app, "POST", "/encode?model=toy", json=TOY, headers=bearer("whatever")).status_code == 200


def test_a_file_that_cannot_be_used_fails_the_start(registry: Registry, tmp_path: Path) -> None:
    with pytest.raises(KeysFileError, match="cannot be read"):
        create_app(Settings(api_keys_file=tmp_path / "keys"), registry=registry)


def test_the_description_says_what_asks_for_a_key(app: Latentd) -> None:
    document = app.openapi()
    openapi_spec_validator.validate(document)
    assert document["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    for path, item in document["paths"].items():
        needs_one = right_for(path, metrics_are_open=False) is not None
        for operation in item.values():
            assert operation["security"] == ([{"key": []}] if needs_one else [])
            assert ({"401", "403"} <= set(operation["responses"])) == needs_one


@pytest.mark.parametrize(
    ("header", "token"),
    [(b"Bearer a", b"a"), (b"bearer   a ", b"a"), (b"Bearer", b""), (b"Basic a", b""), (b"", b""), (b"Bearera", b"")],
)
def test_a_token_stands_behind_its_scheme(header: bytes, token: bytes) -> None:
    assert token_in(header) == token
