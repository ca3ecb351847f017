"""A query that cannot be answered is a 422 that names the parameter and says what is allowed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from asking import ask, check_problem
from bundles import TOY
from latentd.app import create_app
from latentd.inference import Registry
from latentd.settings import Settings
from viewing import JSON, PNG

ENDS = "from=0,0&to=1,1"
MAX_ROWS = "expected at most 10000, the limit that LATENTD_MAX_ROWS sets"

BAD = [
    ("/grid?rows=0", "rows", "greater than or equal to 1"),
    ("/grid?cols=-3", "cols", "greater than or equal to 1"),
    ("/grid?rows=100000", "rows", MAX_ROWS),
    ("/grid?rows=2&cols=100000", "cols", MAX_ROWS),
    ("/grid?rows=101&cols=100", "rows", MAX_ROWS),
    ("/grid?rows=1e3", "rows", "valid integer"),
    ("/grid?rows=", "rows", "valid integer"),
    ("/grid?dims=0,0", "dims", "different dimensions"),
    ("/grid?dims=0", "dims", "two different dimensions"),
    ("/grid?dims=0,1,2", "dims", "two different dimensions"),
    ("/grid?dims=0,7", "dims", "dimensions from 0 to 1; got 7"),
    ("/grid?dims=-1,0", "dims", "dimensions from 0 to 1; got -1"),
    ("/grid?dims=a,b", "dims", "valid integer"),
    ("/grid?dims=", "dims", "valid integer"),
    ("/grid?low=0.9&high=0.1", "low", "low below high; got low=0.9, high=0.1"),
    ("/grid?low=0.95", "low", "low below high"),
    ("/grid?high=0.01", "low", "low below high; got low=0.05, high=0.01"),
    ("/grid?low=0.5&high=0.5", "low", "low below high"),
    ("/grid?low=0", "low", "levels between 0 and 1"),
    ("/grid?high=1", "high", "levels between 0 and 1"),
    ("/grid?low=-1&high=2", "low", "levels between 0 and 1"),
    ("/grid?spacing=foo", "spacing", "'quantile' or 'linear'"),
    ("/grid?spacing=linear&low=2&high=1", "low", "low below high"),
    ("/grid?spacing=linear&low=-1e39&high=1", "low", "fits a float32"),
    ("/grid?spacing=linear&low=0&high=1e300", "high", "fits a float32"),
    ("/grid?low=NaN", "low", "finite number"),
    ("/grid?high=inf", "high", "finite number"),
    ("/grid?base=1", "base", "2 finite numbers, one for each dimension; got 1"),
    ("/grid?base=1,2,3", "base", "2 finite numbers, one for each dimension; got 1, 2, 3"),
    ("/grid?base=0,NaN", "base", "finite number"),
    ("/grid?base=0,1e39", "base", "2 finite numbers"),
    ("/grid?base=x,y", "base", "valid number"),
    ("/traverse?dim=7", "dim", "dimensions from 0 to 1; got 7"),
    ("/traverse?dim=-1", "dim", "dimensions from 0 to 1; got -1"),
    ("/traverse?dim=0.5", "dim", "valid integer"),
    ("/traverse?steps=-1", "steps", "greater than or equal to 2"),
    ("/traverse?steps=1", "steps", "greater than or equal to 2"),
    ("/traverse?steps=10001", "steps", MAX_ROWS),
    ("/traverse?latents=1", "latents", "2 finite numbers"),
    ("/traverse?latents=0,inf", "latents", "finite number"),
    ("/traverse?low=1&high=0", "low", "low below high"),
    ("/interpolate", "from", "required"),
    ("/interpolate?from=0,0", "to", "required"),
    ("/interpolate?from=0&to=1,1", "from", "2 finite numbers, one for each dimension; got 0"),
    ("/interpolate?from=0,0&to=1,1,1", "to", "2 finite numbers, one for each dimension; got 1, 1, 1"),
    ("/interpolate?from=0,NaN&to=1,1", "from", "finite number"),
    ("/interpolate?from=0,1e39&to=1,1", "from", "2 finite numbers"),
    (f"/interpolate?{ENDS}&steps=1", "steps", "greater than or equal to 2"),
    (f"/interpolate?{ENDS}&steps=1000000000", "steps", MAX_ROWS),
    (f"/interpolate?{ENDS}&method=cubic", "method", "'linear' or 'slerp'"),
    (f"/interpolate?{ENDS}&method=slerp", "method", "method=linear works for every model"),
    ("/sample?n=0", "n", "greater than or equal to 1"),
    ("/sample?n=1e9", "n", "valid integer"),
    ("/sample?n=1000000000", "n", MAX_ROWS),
    ("/sample?n=" + "9" * 5000, "n", ""),
    ("/sample?seed=abc", "seed", "valid integer"),
    ("/sample?seed=-1", "seed", "greater than or equal to 0"),
    (f"/sample?seed={2**63}", "seed", "less than or equal to 9223372036854775807"),
    ("/latents?offset=-1", "offset", "greater than or equal to 0"),
    ("/latents?limit=0", "limit", "greater than or equal to 1"),
    ("/latents?limit=x", "limit", "valid integer"),
    ("/models/toy/card?version=0", "version", "greater than or equal to 1"),
    ("/models/toy/architecture.svg?version=x", "version", "valid integer"),
]


@pytest.mark.parametrize("accept", [JSON, PNG])
@pytest.mark.parametrize(("url", "name", "detail"), BAD, ids=[row[0][:50] for row in BAD])
def test_it_names_the_parameter_and_what_is_allowed(
    client: httpx.Client, url: str, name: str, detail: str, accept: str
) -> None:
    answer = client.get(url, headers={"Accept": f"{accept}, */*;q=0.1"})
    problem = check_problem(answer, "parameter-invalid")
    assert [fault["parameter"] for fault in problem["errors"]] == [name]
    assert detail in problem["detail"]
    assert len(problem["detail"]) < 300


@pytest.mark.parametrize("path", ["/grid", "/traverse", f"/interpolate?{ENDS}", "/sample", "/latents"])
def test_a_model_or_version_that_is_not_there(client: httpx.Client, path: str) -> None:
    for asked, slug in (("model=tay", "model-not-found"), ("version=9", "version-not-found")):
        check_problem(client.get(path + ("&" if "?" in path else "?") + asked), slug)


ROW = [0.5] * TOY.input_dim
TOO_MANY: list[tuple[str, str, Any, str]] = [
    ("GET", "/grid?rows=3&cols=3", None, "parameter-invalid"),
    ("GET", "/traverse?steps=9", None, "parameter-invalid"),
    ("GET", f"/interpolate?{ENDS}&steps=9", None, "parameter-invalid"),
    ("GET", "/sample?n=9", None, "parameter-invalid"),
    ("POST", "/traverse?steps=5", {"inputs": ROW}, "parameter-invalid"),
    ("POST", "/interpolate?steps=9", {"inputs": [ROW] * 2}, "parameter-invalid"),
    ("POST", "/encode", {"inputs": [ROW] * 9}, "rows-too-many"),
    ("POST", "/decode", {"latents": [[0, 0]] * 9}, "rows-too-many"),
    ("POST", "/reconstruct", {"inputs": [ROW] * 9}, "rows-too-many"),
]


@pytest.fixture(scope="module")
def small(models_folder: Path) -> FastAPI:
    """An app that decodes at most 8 rows."""
    registry = Registry.load(models_folder, default="toy", threads=1)
    return create_app(Settings(max_rows=8), registry=registry)


@pytest.mark.parametrize(("method", "url", "body", "slug"), TOO_MANY, ids=lambda value: str(value)[:30])
def test_the_most_rows_are_a_setting(small: FastAPI, method: str, url: str, body: Any, slug: str) -> None:
    problem = check_problem(ask(small, method, url, json=body), slug)
    assert "LATENTD_MAX_ROWS" in problem["detail"]
    assert "8" in problem["detail"]


@pytest.mark.parametrize("url", ["/grid?rows=2&cols=4", "/traverse?steps=8", "/sample?n=8&seed=1"])
def test_just_as_many_are_answered(small: FastAPI, url: str) -> None:
    assert ask(small, "GET", url).status_code == 200


@pytest.fixture(scope="module")
def narrow(models_folder: Path) -> FastAPI:
    """An app that draws at most 48 pixels: four of the toy's pictures."""
    registry = Registry.load(models_folder, default="toy", threads=1)
    return create_app(Settings(max_pixels=48), registry=registry)


TOO_LARGE: list[tuple[str, str, Any]] = [
    ("GET", "/grid?rows=5&cols=1", None),
    ("GET", "/sample?n=5", None),
    ("POST", "/decode", {"latents": [[0, 0]] * 5}),
    ("POST", "/reconstruct", {"inputs": [ROW] * 3}),
    ("POST", "/traverse?steps=2", {"inputs": ROW}),
    ("POST", "/interpolate?steps=5", {"inputs": [ROW] * 2}),
]


@pytest.mark.parametrize(("method", "url", "body"), TOO_LARGE, ids=lambda value: str(value)[:30])
def test_the_most_pixels_are_a_setting_for_pictures_alone(narrow: FastAPI, method: str, url: str, body: Any) -> None:
    drawn = ask(narrow, method, url, json=body, headers={"Accept": PNG})
    assert "LATENTD_MAX_PIXELS" in check_problem(drawn, "picture-too-large")["detail"]
    assert ask(narrow, method, url, json=body, headers={"Accept": JSON}).status_code == 200


def test_just_as_many_pixels_are_drawn(narrow: FastAPI) -> None:
    assert ask(narrow, "GET", "/grid?rows=4&cols=1", headers={"Accept": PNG}).status_code == 200
