"""GET /v2, its health, and its models: what there is, and is it ready."""

from __future__ import annotations

from dataclasses import replace

from pydantic import BaseModel

from latentd.answer import Answer
from latentd.errors import ServiceNotReadyError
from latentd.problems import headers_of
from latentd.question import Question
from latentd.service import Service
from latentd.v2.datatypes import NATIVE
from latentd.v2.documents import ModelMetadata, ModelReady, ServerLive, ServerMetadata, ServerReady, TensorMetadata
from latentd.v2.protocol_model import PLATFORM, ProtocolModel, find_model
from latentd.wire import json_body

BATCH_AXIS = -1


def answer_document(document: BaseModel, status: int = 200) -> Answer:
    """The document as JSON, without the fields that are None."""
    return Answer(document.model_dump_json(exclude_none=True).encode(), json_body.MEDIA_TYPE, status)


async def describe_server(_question: Question, _service: Service) -> Answer:
    """Name, version and extensions of the server."""
    return answer_document(ServerMetadata())


async def tell_live(_question: Question, _service: Service) -> Answer:
    """Does the process answer?"""
    return answer_document(ServerLive())


async def tell_ready(_question: Question, service: Service) -> Answer:
    """Are the models loaded and warm? 503 while they are not, and when the service is about to end."""
    try:
        service.check_ready()
    except ServiceNotReadyError as error:
        return replace(answer_document(ServerReady(ready=False, error=str(error)), 503), headers=headers_of(error))
    return answer_document(ServerReady())


async def tell_model_ready(question: Question, service: Service) -> Answer:
    """Does the model take requests? 404 where there is none of that name."""
    return answer_document(ModelReady(name=_asked_model(question, service).name))


async def describe_model(question: Question, service: Service) -> Answer:
    """The model's versions, inputs and outputs."""
    return answer_document(metadata_of(_asked_model(question, service), service))


def metadata_of(model: ProtocolModel, service: Service) -> ModelMetadata:
    """What the protocol tells of a model."""
    versions = service.registry.versions(model.autoencoder.manifest.name)
    return ModelMetadata(
        name=model.name,
        versions=list(map(str, versions)),
        platform=PLATFORM,
        inputs=[_tensor(model.input_name, model.spec.dim)],
        outputs=[_tensor(name, dim) for name, dim in model.outputs.items()],
    )


def _tensor(name: str, dim: int) -> TensorMetadata:
    return TensorMetadata(name=name, datatype=NATIVE, shape=(BATCH_AXIS, dim))


def _asked_model(question: Question, service: Service) -> ProtocolModel:
    asked = question.path_parameters
    return find_model(service.registry, asked["name"], asked.get("version"))
