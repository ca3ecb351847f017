"""What a route has computed, and how it becomes an answer in any media type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latentd.answer import Answer, Headers
from latentd.bundle import Manifest
from latentd.errors import PictureTooLargeError
from latentd.inference import Autoencoder
from latentd.service import Service
from latentd.settings import Settings
from latentd.wire import contact_sheet, json_body, npy_body, raw_body
from latentd.wire.contact_sheet import Pixels

ARRAY_TYPES = (json_body.MEDIA_TYPE, raw_body.MEDIA_TYPE, npy_body.MEDIA_TYPE)
OUTPUT_TYPES = (*ARRAY_TYPES, contact_sheet.MEDIA_TYPE)
VIEW_TYPES = (contact_sheet.MEDIA_TYPE, *ARRAY_TYPES)

WRITING_SECONDS = {
    json_body.MEDIA_TYPE: 5e-8,
    raw_body.MEDIA_TYPE: 0.0,
    npy_body.MEDIA_TYPE: 0.0,
    contact_sheet.MEDIA_TYPE: 3e-8,
}
"""About what it costs to write out or to draw one value."""


@dataclass(slots=True)  # frozen ones take three times as long to make
class Result:
    """The `fields` of the JSON answer, the one `array` of them that raw and npy answers are, and the `picture`.

    `facts` stand in the text chunks of a PNG, beside the model and its version.
    """

    fields: Mapping[str, Any]
    array: NDArray[np.generic]
    picture: Callable[[], Pixels] | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


def output_types(model: Autoencoder) -> tuple[str, ...]:
    """The media types of an answer that holds outputs, JSON first."""
    return OUTPUT_TYPES if shows_pictures(model.manifest) else ARRAY_TYPES


def view_types(model: Autoencoder) -> tuple[str, ...]:
    """The media types of a view, the picture first where there is one."""
    return VIEW_TYPES if shows_pictures(model.manifest) else ARRAY_TYPES


def shows_pictures(manifest: Manifest) -> bool:
    """Can outputs be drawn? They need a picture's shape, and a range that tells black from white."""
    return manifest.picture_shape is not None and manifest.value_range is not None


def drawable(model: Autoencoder, rows: NDArray[np.float32]) -> Pixels:
    """Rows [..., D] of a model that `shows_pictures` as pixels [..., H, W] or [..., H, W, 3]."""
    shape, value_range = model.manifest.picture_shape, model.manifest.value_range
    assert shape is not None, "the media type was not offered"
    assert value_range is not None, "the media type was not offered"
    return contact_sheet.to_pixels(rows, shape, value_range.low, value_range.high)


def picture_height(manifest: Manifest) -> int:
    """The height of an output of a model that `shows_pictures`, in pixels."""
    assert manifest.picture_shape is not None, "the media type was not offered"
    return manifest.picture_shape[-2]


def check_pixels(manifest: Manifest, pictures: int, settings: Settings, times: int = 1) -> None:
    """Raise PictureTooLargeError before more is drawn than one picture may hold; each is enlarged so many `times`."""
    assert manifest.picture_shape is not None, "the media type was not offered"
    pixels = pictures * prod(manifest.picture_shape[-2:]) * times
    if pixels > settings.max_pixels:
        raise PictureTooLargeError(pixels, settings.max_pixels, "LATENTD_MAX_PIXELS")


async def answer_result(service: Service, media_type: str, manifest: Manifest, result: Result) -> Answer:
    """As `write_result`, in a thread where it takes long."""
    write = partial(write_result, manifest=manifest, result=result)
    return await service.scheduler.run(write, media_type, WRITING_SECONDS[media_type] * result.array.size)


def write_result(media_type: str, manifest: Manifest, result: Result, headers: Headers = ()) -> Answer:
    """The answer in that media type. In each of them it names model and version."""
    named = {"model": manifest.name, "version": manifest.version}
    if media_type == json_body.MEDIA_TYPE:
        return Answer(json_body.write({**named, **result.fields}, result.array.size), media_type, headers=headers)
    return Answer(_body(media_type, named, result), media_type, headers=(*headers, *naming(manifest)))


def naming(manifest: Manifest) -> Headers:
    """The headers that name model and version, for answers that are no JSON."""
    return ((b"x-latentd-model", manifest.name.encode()), (b"x-latentd-version", b"%d" % manifest.version))


def _body(media_type: str, named: Mapping[str, Any], result: Result) -> bytes:
    if media_type == raw_body.MEDIA_TYPE:
        return raw_body.write(result.array)
    if media_type == npy_body.MEDIA_TYPE:
        return npy_body.write(result.array)
    from latentd.wire import drawing

    assert result.picture is not None, "the media type was not offered"
    facts = {name: _as_text(value) for name, value in {**named, **result.facts}.items()}
    return drawing.write(result.picture(), facts)


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json_body.write_any(value).decode()
