"""How the native face reads rows out of a body and writes arrays into an answer."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from latentd.answer import Answer
from latentd.bundle import Manifest
from latentd.errors import MediaTypeUnsupportedError
from latentd.inference.arrays import FloatArray
from latentd.inference.rows import RowSpec
from latentd.question import Question
from latentd.service import Service
from latentd.wire import json_body, raw_body
from latentd.wire.negotiation import media_type_of

ARRAY_TYPES = (json_body.MEDIA_TYPE, raw_body.MEDIA_TYPE)
BODY_TYPES = (json_body.MEDIA_TYPE, raw_body.MEDIA_TYPE)


async def read_rows(question: Question, service: Service, spec: RowSpec) -> tuple[FloatArray, tuple[int, ...]]:
    """The rows in the body, checked, with the leading shape that the answer mirrors. Raises BodyError."""
    media_type = media_type_of(question.header(b"content-type")) or json_body.MEDIA_TYPE
    if media_type not in BODY_TYPES:
        raise MediaTypeUnsupportedError(media_type, BODY_TYPES)
    body = await question.body(service.settings.max_body_bytes)
    if media_type == raw_body.MEDIA_TYPE:
        return spec.take(raw_body.read_array(body, spec.field, spec.dim))
    return await service.scheduler.run(partial(_read_json, spec), body, json_body.seconds_to_read(body))


def _read_json(spec: RowSpec, body: bytes) -> tuple[FloatArray, tuple[int, ...]]:
    return spec.take(json_body.read_array(body, spec.field))


def write_arrays(media_type: str, manifest: Manifest, fields: Mapping[str, Any]) -> Answer:
    """The fields as JSON, or the first of them as raw float32. Either way, the answer names model and version."""
    if media_type == raw_body.MEDIA_TYPE:
        headers = (
            (b"x-latentd-model", manifest.name.encode()),
            (b"x-latentd-version", str(manifest.version).encode()),
        )
        return Answer(raw_body.write(next(iter(fields.values()))), media_type, headers=headers)
    named = {"model": manifest.name, "version": manifest.version, **fields}
    return Answer(json_body.write(named), media_type)
