"""Operations -> path items."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from pydantic import Field

from latentd.answer import Answer
from latentd.api.openapi import array_paths
from latentd.api.operations import Place
from latentd.endpoint import Operation
from latentd.inference import Registry
from latentd.question import Query, Question
from latentd.service import Service
from viewing import CSV, JPEG, JSON, NPY, PNG, RAW


class TurnQuery(Query):
    angle: int = Field(0, description="How far.")


async def turn(_question: Question, _service: Service) -> Answer:
    """Turn it round.

    As far as it goes.
    """
    raise NotImplementedError


OPERATION = Operation(
    turn,
    TurnQuery,
    lambda _model: {"latents": np.array([[1, 2]]), "labels": np.array([3])},
    (JSON, RAW, PNG, CSV),
    lambda model: {"inputs": model.example, "steps": 2},
    (JSON, NPY, JPEG),
    lambda _model: TurnQuery(angle=90),
)


@pytest.fixture
def item(registry: Registry) -> dict[str, Any]:
    (item,) = array_paths([Place("/turn", "POST", OPERATION)], registry).values()
    found: dict[str, Any] = item["post"]
    return found


def test_what_it_does_is_said_by_its_handler(item: dict[str, Any]) -> None:
    assert (item["operationId"], item["summary"], item["tags"]) == ("turn", "Turn it round", ["latent space"])
    assert item["description"].startswith("As far as it goes.\n\nFiles to try as the body: [application/x-npy](docs/")


def test_its_parameters_have_the_example(item: dict[str, Any]) -> None:
    examples = {each["name"]: each.get("example") for each in item["parameters"]}
    assert examples == {"model": None, "version": None, "angle": 90}


def test_its_answer_names_the_model_and_comes_in_every_type(item: dict[str, Any]) -> None:
    content = item["responses"]["200"]["content"]
    assert list(content) == [JSON, RAW, PNG, CSV]
    assert content[JSON]["example"] == {"model": "toy", "version": 2, "latents": [[1, 2]], "labels": [3]}
    assert content[CSV]["example"] == "label,latent_0,latent_1\r\n3,1,2\r\n"
    assert content[RAW]["examples"]["example"]["externalValue"] == "docs/examples/turn/answer.f32"


def test_its_body_may_have_options_and_nothing_else(item: dict[str, Any]) -> None:
    schema = item["requestBody"]["content"][JSON]["schema"]
    assert (schema["required"], list(schema["properties"])) == (["inputs"], ["inputs", "steps"])
    assert schema["additionalProperties"] is False


def test_what_does_not_suit_the_default_model_is_described_with_another(registry: Registry) -> None:
    operation = replace(OPERATION, suits=lambda model: model.manifest.name == "sensors", media_types=(JSON, RAW, PNG))
    (item,) = array_paths([Place("/turn", "POST", operation)], registry).values()
    examples = {each["name"]: each.get("example") for each in item["post"]["parameters"]}
    assert examples == {"model": "sensors", "version": None, "angle": 90}
    content = item["post"]["responses"]["200"]["content"]
    assert list(content) == [JSON, RAW]  # sensors draw no pictures
    assert content[JSON]["example"]["model"] == "sensors"
    assert content[RAW]["examples"]["example"]["summary"] == "answer.f32, for sensors/1"


def test_what_suits_no_model_is_left_out(registry: Registry) -> None:
    operation = replace(OPERATION, suits=lambda _model: False)
    assert array_paths([Place("/turn", "POST", operation)], registry) == {}


def test_operations_of_one_path_stand_together(registry: Registry) -> None:
    paths = array_paths([Place("/turn", method, OPERATION) for method in ("GET", "POST")], registry)
    assert {path: list(item) for path, item in paths.items()} == {"/turn": ["get", "post"]}
    assert "304" in paths["/turn"]["get"]["responses"]
    assert "304" not in paths["/turn"]["post"]["responses"]
