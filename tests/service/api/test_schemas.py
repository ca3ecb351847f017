"""Schemas of fields and of parameters."""

from __future__ import annotations

import jsonschema
from pydantic import Field

from latentd.api.parameters import Dims, Side
from latentd.api.schemas import COMPONENTS, asks, gives, object_schema, parameters_of, schemas_of
from latentd.question import Parameters, VersionQuery


class Asked(Parameters):
    must: int = Field(alias="from", description="Must be sent.")
    count: Side = Field(3, description="How many.")
    dims: Dims | None = Field(None, description="Which.")


def test_the_components_are_schemas() -> None:
    for schema in COMPONENTS.values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_an_object_has_the_fields_of_its_example_and_those_that_it_may_have() -> None:
    schema = object_schema({"model": "toy", "latents": [1]}, ("seed",))
    assert schema["required"] == ["model", "latents"]
    assert schema["properties"] == {
        "model": {"type": "string"},
        "latents": {"$ref": "#/components/schemas/Array"},
        "seed": {"type": "integer"},
    }


def test_a_parameter_is_described_as_it_is_sent() -> None:
    must, count, dims = parameters_of(Asked, Asked.model_validate({"from": 7, "dims": "0,1"}))
    assert (must["name"], must["required"], must["example"]) == ("from", True, 7)
    assert (count["name"], count["required"], "example" in count) == ("count", False, False)
    assert (count["schema"]["minimum"], count["schema"]["x-limit"]) == (1, "LATENTD_MAX_ROWS")
    assert (dims["example"], dims["style"], dims["explode"]) == ([0, 1], "form", False)
    assert [each["description"] for each in (must, count, dims)] == ["Must be sent.", "How many.", "Which."]


def test_nobody_is_told_to_send_null() -> None:
    _, _, dims = parameters_of(Asked)
    assert dims["schema"]["type"] == "array"
    assert not {"anyOf", "default"} & dims["schema"].keys()


def test_a_route_of_fastapis_is_given_its_parameters() -> None:
    name, version = asks(VersionQuery, "name")["parameters"]
    assert name == {"name": "name", "in": "path", "required": True, "schema": {"type": "string"}}
    assert (version["name"], version["in"], version["schema"]["minimum"]) == ("version", "query", 1)


def test_an_answer_refers_to_the_schema_of_its_document() -> None:
    content = gives("Asked", "application/json", "text/csv")[200]["content"]
    assert list(content) == ["application/json", "text/csv"]
    assert content["text/csv"]["schema"] == {"$ref": "#/components/schemas/Asked"}
    assert schemas_of(Asked)["Asked"]["required"] == ["from"]
