"""What a route has computed, and how it becomes an answer in any media type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latentd.answer import Answer, Headers
from latentd.bundle import Manifest
from latentd.errors import PictureTooLargeError
from latentd.inference import Autoencoder
from latentd.settings import Settings
from latentd.wire import contact_sheet, json_body, npy_body, raw_body
from latentd.wire.contact_sheet import Pixels

ARRAY_TYPES = (json_body.MEDIA_TYPE, raw_body.MEDIA_TYPE, npy_body.MEDIA_TYPE)
OUTPUT_TYPES = (*ARRAY_TYPES, contact_sheet.MEDIA_TYPE)
VIEW_TYPES = (contact_sheet.MEDIA_TYPE, *ARRAY_TYPES)


@dataclass(frozen=True, slots=True)
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


def check_pixels(manifest: Manifest, pictures: int, settings: Settings) -> None:
    """Raise PictureTooLargeError before more is drawn than one picture may hold."""
    pixels = pictures * manifest.input_dim
    if pixels > settings.max_pixels:
        raise PictureTooLargeError(pixels, settings.max_pixels, "LATENTD_MAX_PIXELS")


def write_result(media_type: str, manifest: Manifest, result: Result, headers: Headers = ()) -> Answer:
    """The answer in that media type. In each of them it names model and version."""
    named = {"model": manifest.name, "version": manifest.version}
    if media_type == json_body.MEDIA_TYPE:
        return Answer(json_body.write({**named, **result.fields}), media_type, headers=headers)
    naming = ((b"x-latentd-model", manifest.name.encode()), (b"x-latentd-version", b"%d" % manifest.version))
    return Answer(_body(media_type, named, result), media_type, headers=(*headers, *naming))


def _body(media_type: str, named: Mapping[str, Any], result: Result) -> bytes:
    if media_type == raw_body.MEDIA_TYPE:
        return raw_body.write(result.array)
    if media_type == npy_body.MEDIA_TYPE:
        return npy_body.write(result.array)
    assert result.picture is not None, "the media type was not offered"
    facts = {name: _as_text(value) for name, value in {**named, **result.facts}.items()}
    return contact_sheet.write(result.picture(), facts)


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json_body.write_any(value).decode()
