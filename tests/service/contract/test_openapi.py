"""/openapi.json says what the service does: valid, complete, and true to the letter of its examples."""

from __future__ import annotations

from typing import Any

import httpx
import jsonschema
import openapi_spec_validator
import pytest

from asking import ask
from latentd.app import create_app
from latentd.inference import Registry
from latentd.settings import Settings

JSON = "application/json"
POSTS = ["/encode", "/decode", "/reconstruct"]
MODELS = ["toy", "toy-vae", "sensors", "colours"]


@pytest.fixture(scope="module")
def document(client: httpx.Client) -> Any:
    return client.get("/openapi.json").json()


def test_it_is_valid_openapi_3_1(document: Any) -> None:
    assert document["openapi"].startswith("3.1.")
    openapi_spec_validator.validate(document)


def test_every_route_is_described(document: Any) -> None:
    gets = ["/models", "/models/{name}", "/health/live", "/health/ready"]
    assert {path: list(item) for path, item in document["paths"].items()} == {
        **{path: ["post"] for path in POSTS},
        **{path: ["get"] for path in gets},
    }


@pytest.mark.parametrize("path", POSTS)
def test_the_examples_answer_as_written(client: httpx.Client, document: Any, path: str) -> None:
    post = document["paths"][path]["post"]
    answer = client.post(path, json=post["requestBody"]["content"][JSON]["example"])
    assert answer.status_code == 200
    assert answer.json() == post["responses"]["200"]["content"][JSON]["example"]


@pytest.mark.parametrize("path", ["/models", "/models/{name}", "/health/live", "/health/ready"])
def test_gets_answer_as_written_too(client: httpx.Client, document: Any, path: str) -> None:
    content = document["paths"][path]["get"]["responses"]["200"]["content"][JSON]
    assert client.get(path.replace("{name}", "toy")).json() == content["example"]


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("path", POSTS)
def test_examples_come_from_whatever_model_is_the_default(registry: Registry, model: str, path: str) -> None:
    app = create_app(Settings(), registry=Registry(registry, default=model))
    document = app.openapi()
    openapi_spec_validator.validate(document)
    post = document["paths"][path]["post"]
    answer = ask(app, "POST", path, json=post["requestBody"]["content"][JSON]["example"])
    assert answer.json() == post["responses"]["200"]["content"][JSON]["example"]
    assert answer.json()["model"] == model


@pytest.mark.parametrize(
    ("path", "query", "body"),
    [
        ("/encode", "", {"inputs": [0.5] * 12}),
        ("/encode", "", {"inputs": [[0.5] * 12] * 2}),
        ("/decode", "", {"latents": [0.5] * 2}),
        ("/reconstruct", "?threshold=5", {"inputs": [0.5] * 12}),
        ("/reconstruct", "?threshold=5", {"inputs": [[[0.5] * 4] * 3] * 2}),
    ],
)
def test_questions_and_answers_fit_their_schemas(
    client: httpx.Client, document: Any, path: str, query: str, body: Any
) -> None:
    post = document["paths"][path]["post"]
    validate(document, post["requestBody"]["content"][JSON]["schema"], body)
    answer = client.post(path + query, json=body).json()
    schema = post["responses"]["200"]["content"][JSON]["schema"]
    validate(document, schema, answer)
    assert set(answer) <= set(schema["properties"])


@pytest.mark.parametrize("path", ["/models", "/health/live", "/health/ready"])
def test_the_answers_to_gets_fit_their_schemas(client: httpx.Client, document: Any, path: str) -> None:
    schema = document["paths"][path]["get"]["responses"]["200"]["content"][JSON]["schema"]
    validate(document, schema, client.get(path).json())


def validate(document: Any, schema: Any, value: Any) -> None:
    jsonschema.validate(value, {**schema, "components": document["components"]})


@pytest.mark.parametrize("path", POSTS)
def test_every_status_that_a_body_can_lead_to_is_a_problem(document: Any, path: str) -> None:
    answers = document["paths"][path]["post"]["responses"]
    assert list(answers) == ["200", "400", "404", "406", "413", "415", "422", "503"]
    for status, answer in answers.items():
        assert status == "200" or list(answer["content"]) == ["application/problem+json"]


def test_a_problem_fits_its_schema(client: httpx.Client, document: Any) -> None:
    schema = document["components"]["schemas"]["Problem"]
    for body in ('{"inputs": [1]}', '{"inputs": [null]}', "[]", ""):
        validate(document, schema, client.post("/encode?seed=7", content=body).json())
    validate(document, schema, client.post("/encode?seed=x").json())


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/encode", ["model", "version", "sample", "seed"]),
        ("/decode", ["model", "version"]),
        ("/reconstruct", ["model", "version", "threshold"]),
    ],
)
def test_every_query_parameter_is_described(document: Any, path: str, names: list[str]) -> None:
    parameters = document["paths"][path]["post"]["parameters"]
    assert [parameter["name"] for parameter in parameters] == names
    assert all(parameter["description"] for parameter in parameters)


@pytest.mark.parametrize("path", POSTS)
def test_raw_bodies_and_answers_are_described(document: Any, path: str) -> None:
    post = document["paths"][path]["post"]
    for content in (post["requestBody"]["content"], post["responses"]["200"]["content"]):
        assert list(content) == [JSON, "application/octet-stream"]
