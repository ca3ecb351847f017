"""Example files: who makes them, and what is in them."""

from __future__ import annotations

import asyncio
import io

import numpy as np
import pytest
from PIL import Image

from bundles import TOY
from latentd.answer import Answer
from latentd.api.examples import example_file, link, model_for
from latentd.api.operations import places
from latentd.errors import PathNotFoundError
from latentd.inference import Registry
from latentd.service import Service
from latentd.settings import Settings
from viewing import JPEG, NPY, PNG, RAW, draw, pixels_in, text_in

PLACES = {place.name: place for place in places()}


def made(registry: Registry, name: str, operation: str = "encode") -> Answer:
    service = Service(Settings(), registry)
    try:
        return asyncio.run(example_file(PLACES[operation], name, service))
    finally:
        service.scheduler.close()


def test_pictures_come_from_the_first_model_that_has_them(registry: Registry) -> None:
    toy = registry.get("toy")
    grid = PLACES["grid"].operation
    assert model_for(registry, grid, RAW) is toy
    assert model_for(registry, grid, PNG) is toy
    blind_first = Registry(registry, default="sensors")
    assert model_for(blind_first, grid, RAW) is registry.get("sensors")
    assert model_for(blind_first, grid, JPEG) is registry.get("colours")
    assert model_for(Registry([registry.get("sensors")]), grid, PNG) is None


def test_an_operation_that_does_not_suit_a_model_has_its_examples_from_another(registry: Registry) -> None:
    examples = PLACES["examples"].operation
    assert model_for(Registry(registry, default="sensors"), examples, RAW) is registry.get("colours")
    assert model_for(Registry([registry.get("sensors")]), examples) is None


def test_a_link_is_relative_and_says_whose_it_is(registry: Registry) -> None:
    found = link("grid", "answer", PNG, registry.get("toy", 1))
    assert found["externalValue"] == "docs/examples/grid/answer.png"
    assert found["description"] == "![answer.png](docs/examples/grid/answer.png), for the model toy/1"
    assert link("encode", "body", NPY, registry.get("toy", 1))["description"].startswith("[body.npy](")


def test_a_body_is_the_first_input_in_every_type(registry: Registry) -> None:
    example = registry.get("toy").example
    assert made(registry, "body.f32").body == example.astype("<f4").tobytes()
    np.testing.assert_array_equal(np.load(io.BytesIO(made(registry, "body.npy").body)), example)
    np.testing.assert_array_equal(pixels_in(made(registry, "body.png").body), draw(TOY, example))
    with Image.open(io.BytesIO(made(registry, "body.jpeg").body)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (4, 3))


@pytest.mark.parametrize(("ending", "media_type"), [("f32", RAW), ("npy", NPY), ("png", PNG)])
def test_an_answer_is_the_operations_own_in_that_type(registry: Registry, ending: str, media_type: str) -> None:
    answer = made(registry, f"answer.{ending}", "sample")
    assert (answer.status, answer.media_type) == (200, media_type)
    if media_type == PNG:
        assert text_in(answer.body)["source"] == "fitted density"


@pytest.mark.parametrize("name", ["", "body", "body.", ".npy", "body.npy.npy", "Body.npy", "answer.png", "answer.csv"])
def test_there_is_nothing_under_another_name(registry: Registry, name: str) -> None:
    with pytest.raises(PathNotFoundError, match="the operation 'encode' has no example"):
        made(registry, name)


def test_a_question_has_no_body(registry: Registry) -> None:
    with pytest.raises(PathNotFoundError):
        made(registry, "body.npy", "grid")


def test_every_operation_makes_all_that_it_offers(registry: Registry) -> None:
    for place in PLACES.values():
        offered = {"body": place.operation.body_types, "answer": place.operation.media_types}
        for part, media_types in offered.items():
            for media_type in set(media_types) & {RAW, NPY, PNG, JPEG}:
                ending = {RAW: "f32", NPY: "npy", PNG: "png", JPEG: "jpeg"}[media_type]
                assert made(registry, f"{part}.{ending}", place.name).status == 200
