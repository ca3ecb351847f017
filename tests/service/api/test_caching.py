"""Strong ETags: the same for the same question to the same source, and for nothing else."""

from __future__ import annotations

import pytest

from latentd.api import caching
from latentd.api.caching import caching_headers, is_known
from latentd.api.sample import SampleQuery
from latentd.question import Query
from questions import question

QUERY = SampleQuery(n=3, seed=1)


def tag(source: str = "digest", path: str = "/sample", query: Query = QUERY, media_type: str = "a/b") -> str:
    return dict(caching_headers(source, path, query, media_type))[b"etag"].decode()


def test_it_is_strong_and_of_fixed_length() -> None:
    assert tag()[0] == tag()[-1] == '"'
    assert len(tag()) == 34


def test_each_part_of_the_question_makes_another(monkeypatch: pytest.MonkeyPatch) -> None:
    tags = [tag(), tag(source="other"), tag(path="/grid"), tag(query=SampleQuery(n=3, seed=2)), tag(media_type="a/c")]
    monkeypatch.setattr(caching, "__version__", "99")
    assert len({*tags, tag()}) == 6


def test_the_source_says_which_model_it_is_and_the_query_need_not() -> None:
    assert tag(query=SampleQuery(n=3, seed=1, model="toy", version=2)) == tag()


def test_caches_keep_one_for_each_media_type_and_always_ask() -> None:
    headers = dict(caching_headers("digest", "/", QUERY, "a/b"))
    assert (headers[b"vary"], headers[b"cache-control"]) == (b"Accept", b"no-cache")


@pytest.mark.parametrize("form", ["{}", "W/{}", '"a", {}', '"a",W/{} , "b"', "*", " * "])
def test_a_client_that_has_it_is_known(form: str) -> None:
    headers = caching_headers("digest", "/sample", QUERY, "a/b")
    assert is_known(question(headers={"If-None-Match": form.format(tag())}), headers)


@pytest.mark.parametrize("known", ['""', '"a"', "", "W/", ",", '"*"', '*, "a"'])
def test_any_other_is_not(known: str) -> None:
    assert not is_known(question(headers={"If-None-Match": known}), caching_headers("digest", "/", QUERY, "a/b"))
    assert not is_known(question(), caching_headers("digest", "/", QUERY, "a/b"))
