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
FROM_1 = "expected a whole number from 1 to 10000, the limit that LATENTD_MAX_ROWS sets; got "
FROM_2 = FROM_1.replace("from 1", "from 2")
IN_ALL = "expected at most 10000 rows, the limit that LATENTD_MAX_ROWS sets, to be decoded; got "
DIMS = "expected different whole numbers from 0 to latent_dim - 1, such as 0,1 (in JSON [0, 1]); got "
DIM = "expected a whole number from 0 to latent_dim - 1; got "
PAIR = "expected two different dimensions from 0 to 1; got "
LEVELS = "expected levels between 0 and 1, low below high; got "
VALUES = "expected latent values within ±3.4e+38, low below high; got "
BOUND = "expected a level between 0 and 1, or with spacing=linear a finite latent value, low below high; got "
LATENT = "expected 2 finite numbers within ±3.4e+38, one for each dimension; got "
NUMBERS = "expected a finite number for each latent dimension, separated by commas, such as 0.1,-0.3; got "
SEED = "expected a whole number from 0 to 9223372036854775807; got "
VERSION = "expected a whole number from 1; got "

BAD = [
    ("/grid?rows=0", "rows", FROM_1 + "'0'"),
    ("/grid?cols=-3", "cols", FROM_1 + "'-3'"),
    ("/grid?rows=100000", "rows", FROM_1 + "'100000'"),
    ("/grid?rows=2&cols=100000", "cols", FROM_1 + "'100000'"),
    ("/grid?rows=101&cols=100", "rows", IN_ALL + "rows=101 times cols=100, which is 10100"),
    ("/grid?rows=1e3", "rows", FROM_1 + "'1e3'"),
    ("/grid?rows=", "rows", FROM_1 + "''"),
    ("/grid?dims=0,0", "dims", "expected different dimensions from 0 to 1; got 0, 0"),
    ("/grid?dims=7", "dims", PAIR + "7"),
    ("/grid?dims=0", "dims", PAIR + "0"),
    ("/grid?dims=0,1,2", "dims", PAIR + "0, 1, 2"),
    ("/grid?dims=0,7", "dims", "expected dimensions from 0 to 1; got 7"),
    ("/grid?dims=-1,0", "dims", "expected dimensions from 0 to 1; got -1"),
    ("/grid?dims=a,b", "dims", DIMS + "'a,b'"),
    ("/grid?dims=", "dims", DIMS + "''"),
    ("/grid?low=0.9&high=0.1", "low", LEVELS + "low=0.9, high=0.1"),
    ("/grid?low=0.95", "low", LEVELS + "low=0.95, high=0.95"),
    ("/grid?high=0.01", "low", LEVELS + "low=0.05, high=0.01"),
    ("/grid?low=0.5&high=0.5", "low", LEVELS + "low=0.5, high=0.5"),
    ("/grid?low=0", "low", LEVELS + "low=0, high=0.95"),
    ("/grid?high=1", "high", LEVELS + "low=0.05, high=1"),
    ("/grid?low=-1&high=2", "low", LEVELS + "low=-1, high=2"),
    ("/grid?low=NaN", "low", LEVELS + "low=nan, high=0.95"),
    ("/grid?high=inf", "high", LEVELS + "low=0.05, high=inf"),
    ("/grid?low=x", "low", BOUND + "'x'"),
    ("/grid?spacing=foo", "spacing", "expected quantile or linear; got 'foo'"),
    ("/grid?spacing=linear&low=2&high=1", "low", VALUES + "low=2, high=1"),
    ("/grid?spacing=linear&low=-1e39&high=1", "low", VALUES + "low=-1e+39, high=1"),
    ("/grid?spacing=linear&low=0&high=1e300", "high", VALUES + "low=0, high=1e+300"),
    ("/grid?spacing=linear&low=0&high=NaN", "high", VALUES + "low=0, high=nan"),
    ("/grid?base=1", "base", LATENT + "1"),
    ("/grid?base=1,2,3", "base", LATENT + "1, 2, 3"),
    ("/grid?base=0,NaN", "base", LATENT + "0, nan"),
    ("/grid?base=0,1e39", "base", LATENT + "0, 1e+39"),
    ("/grid?base=x,y", "base", NUMBERS + "'x,y'"),
    ("/traverse?dim=7", "dim", "expected dimensions from 0 to 1; got 7"),
    ("/traverse?dim=-1", "dim", "expected dimensions from 0 to 1; got -1"),
    ("/traverse?dim=0.5", "dim", DIM + "'0.5'"),
    ("/traverse?steps=-1", "steps", FROM_2 + "'-1'"),
    ("/traverse?steps=1", "steps", FROM_2 + "'1'"),
    ("/traverse?steps=10001", "steps", FROM_2 + "'10001'"),
    ("/traverse?latents=1", "latents", LATENT + "1"),
    ("/traverse?latents=0,inf", "latents", LATENT + "0, inf"),
    ("/traverse?low=1&high=0", "low", LEVELS + "low=1, high=0"),
    ("/interpolate", "from", NUMBERS + "nothing"),
    ("/interpolate?from=0,0", "to", NUMBERS + "nothing"),
    ("/interpolate?from=0&to=1,1", "from", LATENT + "0"),
    ("/interpolate?from=0,0&to=1,1,1", "to", LATENT + "1, 1, 1"),
    ("/interpolate?from=0,NaN&to=1,1", "from", LATENT + "0, nan"),
    ("/interpolate?from=0,1e39&to=1,1", "from", LATENT + "0, 1e+39"),
    (f"/interpolate?{ENDS}&steps=1", "steps", FROM_2 + "'1'"),
    (f"/interpolate?{ENDS}&steps=1000000000", "steps", FROM_2 + "'1000000000'"),
    (f"/interpolate?{ENDS}&method=cubic", "method", "expected linear or slerp; got 'cubic'"),
    (f"/interpolate?{ENDS}&method=slerp", "method", "method=linear works for every model"),
    ("/sample?n=0", "n", FROM_1 + "'0'"),
    ("/sample?n=1e9", "n", FROM_1 + "'1e9'"),
    ("/sample?n=1000000000", "n", FROM_1 + "'1000000000'"),
    ("/sample?n=" + "9" * 5000, "n", FROM_1 + f"'{'9' * 80}'"),
    ("/sample?seed=abc", "seed", SEED + "'abc'"),
    ("/sample?seed=-1", "seed", SEED + "'-1'"),
    (f"/sample?seed={2**63}", "seed", SEED + f"'{2**63}'"),
    ("/examples?offset=-1", "offset", "expected a whole number from 0; got '-1'"),
    ("/examples?offset=8", "offset", "expected a whole number from 0 to 7, for 8 examples; got 8"),
    ("/examples?limit=0", "limit", "expected a whole number from 1; got '0'"),
    ("/latents?offset=-1", "offset", "expected a whole number from 0; got '-1'"),
    ("/latents?limit=0", "limit", "expected a whole number from 1; got '0'"),
    ("/latents?limit=x", "limit", "expected a whole number from 1; got 'x'"),
    ("/models/toy?version=x", "version", VERSION + "'x'"),
    ("/models/toy/card?version=0", "version", VERSION + "'0'"),
    ("/models/toy/card/loss.png?version=1.5", "version", VERSION + "'1.5'"),
    ("/models/toy/architecture.svg?version=x", "version", VERSION + "'x'"),
]


