"""The examples in /openapi.json: one for each body in each media type, and true to the letter."""

from __future__ import annotations

import io
import json
from typing import Any

import httpx
import numpy as np
import openapi_spec_validator
import pytest
from fastapi import FastAPI
from PIL import Image

from asking import ask, check_problem
from descriptions import POSTS, VIEWS, bodies_of, example_query, validate
from latentd.app import create_app
from latentd.inference import Registry
from latentd.settings import Settings
from viewing import CSV, JPEG, JSON, NPY, PNG, RAW

HTML, SVG = "text/html", "image/svg+xml"
MODELS = ["toy", "toy-vae", "sensors", "colours"]


@pytest.fixture(scope="module")
def document(client: httpx.Client) -> Any:
    return client.get("/openapi.json").json()


@pytest.mark.parametrize("path", POSTS)
def test_the_examples_answer_as_written(client: httpx.Client, document: Any, path: str) -> None:
    post = document["paths"][path]["post"]
    answer = client.post(path, json=post["requestBody"]["content"][JSON]["example"])
    assert answer.status_code == 200
    assert answer.json() == post["responses"]["200"]["content"][JSON]["example"]


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
        suits = path != "/examples" or registry.get(model).examples is not None
        assert (answer.json()["model"] == model) == suits


# What a text is, no example file is needed for.
TEXTS = (JSON, CSV, HTML, SVG, "application/problem+json")


def test_every_body_has_an_example_in_each_of_its_media_types(client: httpx.Client, document: Any) -> None:
    bodies = list(bodies_of(document))
    assert {media_type for _, media_type, _ in bodies} == {*TEXTS, RAW, NPY, PNG, JPEG}
    for place, media_type, content in bodies:
        if media_type in TEXTS:
            validate(document, content["schema"], content["example"])
        else:
            check_example_file(client, place, media_type, content)


def check_example_file(client: httpx.Client, place: str, media_type: str, content: Any) -> None:
    (example,) = content["examples"].values()
    assert f"]({example['externalValue']})" in example["description"], place
    answer = client.get(httpx.URL("/openapi.json").join(example["externalValue"]))
    assert answer.status_code == 200, place
    assert answer.headers["content-type"] == media_type, place
    assert answer.content


def file_in(client: httpx.Client, content: Any) -> bytes:
    (example,) = content["examples"].values()
    return client.get(httpx.URL("/openapi.json").join(example["externalValue"])).content


@pytest.mark.parametrize("path", POSTS)
def test_files_to_try_are_answered(client: httpx.Client, document: Any, path: str) -> None:
    post = document["paths"][path]["post"]
    files = {name: content for name, content in post["requestBody"]["content"].items() if name != JSON}
    for media_type, content in files.items():
        body = file_in(client, content)
        answer = client.post(path, content=body, headers={"Content-Type": media_type})
        assert answer.status_code == 200, answer.text
        (example,) = content["examples"].values()
        assert f"[{media_type}]({example['externalValue']})" in post["description"]
    if path in ("/encode", "/decode", "/reconstruct"):
        as_json = client.post(path, json=post["requestBody"]["content"][JSON]["example"]).content
        for media_type in (RAW, NPY):
            body = file_in(client, files[media_type])
            answer = client.post(path, content=body, headers={"Content-Type": media_type}).json()
            assert flat(answer) == flat(json.loads(as_json))


def flat(answer: dict[str, Any]) -> dict[str, list[Any]]:
    """The fields without their shapes: raw rows are always several."""
    return {name: np.asarray(value).ravel().tolist() for name, value in answer.items()}


@pytest.mark.parametrize(("method", "path"), [("post", path) for path in POSTS] + [("get", path) for path in VIEWS])
def test_example_files_are_the_answers_to_the_examples(
    client: httpx.Client, document: Any, method: str, path: str
) -> None:
    operation = document["paths"][path][method]
    body = operation.get("requestBody", {}).get("content", {}).get(JSON, {}).get("example")
    for media_type, content in operation["responses"]["200"]["content"].items():
        headers = {"Accept": media_type}
        answer = client.request(method, path, params=example_query(operation), json=body, headers=headers)
        if media_type not in TEXTS:
            assert answer.content == file_in(client, content), media_type
        elif media_type == CSV:
            assert answer.text == content["example"]


@pytest.mark.parametrize(("page", "media_type"), [("card", HTML), ("architecture.svg", SVG)])
def test_pages_are_as_written(client: httpx.Client, document: Any, page: str, media_type: str) -> None:
    content = document["paths"][f"/models/{{name}}/{page}"]["get"]["responses"]["200"]["content"]
    assert client.get(f"/models/toy/{page}").text == content[media_type]["example"]


@pytest.mark.parametrize(
    "path",
    ["nothing/body.npy", "encode/body", "encode/body.csv", "encode/body.json", "grid/body.npy", "encode/answer.png"],
)
def test_there_are_no_other_example_files(client: httpx.Client, path: str) -> None:
    check_problem(client.get(f"/docs/examples/{path}"), "path-not-found")


@pytest.mark.parametrize("default", ["sensors", "toy-vae"])
def test_pictures_come_from_a_model_that_has_them(registry: Registry, default: str) -> None:
    app = create_app(Settings(), registry=Registry(registry, default=default))
    content = app.openapi()["paths"]["/grid"]["get"]["responses"]["200"]["content"][PNG]
    drawing = ask(app, "GET", "/" + content["examples"]["example"]["externalValue"])
    with Image.open(io.BytesIO(drawing.content)) as picture:
        assert picture.info["model"] == ("colours" if default == "sensors" else default)


def test_where_no_model_has_pictures_none_are_described(registry: Registry) -> None:
    app = create_app(Settings(), registry=Registry([registry.get("sensors")]))
    document = app.openapi()
    openapi_spec_validator.validate(document)
    described = {media_type for place, media_type, _ in bodies_of(document) if "/models" not in place}
    assert described == {JSON, RAW, NPY, CSV, "application/problem+json"}
    check_problem(ask(app, "GET", "/docs/examples/grid/answer.png"), "path-not-found")


def test_mounted_the_example_files_are_found_too(registry: Registry) -> None:
    outer = FastAPI()
    outer.mount("/ml", create_app(Settings(), registry=registry))
    document = ask(outer, "GET", "/ml/openapi.json").json()
    content = document["paths"]["/encode"]["post"]["requestBody"]["content"][NPY]
    (example,) = content["examples"].values()
    assert ask(outer, "GET", str(httpx.URL("/ml/openapi.json").join(example["externalValue"]))).status_code == 200
