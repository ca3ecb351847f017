"""A question reads headers, query and body, each no further than allowed."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Sequence
from typing import Any

import pytest
from starlette.requests import ClientDisconnect
from starlette.types import Message

from latentd.api.coding import EncodeQuery, ReconstructQuery
from latentd.api.sample import SampleQuery
from latentd.errors import BodyTooLargeError, LatentdError, ParameterInvalidError
from latentd.http1.room import Room
from latentd.question import Parameters, Query, Question

Headers = Sequence[tuple[bytes, bytes]]


def question(query: str = "", headers: Headers = (), body: Sequence[bytes] | None = (b"",)) -> Question:
    """A question whose body comes in parts; None hangs up."""
    parts = iter(body or ())
    last = len(body or ()) - 1
    scope: dict[str, Any] = {"type": "http", "query_string": query.encode(), "headers": list(headers)}

    async def receive() -> Message:
        if body is None:
            return {"type": "http.disconnect"}
        index, part = next(numbered)
        return {"type": "http.request", "body": part, "more_body": index < last}

    numbered = enumerate(parts)
    return Question(scope, receive)


def read(asked: Question, limit: int = 100) -> bytes:
    return asyncio.run(asked.body(limit, Room()))


def test_a_header_is_found_by_its_name() -> None:
    assert question(headers=[(b"accept", b"a/b")]).header(b"accept") == "a/b"
    assert question().header(b"accept") == ""


def test_a_header_in_several_lines_is_one_list() -> None:
    assert question(headers=[(b"accept", b"a/b"), (b"x", b"y"), (b"accept", b"c/d")]).header(b"accept") == "a/b, c/d"


def test_a_query_is_read() -> None:
    query = question("model=toy&version=2&sample=true&seed=7").query(EncodeQuery)
    assert (query.model, query.version, query.sample, query.seed) == ("toy", 2, True, 7)


@pytest.mark.parametrize("text", ["modle=toy", "seed=x&modle=toy", "version=1&modle="])
def test_a_parameter_that_is_not_known_is_refused_before_any_other_with_those_that_are(text: str) -> None:
    with pytest.raises(ParameterInvalidError) as caught:
        question(text).query(EncodeQuery)
    assert caught.value.name == "modle"
    assert str(caught.value) == (
        "there is no parameter 'modle' here; there are model, version, invert, fit, sample, seed"
    )


def test_where_there_are_no_parameters_none_is_taken() -> None:
    assert question().query(Parameters) == Parameters()
    with pytest.raises(ParameterInvalidError, match="there is no parameter 'model' here; there are none"):
        question("model=toy").query(Parameters)


def test_what_came_with_the_body_goes_before_the_query() -> None:
    assert question("seed=1").query(EncodeQuery, seed=2).seed == 2


def test_more_rows_than_may_be_asked_for_are_refused() -> None:
    assert question("n=8").query(SampleQuery, 8).n == 8
    with pytest.raises(ParameterInvalidError, match="from 1 to 8, the limit that LATENTD_MAX_ROWS sets; got '9'"):
        question("n=9").query(SampleQuery, 8)


def test_an_empty_query_has_the_defaults() -> None:
    assert question().query(Query) == Query(model=None, version=None)


@pytest.mark.parametrize(
    ("kind", "text", "name"),
    [
        (Query, "version=two", "version"),
        (Query, "version=0", "version"),
        (Query, "version=1.5", "version"),
        (Query, "version=" + "9" * 5000, "version"),
        (Query, "version=", "version"),
        (EncodeQuery, "sample=perhaps", "sample"),
        (EncodeQuery, "seed=-1", "seed"),
        (EncodeQuery, f"seed={2**63}", "seed"),
        (EncodeQuery, "seed=%FF", "seed"),
        (ReconstructQuery, "threshold=NaN", "threshold"),
        (ReconstructQuery, "threshold=inf", "threshold"),
        (ReconstructQuery, "threshold=100.5", "threshold"),
        (ReconstructQuery, "threshold=-1", "threshold"),
    ],
)
def test_a_wrong_query_names_its_parameter(kind: type[Query], text: str, name: str) -> None:
    with pytest.raises(ParameterInvalidError) as caught:
        question(text).query(kind)
    assert caught.value.name == name
    assert len(str(caught.value)) < 250


def test_a_body_in_parts_is_put_together() -> None:
    assert read(question(body=[b"ab", b"", b"c"])) == b"abc"


def test_a_body_may_be_as_large_as_the_limit() -> None:
    assert read(question(body=[b"ab", b"c"]), limit=3) == b"abc"


@pytest.mark.parametrize(
    "asked",
    [
        question(body=[b"ab", b"cd"]),
        question(headers=[(b"content-length", b"4")], body=None),
        question(headers=[(b"content-encoding", b"gzip")], body=[gzip.compress(bytes(1000))]),
    ],
    ids=["as it comes", "as it is announced, before it is read", "as it is decompressed"],
)
def test_a_body_past_the_limit_is_refused(asked: Question) -> None:
    limit = 3 if asked.header(b"content-encoding") == "" else 999
    with pytest.raises(BodyTooLargeError, match="LATENTD_MAX_BODY_BYTES"):
        read(asked, limit)


def test_a_compressed_body_is_undone() -> None:
    assert read(question(headers=[(b"content-encoding", b"gzip")], body=[gzip.compress(b"abc")])) == b"abc"


def test_who_hangs_up_is_no_error_of_ours() -> None:
    with pytest.raises(ClientDisconnect) as caught:
        read(question(body=None))
    assert not isinstance(caught.value, LatentdError)
