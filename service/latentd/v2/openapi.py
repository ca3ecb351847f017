"""The OpenAPI description of /v2: its documents' schemas, and examples from a real model."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from latentd.service import Service
from latentd.v2 import documents
from latentd.v2.datatypes import NATIVE
from latentd.v2.infer_answer import write_answer
from latentd.v2.infer_request import HEADER_LENGTH, InferRequest
from latentd.v2.inference import infer
from latentd.v2.metadata import metadata_of
from latentd.v2.protocol_model import EncoderModel, ProtocolModel
from latentd.v2.routes import OPERATIONS, Operation
from latentd.wire import json_body, raw_body

Schema = dict[str, Any]

REFERENCE = "#/components/schemas/{model}"
FAILURES = {
    400: "The request is not one that the model can run; `error` says why",
    404: "No such model or version",
    413: "The body or its rows are over a limit",
    415: "The body is neither JSON nor binary tensor data",
    503: "The models are not loaded yet, or more is waiting to be done than may wait: try again as Retry-After says",
}


def schemas() -> dict[str, Schema]:
    """The component schemas that the paths refer to."""
    kinds = {kind for each in OPERATIONS for kind in (each.answer, each.body) if kind} | {documents.ErrorAnswer}
    ordered = sorted(kinds, key=lambda kind: kind.__name__)
    _, definitions = models_json_schema([(kind, "serialization") for kind in ordered], ref_template=REFERENCE)
    found: dict[str, Schema] = definitions["$defs"]
    return found


def paths(service: Service) -> dict[str, Schema]:
    """The path items, with examples that the default model's encoder really gives."""
    examples = _Examples(service)
    return {each.path: {each.method.lower(): _operation(each, examples)} for each in OPERATIONS}


class _Examples:
    """Requests and answers of one model."""

    def __init__(self, service: Service) -> None:
        self.model = EncoderModel(service.registry.get())
        self.service = service

    def of(self, kind: type[BaseModel]) -> Any:
        """An example of a document."""
        made: dict[type[BaseModel], Callable[[], Any]] = {
            documents.InferenceRequest: self._request,
            documents.InferenceResponse: self._response,
            documents.ModelMetadata: lambda: metadata_of(self.model, self.service).model_dump(mode="json"),
            documents.ModelReady: lambda: {"name": self.model.name, "ready": True},
            documents.RepositoryIndex: lambda: [
                {"name": self.model.name, "version": self.model.version, "state": "READY", "reason": ""}
            ],
            documents.StatisticsAnswer: lambda: {"model_stats": []},
        }
        return made[kind]() if kind in made else kind().model_dump(mode="json", exclude_none=True)

    def _request(self) -> Schema:
        row = self.model.autoencoder.example
        tensor = {"name": self.model.input_name, "shape": [1, row.size], "datatype": NATIVE, "data": row}
        example: Schema = json_body.read_any(json_body.write({"id": "1", "inputs": [tensor]}))
        return example

    def _response(self) -> Schema:
        row = self.model.autoencoder.example[np.newaxis]
        request = InferRequest("1", row, dict.fromkeys(self.model.outputs, False), is_binary=False)
        arrays = self.model.arrays_in(self.model.work(request.outputs)(row))
        answer = write_answer(arrays, self.model, request, "")
        example: Schema = json_body.read_any(answer.body)
        return example


def _operation(operation: Operation, examples: _Examples) -> Schema:
    summary, _, rest = (operation.handler.__doc__ or "").partition("\n")
    described: Schema = {
        "operationId": _operation_id(operation),
        "summary": summary.strip().rstrip(".?:"),
        "description": rest.strip() or summary.strip(),
        "tags": ["Open Inference Protocol"],
        "parameters": _parameters(operation, examples.model),
        "responses": {
            "200": {"description": "The answer.", "content": _content(operation, operation.answer, examples)}
        },
    }
    statuses = FAILURES if operation.body else {404: FAILURES[404], 503: FAILURES[503]}
    error = {"schema": {"$ref": REFERENCE.format(model="ErrorAnswer")}}
    for status, description in statuses.items():
        described["responses"][str(status)] = {"description": description, "content": {json_body.MEDIA_TYPE: error}}
    if operation.body:
        is_infer = operation.handler is infer
        content = _content(operation, operation.body, examples)
        described["requestBody"] = {"required": is_infer, "content": content}
    return described


def _content(operation: Operation, kind: type[BaseModel], examples: _Examples) -> Schema:
    as_json = {"schema": {"$ref": REFERENCE.format(model=kind.__name__)}, "example": examples.of(kind)}
    if operation.handler is not infer:
        return {json_body.MEDIA_TYPE: as_json}
    binary = f"JSON as above, {HEADER_LENGTH} bytes of it, and behind it the binary data of the tensors."
    schema = {"type": "string", "format": "binary", "description": binary}
    return {json_body.MEDIA_TYPE: as_json, raw_body.MEDIA_TYPE: {"schema": schema}}


def _parameters(operation: Operation, model: ProtocolModel) -> list[Schema]:
    about = {"name": "The model: a bundle's name, also with `.encoder` or `.decoder`.", "version": "A version of it."}
    named = {"name": model.name, "version": model.version}
    in_path = [
        {**_parameter(name, "path", about[name]), "example": named[name]}
        for name in re.findall(r"{(\w+)}", operation.path)
    ]
    if operation.handler is not infer:
        return in_path
    length = "How many bytes of the body are JSON, where binary data follows; 0 for the input's bytes alone."
    return [*in_path, _parameter(HEADER_LENGTH, "header", length)]


def _parameter(name: str, where: str, description: str) -> Schema:
    schema = {"type": "integer", "minimum": 0} if where == "header" else {"type": "string"}
    return {"name": name, "in": where, "required": where == "path", "description": description, "schema": schema}


def _operation_id(operation: Operation) -> str:
    parts = [part.strip("{}") for part in operation.path.split("/") if part]
    return "_".join([*parts, operation.method.lower()])
