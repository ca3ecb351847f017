"""What was computed, in every media type."""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np
import pytest

from bundles import COLOURS
from latentd.api.result import (
    Result,
    check_pixels,
    drawable,
    naming,
    output_types,
    picture_height,
    shows_pictures,
    view_types,
    write_result,
)
from latentd.errors import PictureTooLargeError
from latentd.inference import Registry
from latentd.settings import Settings
from viewing import JSON, NPY, PNG, RAW, draw, pixels_in, text_in

ARRAY = np.array([[0.1, 1.5]], np.float32)
PIXELS = np.arange(6, dtype=np.uint8).reshape(2, 3)
RESULT = Result({"outputs": ARRAY, "seed": 7}, ARRAY, lambda: PIXELS, {"source": "prior", "latents": ARRAY})
NAMING = {b"x-latentd-model": b"toy", b"x-latentd-version": b"2"}


def test_json_names_the_model_among_its_fields(registry: Registry) -> None:
    answer = write_result(JSON, registry.get("toy").manifest, RESULT, ((b"etag", b'"x"'),))
    assert answer.body == b'{"model":"toy","version":2,"outputs":[[0.1,1.5]],"seed":7}'
    assert answer.headers == ((b"etag", b'"x"'),)


def test_arrays_are_the_one_array_and_name_the_model_in_headers(registry: Registry) -> None:
    manifest = registry.get("toy").manifest
    raw, npy = (write_result(media_type, manifest, RESULT) for media_type in (RAW, NPY))
    assert raw.body == ARRAY.astype("<f4").tobytes()
    np.testing.assert_array_equal(np.load(io.BytesIO(npy.body)), ARRAY)
    assert dict(raw.headers) == dict(npy.headers) == dict(naming(manifest)) == NAMING


def test_a_picture_says_what_it_shows(registry: Registry) -> None:
    answer = write_result(PNG, registry.get("toy").manifest, RESULT)
    np.testing.assert_array_equal(pixels_in(answer.body), PIXELS)
    text = text_in(answer.body)
    assert (text["model"], text["version"], text["source"]) == ("toy", "2", "prior")
    np.testing.assert_array_equal(np.array(json.loads(text["latents"]), np.float32), ARRAY)
    assert dict(answer.headers) == NAMING


@pytest.mark.parametrize(("name", "shown"), [("toy", True), ("colours", True), ("sensors", False)])
def test_pictures_are_offered_where_outputs_are_some(registry: Registry, name: str, shown: bool) -> None:
    model = registry.get(name)
    assert shows_pictures(model.manifest) == shown
    assert output_types(model) == ((JSON, RAW, NPY, PNG) if shown else (JSON, RAW, NPY))
    assert view_types(model) == ((PNG, JSON, RAW, NPY) if shown else (JSON, RAW, NPY))


def test_colours_are_drawn_last(registry: Registry) -> None:
    model = registry.get("colours")
    outputs = model.decode(COLOURS.encode(COLOURS.inputs(2)))
    np.testing.assert_array_equal(drawable(model, outputs), draw(COLOURS, outputs))
    assert picture_height(model.manifest) == 32


@pytest.mark.parametrize(
    ("name", "pictures", "times", "fits"),
    [("toy", 4, 1, True), ("toy", 5, 1, False), ("toy", 1, 4, True), ("toy", 1, 5, False), ("colours", 1, 1, False)],
)
def test_the_pixels_of_a_picture_are_counted_before_it_is_drawn(
    registry: Registry, name: str, pictures: int, times: int, fits: Any
) -> None:
    manifest = registry.get(name).manifest
    if fits:
        check_pixels(manifest, pictures, Settings(max_pixels=48), times)
        return
    with pytest.raises(PictureTooLargeError, match="the limit that LATENTD_MAX_PIXELS sets is 48"):
        check_pixels(manifest, pictures, Settings(max_pixels=48), times)
