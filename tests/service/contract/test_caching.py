"""ETag, Cache-Control, 304 and HEAD: a client that has an answer is told so, for next to nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from servers import Server, serving
from viewing import CSV, JSON, NPY, PNG, RAW

GRID = "/grid?rows=2&cols=3"
CACHED = [
    *[(GRID, accept) for accept in (PNG, JSON, NPY, RAW)],
    *[("/traverse?steps=3", accept) for accept in (PNG, JSON, NPY, RAW)],
    *[("/interpolate?from=0,0&to=1,1", accept) for accept in (PNG, JSON, NPY, RAW)],
    *[("/sample?seed=1", accept) for accept in (PNG, JSON, NPY, RAW)],
    *[("/latents", accept) for accept in (JSON, NPY, CSV, RAW)],
    *[("/examples", accept) for accept in (PNG, JSON, NPY, RAW)],
    *[(f"/models/toy/{page}", "*/*") for page in ("card", "card/loss.png", "architecture.svg")],
    *[(path, JSON) for path in ("/models", "/models/toy")],
]
EVERY_GET = [
    *CACHED,
    *[(path, "*/*") for path in ("/health/live", "/health/ready", "/docs", "/openapi.json")],
    *[(path, "*/*") for path in ("/docs/vendor/swagger-ui.css", "/models/tay", "/nowhere", "/grid?rows=0")],
]
VOLATILE = ("date", "x-request-id")


def tag_of(client: httpx.Client, url: str, accept: str) -> str:
    answer = client.get(url, headers={"Accept": accept})
    assert answer.status_code == 200, answer.text
    tag: str = answer.headers["etag"]
    assert tag.startswith('"'), "a strong tag"
    assert tag.endswith('"')
    assert len(tag) > 20
    return tag


@pytest.mark.parametrize(("url", "accept"), CACHED)
def test_an_answer_that_a_client_has_is_a_304_without_a_body(client: httpx.Client, url: str, accept: str) -> None:
    first = client.get(url, headers={"Accept": accept})
    assert first.headers["vary"] == "Accept"
    assert first.headers["cache-control"] == "no-cache"
    tag = tag_of(client, url, accept)
    assert tag == first.headers["etag"]
    second = client.get(url, headers={"Accept": accept, "If-None-Match": tag})
    assert (second.status_code, second.content) == (304, b"")
    for name in ("etag", "vary", "cache-control"):
        assert second.headers[name] == first.headers[name]
    assert "content-type" not in second.headers
    assert "content-length" not in second.headers
    again = client.get(url, headers={"Accept": accept})
    assert again.content == first.content


@pytest.mark.parametrize("form", ["{}", "W/{}", '"a", {}', '"a",W/{} , "b"', "*"])
def test_any_form_of_if_none_match_is_understood(client: httpx.Client, form: str) -> None:
    headers = {"Accept": JSON, "If-None-Match": form.format(tag_of(client, GRID, JSON))}
    assert client.get(GRID, headers=headers).status_code == 304


@pytest.mark.parametrize("known", ['""', '"a"', "a", "", "W/", ",", '"*"'])
def test_another_tag_is_answered_in_full(client: httpx.Client, known: str) -> None:
    assert client.get(GRID, headers={"Accept": JSON, "If-None-Match": known}).status_code == 200


def test_tags_in_two_lines_are_one_list(client: httpx.Client) -> None:
    headers = [("Accept", JSON), ("If-None-Match", '"a"'), ("If-None-Match", tag_of(client, GRID, JSON))]
    assert client.get(GRID, headers=headers).status_code == 304


def test_every_media_type_query_model_and_version_has_a_tag_of_its_own(client: httpx.Client) -> None:
    asked = [
        *CACHED,
        *[
            (url, JSON)
            for url in ("/grid?rows=3&cols=2", "/grid?rows=2&cols=3&low=0.1", "/grid?rows=2&cols=3&dims=1,0")
        ],
        *[(f"{GRID}&model=toy&version=1", JSON), (f"{GRID}&model=toy-vae", JSON), ("/sample?seed=2", JSON)],
        *[(f"/examples?{asked}", JSON) for asked in ("offset=1", "limit=1", "seed=1", "seed=2", "inputs=false")],
        *[("/latents?offset=1", JSON), ("/models/toy/card?version=1", "*/*"), ("/models/toy-vae/card", "*/*")],
        *[("/models/toy?version=1", JSON), ("/models/toy-vae", JSON)],
    ]
    tags = [tag_of(client, url, accept) for url, accept in asked]
    assert len(set(tags)) == len(tags)


@pytest.mark.parametrize(
    "url",
    [
        "/grid?cols=3&rows=2",
        "/grid?rows=2&cols=3&spacing=quantile",
        "/grid?rows=2&cols=3&dims=0,1",
        "/grid?rows=02&cols=3",
        "/grid?rows=2&cols=3&model=toy&version=2",
    ],
)
def test_the_same_question_in_other_words_has_the_same_tag(client: httpx.Client, url: str) -> None:
    assert tag_of(client, url, JSON) == tag_of(client, GRID, JSON)


@pytest.fixture(scope="module")
def restarted(models_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    log = tmp_path_factory.mktemp("restarted") / "log"
    with serving(models_folder, log, {"LATENTD_DEFAULT_MODEL": "toy"}) as server:
        yield server


def test_tags_are_the_same_after_a_restart(client: httpx.Client, restarted: Server) -> None:
    with httpx.Client(base_url=restarted.url, timeout=30) as other:
        for url, accept in CACHED:
            assert tag_of(client, url, accept) == tag_of(other, url, accept)


@pytest.mark.parametrize(("url", "accept"), EVERY_GET)
def test_head_has_the_headers_of_get_and_no_body(client: httpx.Client, url: str, accept: str) -> None:
    got = client.get(url, headers={"Accept": accept})
    head = client.head(url, headers={"Accept": accept})
    assert head.status_code == got.status_code
    assert head.content == b""
    assert [item for item in head.headers.items() if item[0] not in VOLATILE] == [
        item for item in got.headers.items() if item[0] not in VOLATILE
    ]


def test_head_too_is_told_what_it_has(client: httpx.Client) -> None:
    headers = {"Accept": JSON, "If-None-Match": tag_of(client, GRID, JSON)}
    assert client.head(GRID, headers=headers).status_code == 304
