"""create_app: the one place that puts the faces together."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Lifespan, Receive, Scope, Send

from latentd import __version__, api, explorer, v2
from latentd.api import docs
from latentd.api.openapi import array_paths
from latentd.api.operations import places
from latentd.errors import LatentdError, PathNotFoundError
from latentd.front import Front
from latentd.head import HeadRequests
from latentd.inference import Registry
from latentd.problems import ROOT_KEY, MethodNotAllowedError, answer_problem
from latentd.request_id import RequestIds
from latentd.security.cors import allow_origins
from latentd.security.guard import describe, guard
from latentd.security.page_headers import with_page_headers
from latentd.service import Service
from latentd.settings import Settings

DESCRIPTION = "latentd serves the latent space of an autoencoder: encode, decode, reconstruct."


class Latentd(FastAPI):
    """A FastAPI app behind a front that answers the routes which FastAPI cannot see into; it describes them too."""

    _described = ""
    """The digest of the model that the OpenAPI document has its examples from."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take note of where this app is mounted before its own mounts below add to it."""
        scope[ROOT_KEY] = self.root_path or scope.get("root_path", "")
        await (self._stack if scope["type"] == "http" else super().__call__)(scope, receive, send)

    @cached_property
    def _stack(self) -> ASGIApp:
        """Ours around FastAPI's: around its error handling too, so that no answer is without an id."""
        front = Front(with_page_headers(super().__call__), self.routes, self.service)
        guarded = HeadRequests(guard(front, self.service))
        return RequestIds(
            allow_origins(guarded, self.service.settings.origins, self.service.count)
        )  # browsers ask first without a key

    @property
    def service(self) -> Service:
        """What this app serves with."""
        service: Service = self.state.service
        return service

    @property
    def lifespan(self) -> Lifespan[Starlette]:
        """For an app that mounts this one, whose own lifespan nobody runs then: `FastAPI(lifespan=latentd.lifespan)`.

        An app that has a lifespan already enters this one in it: `async with latentd.lifespan(app): yield`.
        """
        return self.service.lifespan

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI 3.1 document; built once, with examples from the default model, and again when that changes."""
        service = self.service
        registry = service.registry  # raises while there are no models; nothing may be kept then
        digest = registry.get().digest
        if self.openapi_schema is None or self._described != digest:
            self.openapi_schema, self._described = None, digest
            paths, examples = array_paths(places(), registry), api.examples(registry)
            document = super().openapi()
            for path, content in examples.items():
                answer = document["paths"][path]["get"]["responses"]["200"]
                answer["content"] = {name: {**answer["content"][name], **about} for name, about in content.items()}
            document["paths"] = {**paths, **document["paths"], **v2.paths(service)}
            document.setdefault("components", {}).setdefault("schemas", {}).update({**api.schemas(), **v2.schemas()})
            describe(document, service)
        assert self.openapi_schema is not None, "FastAPI.openapi() has set it"
        return self.openapi_schema


def create_app(settings: Settings | None = None, *, registry: Registry | None = None) -> Latentd:
    """The service as an ASGI app, to be served or to be mounted in another app, which runs its `lifespan`.

    Its lifespan loads and warms every bundle under `settings.models`; with a `registry` it serves those models instead,
    and is ready at once. Without `settings`, they are read from LATENTD_* variables.
    """
    service = Service(settings or Settings.read(), registry)
    app = Latentd(
        title="latentd",
        version=__version__,
        description=DESCRIPTION,
        lifespan=service.lifespan,
        routes=[*api.routes, *v2.routes, *explorer.router.routes],
        docs_url=None,  # api/docs.py has a page that needs no internet
        redoc_url=None,
        redirect_slashes=False,
        # A variable could have FastAPI send its own; traces.py has spans for all routes. Older ones know none of this.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    app.state.service = service
    for name, folder in docs.ASSETS.items():
        app.mount(f"/docs/{name}", StaticFiles(directory=folder))
    for kind in (LatentdError, HTTPException, Exception):
        app.add_exception_handler(kind, _answer_exception)
    return app


async def _answer_exception(request: Request, error: Exception) -> Response:
    answer = answer_problem(_in_domain_words(error), request.scope)
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in answer.headers}
    return Response(answer.body, answer.status, headers, answer.media_type)


def _in_domain_words(error: Exception) -> Exception:
    match error:
        case HTTPException(status_code=404):
            return PathNotFoundError("no route has this path; /docs lists those that there are")
        case HTTPException(status_code=405):
            methods = set((error.headers or {}).get("Allow", "GET").split(", "))  # StaticFiles names none, and has GET
            allow = ", ".join(sorted(methods | {"HEAD"} if "GET" in methods else methods))
            return MethodNotAllowedError(f"the path takes {allow}", allow)
    return error
