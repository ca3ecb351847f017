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
from viewing import CSV, JPEG, JSON, NPY, PNG, RAW

POSTS = ["/encode", "/decode", "/reconstruct", "/traverse", "/interpolate"]
VIEWS = ["/grid", "/traverse", "/interpolate", "/sample", "/latents"]
MODELS = ["toy", "toy-vae", "sensors", "colours"]


@pytest.fixture(scope="module")
def document(client: httpx.Client) -> Any:
    return client.get("/openapi.json").json()


def test_it_is_valid_openapi_3_1(document: Any) -> None:
    assert document["openapi"].startswith("3.1.")
    openapi_spec_validator.validate(document)


def test_every_route_is_described(document: Any) -> None:
    pages = [f"/models/{{name}}{page}" for page in ("", "/card", "/card/{picture}", "/architecture.svg")]
    gets = ["/models", *pages, "/health/live", "/health/ready", *VIEWS]
    native = {path: item for path, item in document["paths"].items() if not path.startswith("/v2")}
    assert {path: set(item) for path, item in native.items()} == {
        path: {method for method, paths in (("get", gets), ("post", POSTS)) if path in paths} for path in gets + POSTS
    }


@pytest.mark.parametrize("path", POSTS)
def test_the_examples_answer_as_written(client: httpx.Client, document: Any, path: str) -> None:
    post = document["paths"][path]["post"]
    answer = client.post(path, json=post["requestBody"]["content"][JSON]["example"])
    assert answer.status_code == 200
    assert answer.json() == post["responses"]["200"]["content"][JSON]["example"]


def example_query(operation: Any) -> dict[str, str]:
    """The query that the examples of the parameters make."""
    given = {each["name"]: each["example"] for each in operation["parameters"] if "example" in each}
    return {name: ",".join(map(str, value)) if isinstance(value, list) else str(value) for name, value in given.items()}


@pytest.mark.parametrize("path", VIEWS)
def test_so_do_the_examples_of_queries(client: httpx.Client, document: Any, path: str) -> None:
    get = document["paths"][path]["get"]
    query = example_query(get)
    assert query
    answer = client.get(path, params=query, headers={"Accept": JSON})
    assert answer.status_code == 200
    assert answer.json() == get["responses"]["200"]["content"][JSON]["example"]
    validate(document, get["responses"]["200"]["content"][JSON]["schema"], answer.json())


@pytest.mark.parametrize("path", ["/models", "/models/{name}", "/health/live", "/health/ready"])
def test_gets_answer_as_written_too(client: httpx.Client, document: Any, path: str) -> None:
    content = document["paths"][path]["get"]["responses"]["200"]["content"][JSON]
    assert client.get(path.replace("{name}", "toy")).json() == content["example"]


@pytest.mark.parametrize("model", MODELS)
def test_examples_come_from_whatever_model_is_the_default(registry: Registry, model: str) -> None:
    app = create_app(Settings(), registry=Registry(registry, default=model))
    document = app.openapi()
    openapi_spec_validator.validate(document)
    for path, method in [*((path, "post") for path in POSTS), *((path, "get") for path in VIEWS)]:
        operation = document["paths"][path][method]
        body = operation.get("requestBody", {}).get("content", {}).get(JSON, {}).get("example")
        answer = ask(app, method, path, params=example_query(operation), json=body, headers={"Accept": JSON})
        assert answer.json() == operation["responses"]["200"]["content"][JSON]["example"], path
        assert answer.json()["model"] == model


@pytest.mark.parametrize(
    ("path", "query", "body"),
    [
        ("/encode", "", {"inputs": [0.5] * 12}),
        ("/encode", "", {"inputs": [[0.5] * 12] * 2}),
        ("/decode", "", {"latents": [0.5] * 2}),
        ("/traverse", "", {"inputs": [0.5] * 12}),
        ("/traverse", "", {"inputs": [0.5] * 12, "dims": [1], "steps": 3}),
        ("/interpolate", "", {"inputs": [[0.5] * 12] * 2, "steps": 3, "method": "linear"}),
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


PARAMETERS = {
    ("post", "/encode"): {"invert", "fit", "sample", "seed"},
    ("post", "/decode"): set(),
    ("post", "/reconstruct"): {"invert", "fit", "threshold"},
    ("get", "/grid"): {"rows", "cols", "dims", "spacing", "low", "high", "base"},
    ("get", "/traverse"): {"dim", "steps", "latents", "spacing", "low", "high"},
    ("post", "/traverse"): {"dims", "steps", "spacing", "low", "high", "invert", "fit"},
    ("get", "/interpolate"): {"from", "to", "steps", "method"},
    ("post", "/interpolate"): {"steps", "method", "invert", "fit"},
    ("get", "/sample"): {"n", "seed"},
    ("get", "/latents"): {"offset", "limit"},
}


@pytest.mark.parametrize(("method", "path"), PARAMETERS)
def test_every_query_parameter_is_described(document: Any, method: str, path: str) -> None:
    parameters = document["paths"][path][method]["parameters"]
    assert {each["name"] for each in parameters} == {"model", "version"} | PARAMETERS[method, path]
    assert all(each["description"] for each in parameters)
    assert {each["name"] for each in parameters if each["required"]} == {"from", "to"} & PARAMETERS[method, path]


INPUTS = {JSON, RAW, NPY, PNG, JPEG}
OUTPUTS = {JSON, RAW, NPY, PNG}


@pytest.mark.parametrize("path", POSTS)
def test_bodies_and_their_answers_are_described_in_every_media_type(document: Any, path: str) -> None:
    post = document["paths"][path]["post"]
    taken = {JSON, RAW, NPY} if path == "/decode" else INPUTS
    given = {JSON, RAW, NPY} if path == "/encode" else OUTPUTS
    assert set(post["requestBody"]["content"]) == taken
    assert set(post["responses"]["200"]["content"]) == given


@pytest.mark.parametrize("path", VIEWS)
def test_so_are_views(document: Any, path: str) -> None:
    answers = document["paths"][path]["get"]["responses"]
    assert set(answers["200"]["content"]) == ({JSON, RAW, NPY, CSV} if path == "/latents" else OUTPUTS)
    assert list(answers) == ["200", "304", "404", "406", "413", "422", "503"]
    for status, answer in answers.items():
        assert status in ("200", "304") or list(answer["content"]) == ["application/problem+json"]


@pytest.mark.parametrize(
    ("page", "media_types"),
    [("card", {"text/html"}), ("card/{picture}", {PNG, "image/svg+xml"}), ("architecture.svg", {"image/svg+xml"})],
)
def test_so_are_pages(document: Any, page: str, media_types: set[str]) -> None:
    answers = document["paths"][f"/models/{{name}}/{page}"]["get"]["responses"]
    assert set(answers["200"]["content"]) == media_types
    assert set(answers) == {"200", "304", "404", "422", "503"}
