"""Every problem that a client can meet, as RFC 9457 has it, with the right part pointed at."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import httpx
import pytest

from asking import SLUGS, check_problem, pointers

TWELVE = [0.5] * 12


def twelve(place: int, value: Any) -> list[Any]:
    return [*TWELVE[:place], value, *TWELVE[place + 1 :]]


BODIES: list[tuple[str, Any, str, list[str]]] = [
    ("/encode", [], "body-field", []),
    ("/encode", {}, "body-field", ["/inputs"]),
    ("/encode", {"latents": TWELVE}, "body-field", ["/inputs"]),
    ("/encode", {"inputs": TWELVE, "seed": 7}, "body-field", ["/inputs"]),
    ("/decode", {"inputs": [0.5, 0.5]}, "body-field", ["/latents"]),
    ("/encode", {"inputs": 1}, "shape-mismatch", ["/inputs"]),
    ("/encode", {"inputs": []}, "shape-mismatch", ["/inputs"]),
    ("/encode", {"inputs": [[]]}, "shape-mismatch", ["/inputs"]),
    ("/encode", {"inputs": [[], []]}, "shape-mismatch", ["/inputs"]),
    ("/encode", {"inputs": TWELVE[1:]}, "shape-mismatch", ["/inputs"]),
    ("/encode", {"inputs": TWELVE * 2}, "shape-mismatch", ["/inputs"]),
    ("/encode", {"inputs": [TWELVE, TWELVE[1:]]}, "shape-mismatch", ["/inputs/1"]),
    ("/encode", {"inputs": [TWELVE, [], TWELVE * 2]}, "shape-mismatch", ["/inputs/1"]),
    ("/encode", {"inputs": [TWELVE, 0.5]}, "shape-mismatch", ["/inputs/1"]),
    ("/encode", {"inputs": twelve(3, [0.5])}, "shape-mismatch", ["/inputs"]),
    ("/encode", {"inputs": [[TWELVE]] * 2 + [[TWELVE[1:]]]}, "shape-mismatch", ["/inputs/2/0"]),
    ("/encode", {"inputs": [[[[[[[[[0.5]]]]]]]]]}, "shape-mismatch", ["/inputs"]),
    ("/encode", {"inputs": [[0.5] * 3] * 4}, "shape-mismatch", ["/inputs"]),
    ("/decode", {"latents": TWELVE}, "shape-mismatch", ["/latents"]),
    ("/encode", {"inputs": twelve(3, None)}, "value-type", ["/inputs/3"]),
    ("/encode", {"inputs": twelve(0, "0.5")}, "value-type", ["/inputs/0"]),
    ("/encode", {"inputs": twelve(11, True)}, "value-type", ["/inputs/11"]),
    ("/encode", {"inputs": [TWELVE, twelve(5, {})]}, "value-type", ["/inputs/1/5"]),
    ("/encode", {"inputs": twelve(2, 1.1)}, "value-range", ["/inputs/2"]),
    ("/encode", {"inputs": twelve(2, -0.1)}, "value-range", ["/inputs/2"]),
    ("/encode", {"inputs": [TWELVE, twelve(4, 255)]}, "value-range", ["/inputs/1/4"]),
    ("/encode", {"inputs": [[0, 0, 0, 0], [0, 0, 7, 0], [0, 0, 0, 0]]}, "value-range", ["/inputs/1/2"]),
    ("/encode", {"inputs": twelve(6, 1e39)}, "value-non-finite", ["/inputs/6"]),
    ("/decode", {"latents": [0, -1e300]}, "value-non-finite", ["/latents/1"]),
    ("/reconstruct", {"inputs": twelve(2, 1.1)}, "value-range", ["/inputs/2"]),
    ("/encode?model=sensors", {"inputs": [*TWELVE, 1e39]}, "value-non-finite", ["/inputs/12"]),
]


@pytest.mark.parametrize(("path", "body", "slug", "places"), BODIES)
def test_a_wrong_body_is_pointed_at(client: httpx.Client, path: str, body: Any, slug: str, places: list[str]) -> None:
    problem = check_problem(client.post(path, json=body), slug)
    assert pointers(problem) == places
    assert all(fault["detail"] == problem["detail"] for fault in problem.get("errors", []))


WIDE = [
    ("/encode", "inputs", "1e999", "value-non-finite"),
    ("/encode", "inputs", "-1e999", "value-non-finite"),
    ("/encode", "inputs", "9" * 400, "value-non-finite"),
    ("/encode", "inputs", "18446744073709551616", "value-range"),
    ("/encode?model=sensors", "inputs", "1e999", "value-non-finite"),
    ("/encode?model=sensors", "inputs", "100000000000000000000", None),
    ("/decode", "latents", "1e999", "value-non-finite"),
    ("/decode", "latents", "-100000000000000000000", None),
]


@pytest.mark.parametrize(("path", "field", "number", "slug"), WIDE, ids=[f"{row[0]} {row[2][:24]}" for row in WIDE])
def test_a_number_past_64_bits_is_a_number(
    client: httpx.Client, path: str, field: str, number: str, slug: str | None
) -> None:
    width = {"/encode": 12, "/encode?model=sensors": 13, "/decode": 2}[path]
    answer = client.post(path, content=f'{{"{field}": [{"0," * (width - 1)}{number}]}}')
    if slug is None:
        assert answer.status_code == 200, answer.text
    else:
        assert pointers(check_problem(answer, slug)) == [f"/{field}/{width - 1}"]


@pytest.mark.parametrize(("steps", "came"), [("1e999", "1e+300"), ("1" + "0" * 30, "1e+30")])
def test_a_wide_number_beside_the_inputs_is_one_too(client: httpx.Client, steps: str, came: str) -> None:
    answer = client.post("/traverse", content=f'{{"inputs": [{", ".join(["0.5"] * 12)}], "steps": {steps}}}')
    problem = check_problem(answer, "parameter-invalid")
    assert problem["detail"].startswith("steps: expected a whole number from 2 to 10000, the limit")
    assert problem["detail"].endswith(f"got {came}")


@pytest.mark.parametrize("body", ['{"inputs": [1,]}', '{"inputs": [NaN]}', '{"inputs": [1', "\ufffe"])
def test_what_is_no_json_is_told_in_plain_words(client: httpx.Client, body: str) -> None:
    detail = check_problem(client.post("/encode", content=body), "body-unreadable")["detail"]
    assert re.fullmatch(r"the body is not JSON: [a-z, A-Z]+ \(line 1, column \d+(: '.*')?\)", detail)


@pytest.mark.parametrize("rows", [b"", bytes(1), bytes(47), bytes(49)])
def test_half_a_raw_row_is_refused(client: httpx.Client, rows: bytes) -> None:
    answer = client.post("/encode", content=rows, headers={"Content-Type": "application/octet-stream"})
    problem = check_problem(answer, "shape-mismatch")
    assert f"got {len(rows)} bytes" in problem["detail"]


RAW_VALUES = [
    ("0000803f", None),  # 1
    ("00000040", "value-range"),  # 2
    ("0000807f", "value-non-finite"),  # infinity
    ("0000c07f", "value-non-finite"),  # NaN
]


@pytest.mark.parametrize(("bits", "slug"), RAW_VALUES)
def test_raw_values_are_checked_too(client: httpx.Client, bits: str, slug: str | None) -> None:
    body = bytes(48) + bytes.fromhex(bits) + bytes(44)
    answer = client.post("/encode", content=body, headers={"Content-Type": "application/octet-stream"})
    if slug is None:
        assert answer.status_code == 200
    else:
        assert pointers(check_problem(answer, slug)) == ["/inputs/1/0"]


@pytest.mark.parametrize("path", ["/encode", "/decode", "/reconstruct"])
@pytest.mark.parametrize(
    ("query", "slug", "detail"),
    [
        ("model=tay", "model-not-found", "there are colours, sensors, toy, toy-vae"),
        ("model=", "model-not-found", "no model is named ''"),
        ("version=3", "version-not-found", "there are 1, 2"),
        ("model=sensors&version=2", "version-not-found", "there are 1"),
    ],
)
def test_a_model_that_is_not_there(client: httpx.Client, path: str, query: str, slug: str, detail: str) -> None:
    assert detail in check_problem(client.post(f"{path}?{query}", json={}), slug)["detail"]


QUERIES = [
    ("POST", "/encode?version=two", "version"),
    ("POST", "/encode?version=0", "version"),
    ("POST", "/encode?version=1.5", "version"),
    ("POST", f"/encode?version={'9' * 5000}", "version"),
    ("POST", "/encode?sample=perhaps", "sample"),
    ("POST", "/encode?seed=abc", "seed"),
    ("POST", "/encode?seed=-1", "seed"),
    ("POST", f"/encode?seed={2**63}", "seed"),
    ("POST", "/encode?seed=%ff%00", "seed"),
    ("POST", "/reconstruct?threshold=high", "threshold"),
    ("POST", "/reconstruct?threshold=NaN", "threshold"),
    ("POST", "/reconstruct?threshold=101", "threshold"),
    ("POST", "/reconstruct?threshold=-1", "threshold"),
    ("GET", "/models/toy?version=two", "version"),
    ("GET", "/models/toy?version=0", "version"),
]


@pytest.mark.parametrize(("method", "url", "parameter"), QUERIES, ids=[row[1][:30] for row in QUERIES])
def test_a_wrong_query_is_pointed_at(client: httpx.Client, method: str, url: str, parameter: str) -> None:
    problem = check_problem(client.request(method, url), "parameter-invalid")
    assert [fault["parameter"] for fault in problem["errors"]] == [parameter]
    assert len(problem["detail"]) < 300


NOWHERE = [
    *["/nowhere", "/encode/", "/models/", "/models/toy/1", "/docs/", "/a%20b/%C3%BC", "/" + "x" * 2000],
    *[f"/docs/vendor/{name}" for name in ("", "x.js", "%00", "%2e%2e/%2e%2e/openapi.py")],
]


@pytest.mark.parametrize("path", NOWHERE, ids=lambda path: path[:30])
def test_a_path_that_is_not_there(client: httpx.Client, path: str) -> None:
    problem = check_problem(client.get(path), "path-not-found")
    assert re.fullmatch(r"[!-~]+", problem["instance"])


METHODS = {
    **dict.fromkeys(("/encode", "/decode", "/reconstruct"), "POST"),
    **dict.fromkeys(("/models", "/models/toy", "/models/toy/card", "/models/toy/architecture.svg"), "GET, HEAD"),
    **dict.fromkeys(("/grid", "/sample", "/latents", "/examples"), "GET, HEAD"),
    **dict.fromkeys(("/traverse", "/interpolate"), "GET, HEAD, POST"),
    **dict.fromkeys(("/health/live", "/health/ready", "/docs"), "GET, HEAD"),
    **dict.fromkeys(("/openapi.json", "/docs/vendor/swagger-ui.css"), "GET, HEAD"),
}


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])
@pytest.mark.parametrize(("path", "allowed"), METHODS.items())
def test_another_method_is_refused_with_those_that_there_are(
    client: httpx.Client, path: str, allowed: str, method: str
) -> None:
    if method in allowed.split(", "):
        return
    answer = client.request(method, path)
    assert answer.status_code == 405
    assert sorted(answer.headers["allow"].split(", ")) == allowed.split(", ")
    if method == "HEAD":
        assert answer.content == b""
    else:
        check_problem(answer, "method-not-allowed")


def test_every_problem_type_leads_to_its_place_on_the_docs_page(client: httpx.Client) -> None:
    page = unescape(client.get("/docs").text)
    for slug, row in SLUGS.items():
        assert page.count(f'id="{slug}"') == 1
        assert row.explanation in page
