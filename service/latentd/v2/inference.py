"""POST /v2/models/{name}[/versions/{version}]/infer."""

from __future__ import annotations

from functools import partial

from latentd.admission import admit, admit_answer, admit_rows
from latentd.answer import Answer
from latentd.errors import BodyError, MediaTypeUnsupportedError, RowsTooManyError, TensorInvalidError
from latentd.inference.arrays import FloatArray
from latentd.question import Question
from latentd.service import Service
from latentd.v2.infer_answer import write_answer
from latentd.v2.infer_request import InferRequest, is_length, read_request
from latentd.v2.protocol_model import ProtocolModel, find_model
from latentd.wire import json_body, raw_body
from latentd.wire.negotiation import choose_encoding, media_type_of

MEDIA_TYPES = (json_body.MEDIA_TYPE, raw_body.MEDIA_TYPE)
ENCODINGS = ("gzip", "deflate")

WRITING_SECONDS = 5e-8
COMPRESSING_SECONDS = 5e-7
"""About what it costs to write out one value, and to compress it."""


async def infer(question: Question, service: Service) -> Answer:
    """Run a model: one input tensor in, one or more output tensors out.

    Inputs may be of any number type of the protocol and are converted to FP32, in which all outputs are. Binary tensor
    data is taken, and given where the request asks for it.
    """
    asked = question.path_parameters
    model = find_model(service.registry, asked["name"], asked.get("version"))
    media_type = media_type_of(question.header(b"content-type")) or json_body.MEDIA_TYPE
    if media_type not in MEDIA_TYPES:
        raise MediaTypeUnsupportedError(media_type, MEDIA_TYPES)
    question.concerns(model.autoencoder, model.graph)
    admit_rows(question, service, model.cost, model.spec.dim)
    body = await question.body(service.settings.max_body_bytes, service.room)
    header_length = question.header(b"inference-header-content-length")
    read = partial(_read, header_length=header_length, model=model, service=service)
    size = min(len(body), int(header_length)) if is_length(header_length) else len(body)
    seconds = json_body.seconds_to_read(body[:size])
    admit(service, seconds)  # again: others may have come meanwhile, and it may be larger than its length said
    request, rows = await service.scheduler.run(read, body, seconds)
    question.has_rows(len(rows))
    values = len(rows) * sum(model.outputs[name] for name in request.outputs)
    admit_answer(question, service, values)
    result = await service.scheduler.run_rows(model.work(request.outputs), rows, model.cost, question.watch)
    encoding = choose_encoding(question.header(b"accept-encoding"), ENCODINGS)
    write = partial(write_answer, model=model, request=request, encoding=encoding)
    seconds = values * (COMPRESSING_SECONDS if encoding else WRITING_SECONDS)
    return await service.scheduler.run(write, model.arrays_in(result), seconds)


def _read(body: bytes, header_length: str, model: ProtocolModel, service: Service) -> tuple[InferRequest, FloatArray]:
    """The request and its checked rows."""
    request = read_request(body, header_length, model, service.json_limits)
    settings = service.settings
    if len(request.values) > settings.max_rows:
        raise RowsTooManyError(len(request.values), settings.max_rows, "LATENTD_MAX_ROWS")
    values = request.values
    if not values.flags.aligned:  # binary data may begin anywhere behind its JSON
        values = values.copy()
    try:
        rows, _ = model.spec.take(values, allow_nonfinite=request.is_binary and settings.allow_nonfinite)
    except BodyError as error:
        raise TensorInvalidError(f"input {model.input_name!r}: {error}") from None
    return request, rows
