"""POST /v2/repository: the model repository extension, which lists, loads and unloads."""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel, ValidationError

from latentd.answer import Answer
from latentd.errors import BodyFieldError, ModelControlOffError, ModelNotFoundError
from latentd.question import Question
from latentd.service import Service
from latentd.v2.documents import (
    Nothing,
    RepositoryControlRequest,
    RepositoryIndex,
    RepositoryIndexEntry,
    RepositoryIndexRequest,
)
from latentd.v2.metadata import answer_document
from latentd.v2.protocol_model import KINDS, bundle_of
from latentd.wire import json_body

CONTROL_SETTING = "LATENTD_MODEL_CONTROL"
EXAMPLE = '{"parameters": {}}'

Body = TypeVar("Body", bound=BaseModel)


async def index(question: Question, service: Service) -> Answer:
    """Every model that is served or lies in the models folder: READY, or UNAVAILABLE and why."""
    asked = await _read(question, service, RepositoryIndexRequest)
    entries = [
        RepositoryIndexEntry(
            name=name + suffix, version=str(version), state="UNAVAILABLE" if reason else "READY", reason=reason
        )
        for (name, version), reason in service.repository().items()
        for suffix in KINDS
        if not (asked.ready and reason)
    ]
    return answer_document(RepositoryIndex(entries))


async def load(question: Question, service: Service) -> Answer:
    """Read a model's bundles from disk again, check them as at the start, and serve them from now on.

    Requests that are running end with the version that they began with. Where a bundle is bad, nothing changes.
    """
    name = await _controlled(question, service)
    await service.load_model(name)
    return answer_document(Nothing())


async def unload(question: Question, service: Service) -> Answer:
    """Serve a model no longer."""
    service.registry.versions(name := await _controlled(question, service))
    service.registry.put(name, ())
    return answer_document(Nothing())


async def _controlled(question: Question, service: Service) -> str:
    """The name of the bundle that the request may load or unload; its encoder and decoder stand for it."""
    if service.settings.model_control != "explicit":
        raise ModelControlOffError(CONTROL_SETTING)
    asked = await _read(question, service, RepositoryControlRequest)
    refused = [name for name in asked.parameters or () if name == "config" or name.startswith("file:")]
    if refused:
        raise BodyFieldError(f"the parameter {refused[0]!r} is not offered: a bundle is loaded as it lies on disk")
    name, suffix = bundle_of(question.path_parameters["name"])
    if suffix not in KINDS:
        raise ModelNotFoundError(question.path_parameters["name"], service.registry.names)
    return name


async def _read(question: Question, service: Service, kind: type[Body]) -> Body:
    """The body, which may be empty, as JSON whatever its Content-Type."""
    body = await question.body(service.settings.max_body_bytes, service.room)
    document = json_body.parse_object(body.strip() or b"{}", EXAMPLE, service.json_limits)
    try:
        return kind.model_validate(json_body.plain(document, service.json_limits), strict=True)
    except ValidationError as error:
        fault = error.errors()[0]
        where = "/".join(map(str, fault["loc"])) or "the body"
        raise BodyFieldError(f"{where}: {fault['msg']}") from None
