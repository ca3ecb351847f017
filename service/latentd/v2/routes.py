"""Every path under /v2: which handler answers it, and with which documents."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel
from starlette.routing import Route

from latentd.endpoint import Handler, Handlers
from latentd.v2 import documents
from latentd.v2.inference import infer
from latentd.v2.metadata import describe_model, describe_server, tell_live, tell_model_ready, tell_ready
from latentd.v2.repository import index, load, unload
from latentd.v2.statistics import tell_statistics


@dataclass(frozen=True, slots=True)
class Operation:
    """A handler, the body that it reads (None for a GET) and the answer that it gives."""

    path: str
    handler: Handler
    answer: type[BaseModel]
    body: type[BaseModel] | None = None

    @property
    def method(self) -> str:
        """What reads a body is a POST."""
        return "POST" if self.body else "GET"


def _model_paths(end: str) -> tuple[str, str]:
    return f"/v2/models/{{name}}{end}", f"/v2/models/{{name}}/versions/{{version}}{end}"


OPERATIONS = (
    Operation("/v2", describe_server, documents.ServerMetadata),
    Operation("/v2/health/live", tell_live, documents.ServerLive),
    Operation("/v2/health/ready", tell_ready, documents.ServerReady),
    Operation("/v2/models/stats", tell_statistics, documents.StatisticsAnswer),
    *(
        Operation(path, infer, documents.InferenceResponse, documents.InferenceRequest)
        for path in _model_paths("/infer")
    ),
    *(Operation(path, describe_model, documents.ModelMetadata) for path in _model_paths("")),
    *(Operation(path, tell_model_ready, documents.ModelReady) for path in _model_paths("/ready")),
    *(Operation(path, tell_statistics, documents.StatisticsAnswer) for path in _model_paths("/stats")),
    Operation("/v2/repository/index", index, documents.RepositoryIndex, documents.RepositoryIndexRequest),
    Operation("/v2/repository/models/{name}/load", load, documents.Nothing, documents.RepositoryControlRequest),
    Operation("/v2/repository/models/{name}/unload", unload, documents.Nothing, documents.RepositoryControlRequest),
)


class Inference(Handlers):
    """What runs a model; the other handlers only tell of it."""

    is_work = True


def _route(operation: Operation) -> Route:
    kind = Inference if operation.handler is infer else Handlers
    return Route(operation.path, kind(**{operation.method: operation.handler}), methods=[operation.method])


routes = [
    *map(_route, OPERATIONS),
    Route("/v2/", Handlers(GET=describe_server), methods=["GET"]),
]
