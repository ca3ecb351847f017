"""How the native face reads rows out of a request body, in whichever media type they come."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from latentd.admission import admit
from latentd.api.parameters import ROWS_SETTING
from latentd.errors import MediaTypeUnsupportedError, RowsTooManyError
from latentd.inference.arrays import FloatArray
from latentd.inference.rows import RowSpec
from latentd.question import Query, Question
from latentd.service import Service
from latentd.wire import json_body, npy_body, raw_body
from latentd.wire.negotiation import media_type_of
from latentd.wire.picture_formats import FORMATS

ROW_TYPES = (json_body.MEDIA_TYPE, raw_body.MEDIA_TYPE, npy_body.MEDIA_TYPE)
PICTURE_TYPES = tuple(FORMATS)
INPUT_TYPES = (*ROW_TYPES, *PICTURE_TYPES)

PICTURE_SECONDS = 0.002  # a small file may hold a large picture: it is always unpacked in a thread

BYTE_SECONDS = 0.5e-9  # for a byte of what is an array already: to look at each value once

Options = dict[str, Any]


class InputQuery(Query):
    """How inputs that come as a picture are made to fit."""

    invert: bool = Field(False, description="The picture in the body is dark on light.")
    fit: Literal["pad", "center"] = Field(
        "pad", description="`pad` scales the whole picture in the body; `center` cuts out and centres what is drawn."
    )


async def read_inputs(
    question: Question, service: Service, spec: RowSpec, query: InputQuery, options: Sequence[str] = ()
) -> tuple[FloatArray, tuple[int, ...], Options]:
    """Input rows, their leading shape, and the JSON fields beside them. Raises BodyError."""
    accepted = INPUT_TYPES if spec.picture_shape and spec.value_range else ROW_TYPES
    media_type = _media_type(question, accepted)
    body = await question.body(service.settings.max_body_bytes, service.room)
    if media_type in PICTURE_TYPES:
        read = partial(_read_picture, media_type=media_type, spec=spec, query=query, service=service)
        admit(service, PICTURE_SECONDS)
        picture = await service.scheduler.run(read, body, PICTURE_SECONDS)
        return *_take(spec.from_bytes(picture), spec, service), {}
    return await _read_array(body, media_type, spec, service, options)


async def read_arrays(
    question: Question, service: Service, spec: RowSpec, options: Sequence[str] = ()
) -> tuple[FloatArray, tuple[int, ...], Options]:
    """As `read_inputs`, where a picture is no body: for latents, and for several inputs. Raises BodyError."""
    media_type = _media_type(question, ROW_TYPES)
    body = await question.body(service.settings.max_body_bytes, service.room)
    return await _read_array(body, media_type, spec, service, options)


def _media_type(question: Question, accepted: Sequence[str]) -> str:
    media_type = media_type_of(question.header(b"content-type")) or json_body.MEDIA_TYPE
    if media_type not in accepted:
        raise MediaTypeUnsupportedError(media_type, accepted)
    return media_type


async def _read_array(
    body: bytes, media_type: str, spec: RowSpec, service: Service, options: Sequence[str]
) -> tuple[FloatArray, tuple[int, ...], Options]:
    read = partial(_parse_array, media_type=media_type, spec=spec, service=service, options=options)
    seconds = json_body.seconds_to_read(body) if media_type == json_body.MEDIA_TYPE else len(body) * BYTE_SECONDS
    admit(service, seconds)  # again: others may have come meanwhile, and it may be larger than its length said
    return await service.scheduler.run(read, body, seconds)


def _parse_array(
    body: bytes, media_type: str, spec: RowSpec, service: Service, options: Sequence[str]
) -> tuple[FloatArray, tuple[int, ...], Options]:
    given: Options = {}
    values: NDArray[np.generic]
    if media_type == raw_body.MEDIA_TYPE:
        values = raw_body.read_array(body, spec.field, spec.dim)
    elif media_type == npy_body.MEDIA_TYPE:
        values = npy_body.read_array(body)
        values = spec.from_bytes(values) if values.dtype == np.uint8 else values
    else:
        row = spec.dim, spec.row_arrays
        values, given = json_body.read_array_and_options(body, spec.field, options, service.json_limits, row)
    is_json = media_type == json_body.MEDIA_TYPE
    return *_take(values, spec, service, allow_nonfinite=service.settings.allow_nonfinite and not is_json), given


def _take(
    values: NDArray[np.generic], spec: RowSpec, service: Service, *, allow_nonfinite: bool = False
) -> tuple[FloatArray, tuple[int, ...]]:
    rows = values.size // spec.dim
    if rows > service.settings.max_rows:
        raise RowsTooManyError(rows, service.settings.max_rows, ROWS_SETTING)
    return spec.take(values, allow_nonfinite=allow_nonfinite)


def _read_picture(
    body: bytes, media_type: str, spec: RowSpec, query: InputQuery, service: Service
) -> NDArray[np.uint8]:
    from latentd.wire.picture_body import PictureReader

    assert spec.picture_shape is not None, "the media type was not accepted"
    reader = PictureReader(
        spec.picture_shape, service.settings.max_pixels, "LATENTD_MAX_PIXELS", invert=query.invert, fit=query.fit
    )
    return reader.read_array(body, media_type)
