"""/openapi.json says what the service does: valid, complete, and true to the letter of its examples."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import httpx
import openapi_spec_validator
import pytest

from bundles import rewrite_manifest
from descriptions import POSTS, VIEWS, validate
from latentd.app import create_app
from latentd.inference import Registry
from latentd.settings import Settings
from viewing import CSV, JPEG, JSON, NPY, PNG, RAW

HTML, SVG = "text/html", "image/svg+xml"


@pytest.fixture(scope="module")
def document(client: httpx.Client) -> Any:
    return client.get("/openapi.json").json()


def test_it_is_valid_openapi_3_1(document: Any) -> None:
    assert document["openapi"].startswith("3.1.")
    openapi_spec_validator.validate(document)


def test_every_route_is_described(document: Any) -> None:
    pages = [f"/models/{{name}}{page}" for page in ("", "/card", "/card/{picture}", "/architecture.svg")]
    gets = ["/models", *pages, "/health/live", "/health/ready", "/metrics", *VIEWS]
    native = {path: item for path, item in document["paths"].items() if not path.startswith("/v2")}
    assert {path: set(item) for path, item in native.items()} == {
        path: {method for method, paths in (("get", gets), ("post", POSTS)) if path in paths} for path in gets + POSTS
    }


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


@pytest.mark.parametrize("path", POSTS)
def test_every_status_that_a_body_can_lead_to_is_a_problem(document: Any, path: str) -> None:
    answers = document["paths"][path]["post"]["responses"]
    assert list(answers) == ["200", "400", "404", "406", "413", "414", "415", "422", "503"]
    for status, answer in answers.items():
        assert status == "200" or list(answer["content"]) == ["application/problem+json"]


def test_no_parameter_is_said_to_be_null(document: Any) -> None:
    for operation in (operation for item in document["paths"].values() for operation in item.values()):
        for parameter in operation.get("parameters", ()):
            assert parameter["schema"]["type"] in ("string", "integer", "number", "boolean", "array")


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
    ("post", "/interpolate"): {"steps", "method"},
    ("get", "/sample"): {"n", "seed"},
    ("get", "/latents"): {"offset", "limit", "latents"},
    ("get", "/examples"): {"offset", "limit", "seed", "inputs"},
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
    taken = {JSON, RAW, NPY} if path in ("/decode", "/interpolate") else INPUTS
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
    [("", {JSON}), ("/card", {HTML}), ("/card/{picture}", {PNG}), ("/architecture.svg", {SVG})],
)
def test_so_are_pages(document: Any, page: str, media_types: set[str]) -> None:
    answers = document["paths"][f"/models/{{name}}{page}"]["get"]["responses"]
    assert set(answers["200"]["content"]) == media_types
    assert set(answers) == {"200", "304", "404", "406", "422", "503"}


def test_a_picture_of_a_card_is_described_in_the_types_that_a_model_has(models_folder: Path, tmp_path: Path) -> None:
    models = shutil.copytree(models_folder / "toy", tmp_path / "toy").parent
    for version, (old, new) in {"1": ("loss.png", "drawing.svg"), "2": ("loss.png", "loss.txt")}.items():
        (models / "toy" / version / old).rename(models / "toy" / version / new)
        manifest = json.loads((models / "toy" / version / "manifest.json").read_text("utf-8"))
        rewrite_manifest(models / "toy" / version, manifest)
    app = create_app(Settings(), registry=Registry.load(models, threads=1))
    document = app.openapi()
    openapi_spec_validator.validate(document)
    content = document["paths"]["/models/{name}/card/{picture}"]["get"]["responses"]["200"]["content"]
    assert {name: about["examples"]["example"]["externalValue"] for name, about in content.items()} == {
        SVG: "models/toy/card/drawing.svg?version=1"
    }