@pytest.mark.parametrize("known", ["", "*"])
@pytest.mark.parametrize("accept", [JSON, PNG])
@pytest.mark.parametrize(("url", "name", "detail"), BAD, ids=[row[0][:50] for row in BAD])
def test_it_names_the_parameter_and_what_is_allowed(
    client: httpx.Client, url: str, name: str, detail: str, accept: str, known: str
) -> None:
    answer = client.get(url, headers={"Accept": f"{accept}, */*;q=0.1", "If-None-Match": known})
    problem = check_problem(answer, "parameter-invalid")
    assert [fault["parameter"] for fault in problem["errors"]] == [name]
    assert problem["detail"].endswith(detail)
    assert len(problem["detail"]) < 300
    assert answer.headers["vary"] == "Accept"


UNKNOWN = [
    ("GET", "/grid?modle=toy", "modle", "model, version, spacing, low, high, rows, cols, dims, base"),
    ("GET", "/traverse?stepz=3", "stepz", "model, version, spacing, low, high, dim, steps, latents"),
    ("GET", "/interpolate?start=0,0&to=1,1", "start", "model, version, from, to, steps, method"),
    ("GET", "/sample?n=2&Seed=1", "Seed", "model, version, n, seed"),
    ("GET", "/examples?n=1", "n", "model, version, offset, limit, seed, inputs"),
    ("GET", "/latents?rows=1", "rows", "model, version, offset, limit, latents"),
    ("GET", "/models?model=toy", "model", "none"),
    ("GET", "/models/toy?model=toy", "model", "version"),
    ("GET", "/models/toy/card?size=2", "size", "version"),
    ("GET", "/models/toy/card/loss.png?v=2", "v", "version"),
    ("GET", "/models/toy/architecture.svg?=2", "", "version"),
    ("POST", "/encode?modle=toy", "modle", "model, version, invert, fit, sample, seed"),
    ("POST", "/decode?fit=pad", "fit", "model, version"),
    ("POST", "/reconstruct?treshold=99", "treshold", "model, version, invert, fit, threshold"),
    ("POST", "/traverse?dim=0", "dim", "model, version, spacing, low, high, invert, fit, dims, steps"),
    ("POST", "/interpolate?from=0,0", "from", "model, version, steps, method"),
]


@pytest.mark.parametrize(("method", "url", "name", "known"), UNKNOWN, ids=[f"{row[0]} {row[1]}" for row in UNKNOWN])
def test_a_parameter_that_there_is_not_is_refused_with_those_that_there_are(
    client: httpx.Client, method: str, url: str, name: str, known: str
) -> None:
    problem = check_problem(client.request(method, url), "parameter-invalid")
    assert problem["detail"] == f"there is no parameter {name!r} here; there are {known}"
    assert [fault["parameter"] for fault in problem["errors"]] == [name]


@pytest.mark.parametrize("path", ["/grid", "/traverse", f"/interpolate?{ENDS}", "/sample", "/latents", "/examples"])
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
