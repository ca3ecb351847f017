"""Accept: the media type that the client prefers, as RFC 9110 has it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentd.errors import AnswerUnacceptableError
from latentd.wire.negotiation import choose, choose_encoding, media_type_of

JSON, RAW = "application/json", "application/octet-stream"
OFFERED = (JSON, RAW)


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", JSON),
        ("  ", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (JSON, JSON),
        (RAW, RAW),
        ("Application/Octet-Stream", RAW),
        (f"{RAW}, {JSON}", JSON),
        (f"{RAW}, {JSON};q=0.9", RAW),
        (f"{JSON};q=0.1, {RAW};q=0.2", RAW),
        (f"{RAW}, */*;q=0.1", RAW),
        (f"{RAW};q=0.5, */*;q=0.1", RAW),
        (f"*/*, {RAW};q=0.5", JSON),
        (f"{JSON};q=0, */*", RAW),
        (f"{JSON};q=0, application/*", RAW),
        (f"application/*;q=0.2, {RAW};q=0.3", RAW),
        ("text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8", JSON),
        (f"{RAW} ; q=1 , {JSON} ; q=0.001", RAW),
        (f"{RAW};charset=utf-8;q=0.9, {JSON};q=0.8", RAW),
        (f"{RAW};Q=0.5,{JSON};Q=0.4", RAW),
        (f"{JSON};q=no, {RAW};q=0.1", RAW),
        (f"{JSON};q=NaN, {RAW};q=0.1", RAW),
        (f"{JSON};q=2, {RAW};q=0.1", RAW),
        (f"{JSON};q=-1, {RAW};q=0.1", RAW),
        (f"nonsense, , ;, {RAW}", RAW),
    ],
)
def test_the_preferred_type_is_chosen(accept: str, chosen: str) -> None:
    assert choose(accept, OFFERED) == chosen


@pytest.mark.parametrize(
    "accept", ["text/html", "image/*", f"{JSON};q=0", "*/*;q=0", f"{JSON};q=0, {RAW};q=0, */*", "nonsense", ",", "*"]
)
def test_where_nothing_fits_both_sides_are_told(accept: str) -> None:
    with pytest.raises(AnswerUnacceptableError) as caught:
        choose(accept, OFFERED)
    assert (caught.value.accept, caught.value.offered) == (accept, OFFERED)


@given(st.text(st.characters(max_codepoint=255), max_size=60) | st.text(",;=q/*.0123456789 aj", max_size=60))
def test_any_header_gives_an_offered_type_or_that_error(accept: str) -> None:
    try:
        assert choose(accept, OFFERED) in OFFERED
    except AnswerUnacceptableError:
        assert accept.strip()


@pytest.mark.parametrize(
    ("content_type", "media_type"),
    [("", ""), (JSON, JSON), ("Application/JSON; charset=UTF-8", JSON), (" text/plain ;a=b", "text/plain"), (";", "")],
)
def test_a_media_type_is_told_apart_from_its_parameters(content_type: str, media_type: str) -> None:
    assert media_type_of(content_type) == media_type


@pytest.mark.parametrize(
    ("accept_encoding", "chosen"),
    [
        *[
            ("", ""),
            ("identity", ""),
            ("br, zstd", ""),
            ("gzip;q=0", ""),
            ("gzip;q=x", ""),
            ("gzip;q=0, deflate", "deflate"),
        ],
        *[("gzip", "gzip"), (" GZIP ", "gzip"), ("deflate, gzip", "gzip"), ("gzip;q=0.1, deflate;q=0.2", "deflate")],
    ],
)
def test_an_answer_is_compressed_only_in_a_way_that_is_named(accept_encoding: str, chosen: str) -> None:
    assert choose_encoding(accept_encoding, ("gzip", "deflate")) == chosen
