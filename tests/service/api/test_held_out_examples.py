"""GET /examples: the pictures of a bundle, in order or shuffled."""

from __future__ import annotations

import io

import numpy as np
import pytest

from bundles import EXAMPLES, TOY
from latentd.api.held_out_examples import ExamplesQuery, examples
from latentd.errors import (
    AnswerUnacceptableError,
    ExamplesMissingError,
    ParameterInvalidError,
    PictureTooLargeError,
)
from latentd.inference import Registry
from questions import answer, fields_in, question
from viewing import JSON, NPY, PNG, RAW, draw, pixels_in, text_in

TAKE_JSON = {"Accept": JSON}
INPUTS, INDICES = TOY.examples()


@pytest.mark.parametrize(
    ("offset", "limit", "settled"),
    [(0, None, EXAMPLES), (0, 5, 5), (5, 1000, 3), (7, None, 1), (7, 10**30, 1)],
)
def test_a_query_is_settled_with_the_examples_that_there_are(
    registry: Registry, offset: int, limit: int | None, settled: int
) -> None:
    found = ExamplesQuery(offset=offset, limit=limit).settled(registry.get("toy"))
    assert (found.offset, found.limit) == (offset, settled)


def test_a_part_comes_with_all_that_is_known_of_it(registry: Registry) -> None:
    fields = fields_in(answer(examples, registry, question("version=1&offset=2&limit=3", TAKE_JSON)))
    assert list(fields) == ["model", "version", "indices", "labels", "latents", "inputs"]
    assert fields["indices"] == INDICES[2:5].tolist() == [5, 7, 9]
    assert fields["labels"] == [2, 1, 0]
    np.testing.assert_allclose(fields["latents"], TOY.encode(TOY.inputs())[5:10:2], atol=1e-6)
    np.testing.assert_array_equal(np.array(fields["inputs"], np.float32), INPUTS[2:5] / np.float32(255))


def test_the_inputs_may_be_left_out_of_json_alone(registry: Registry) -> None:
    with_them = fields_in(answer(examples, registry, question("limit=3&seed=4", TAKE_JSON)))
    without = fields_in(answer(examples, registry, question("limit=3&seed=4&inputs=false", TAKE_JSON)))
    assert without == {name: value for name, value in with_them.items() if name != "inputs"}
    raw = answer(examples, registry, question("limit=3&inputs=false", {"Accept": RAW}))
    assert len(raw.body) == 3 * TOY.input_dim * 4


def test_a_seed_shuffles_them_all_in_the_same_way_each_time(registry: Registry) -> None:
    orders = []
    for seed in (1, 1, 2):
        urls = [f"seed={seed}&offset={offset}&limit=1" for offset in range(EXAMPLES)]
        one_by_one = [fields_in(answer(examples, registry, question(url, TAKE_JSON)))["indices"] for url in urls]
        orders.append([index for (index,) in one_by_one])
        assert sorted(orders[-1]) == INDICES.tolist()
    assert orders[0] == orders[1] != orders[2]


def test_every_media_type_holds_the_same_pictures(registry: Registry) -> None:
    inputs = INPUTS[:3] / np.float32(255)
    npy = answer(examples, registry, question("version=1&limit=3", {"Accept": NPY}))
    np.testing.assert_array_equal(np.load(io.BytesIO(npy.body)), inputs)
    assert dict(npy.headers)[b"x-latentd-model"] == b"toy"
    raw = answer(examples, registry, question("version=1&limit=3", {"Accept": RAW}))
    assert raw.body == inputs.astype("<f4").tobytes()
    png = answer(examples, registry, question("version=1&limit=3", {"Accept": "*/*"}))
    assert png.media_type == PNG
    pixels = draw(TOY, inputs)
    black = np.zeros_like(pixels[0])
    np.testing.assert_array_equal(pixels_in(png.body), np.block([[pixels[0], pixels[1]], [pixels[2], black]]))
    assert text_in(png.body)["indices"] == "[1,3,5]"
    assert text_in(png.body)["labels"] == "[1,0,2]"


def test_who_has_it_is_told_so(registry: Registry) -> None:
    assert answer(examples, registry, question(headers={"If-None-Match": "*"})).status == 304


def test_what_cannot_be_answered_is_refused(registry: Registry) -> None:
    known = {"If-None-Match": "*"}
    with pytest.raises(ExamplesMissingError, match="'sensors' has no examples"):
        answer(examples, registry, question("model=sensors", known))
    with pytest.raises(ParameterInvalidError, match="from 0 to 7, for 8 examples; got 8"):
        answer(examples, registry, question("offset=8", known))
    with pytest.raises(AnswerUnacceptableError):
        answer(examples, registry, question("", {**known, "Accept": "text/csv"}))
    with pytest.raises(PictureTooLargeError, match="96 pixels"):
        answer(examples, registry, question("", known), max_pixels=95)
    assert answer(examples, registry, question("limit=7", known), max_pixels=95).status == 304
