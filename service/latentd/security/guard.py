"""Who may ask for what: a key is asked for before anything of a request is read but its head."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from latentd.errors import AccessError, KeyMissingError, KeyUnknownError, RightMissingError
from latentd.inference.stopwatch import Stopwatch
from latentd.observability.report import HOLDER_KEY, Report
from latentd.problems import MEDIA_TYPE, PROTOCOL_PREFIX, ROOT_KEY, answer_problem
from latentd.security.keys import Key, KeyRing, Right
from latentd.service import Service

OPEN = frozenset(("/", "/docs", "/health/live", "/health/ready", "/v2/health/live", "/v2/health/ready"))
OPEN_BELOW = ("/docs/pages/", "/docs/vendor/", "/explorer/")
"""Pages and what they are made of, which tell nothing of a model, and health. All else needs a key, also what there is
not."""

CONTROL_BELOW = "/v2/repository/"
METRICS = "/metrics"

_SCHEME = b"bearer "
_ABOUT = "An API key, sent as `Authorization: Bearer …`. `latentd keys new` makes one."


def right_for(path: str, *, metrics_are_open: bool) -> Right | None:
    """The right that a path below the app's root asks for; None where it is open."""
    if path in OPEN or path.startswith(OPEN_BELOW):
        return None
    if path.startswith(METRICS):
        return None if metrics_are_open else "metrics"
    return "control" if path.startswith(CONTROL_BELOW) else "infer"


class Guard:
    """ASGI middleware that lets through to `app` who shows a key with the right. The scope then has the key's name."""

    def __init__(self, app: ASGIApp, keys: KeyRing, service: Service) -> None:
        self._app = app
        self._keys = keys
        self._service = service
        self._metrics_are_open = service.settings.metrics_access == "open"

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        path: str = scope["path"].removeprefix(scope[ROOT_KEY])
        right = right_for(path, metrics_are_open=self._metrics_are_open)
        token = token_in(dict(scope["headers"]).get(b"authorization", b""))
        key = self._keys.find(token) if token else None
        if key is not None:
            scope[HOLDER_KEY] = key.name
        if right is not None and (key is None or right not in key.rights):
            return self._refuse(_why_not(right, token, key), scope, receive, send)
        return self._app(scope, receive, send)

    def _refuse(self, error: AccessError, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        watch = Stopwatch()
        answer = answer_problem(error, scope)
        self._service.count(Report(scope, "", answer.status, watch.ns))
        return answer(scope, receive, send)


def guard(app: ASGIApp, service: Service) -> ASGIApp:
    """The app behind a guard; without a file of keys, the app itself, which pays nothing."""
    return app if service.keys is None else Guard(app, service.keys, service)


def token_in(authorization: bytes) -> bytes:
    """The token of a header such as `Bearer latentd_…` (RFC 6750, section 2.1); empty where there is none."""
    if authorization[: len(_SCHEME)].lower() != _SCHEME:
        return b""
    return authorization[len(_SCHEME) :].strip()


def _why_not(right: Right, token: bytes, key: Key | None) -> AccessError:
    if key is not None:
        return RightMissingError(right, key.name, key.listed_rights)
    return KeyUnknownError() if token else KeyMissingError()


def describe(document: dict[str, Any], service: Service) -> None:
    """Say in an OpenAPI document which operations ask for a key, where there are any."""
    if service.keys is None:
        return
    document["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer", "description": _ABOUT}}
    are_open = service.settings.metrics_access == "open"
    for path, item in document["paths"].items():
        right = right_for(path, metrics_are_open=are_open)
        for operation in item.values():
            operation["security"] = [] if right is None else [{"key": []}]
            if right is not None:
                operation["responses"].update(_refusals(right, path))


def _refusals(right: Right, path: str) -> dict[str, Any]:
    is_protocol = path.startswith(PROTOCOL_PREFIX)
    schema = {"$ref": f"#/components/schemas/{'ErrorAnswer' if is_protocol else 'Problem'}"}
    content = {"application/json" if is_protocol else MEDIA_TYPE: {"schema": schema}}
    return {
        "401": {"description": "No key was shown, or one that is not known", "content": content},
        "403": {"description": f"The key does not give the right to {right}", "content": content},
    }
