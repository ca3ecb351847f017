"""Compressed bodies: undone, no further than the limit."""

from __future__ import annotations

import gzip
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentd.errors import BodyTooLargeError, BodyUnreadableError, ContentEncodingUnsupportedError
from latentd.wire import compression

PACKED = gzip.compress(b"abc" * 100)


def decompress(body: bytes, encoding: str = "gzip", limit: int = 1000) -> bytes:
    return compression.Packed(body, encoding, limit, "LIMIT").content()


@given(st.binary(max_size=500))
def test_what_was_packed_comes_back(content: bytes) -> None:
    assert decompress(gzip.compress(content)) == content
    assert decompress(zlib.compress(content), "deflate") == content
    assert decompress(content, "identity") == content


@pytest.mark.parametrize("encoding", ["gzip", " GZip ", "x-gzip", "deflate"])
def test_an_encoding_is_known_by_any_of_its_names(encoding: str) -> None:
    assert decompress(PACKED, encoding) == b"abc" * 100


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "gzip,", "compress", "x" * 100])
def test_another_encoding_is_refused_with_those_that_are_read(encoding: str) -> None:
    with pytest.raises(ContentEncodingUnsupportedError, match="accepted are gzip, deflate, identity"):
        decompress(b"", encoding)


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b"", "ends before the end"),
        (PACKED[:-1], "ends before the end"),
        (PACKED[:12], "ends before the end"),
        (PACKED + b"x", "goes on after the end"),
        (b"abc", "is not gzip data"),
        (PACKED[:-8] + bytes(8), "is not gzip data"),
    ],
    ids=["empty", "a byte short", "header alone", "trailing garbage", "not packed", "wrong checksum"],
)
def test_damaged_data_is_unreadable(body: bytes, fault: str) -> None:
    with pytest.raises(BodyUnreadableError, match=fault):
        decompress(body)


def test_the_limit_itself_is_allowed_and_not_a_byte_more() -> None:
    assert len(decompress(PACKED, limit=300)) == 300
    with pytest.raises(BodyTooLargeError, match="larger than 299 bytes, the limit that LIMIT sets"):
        decompress(PACKED, limit=299)


def test_a_bomb_is_not_undone() -> None:
    bomb = gzip.compress(bytes(100_000_000))
    with pytest.raises(BodyTooLargeError):
        decompress(bomb, limit=1000)


@given(st.binary(max_size=60) | st.binary(max_size=30).map(lambda noise: PACKED[:20] + noise))
def test_arbitrary_bytes_give_bytes_or_an_error(body: bytes) -> None:
    with suppress(BodyUnreadableError, BodyTooLargeError):
        assert len(decompress(body)) <= 1000


@given(st.binary(max_size=500))
def test_what_is_compressed_can_be_undone_by_the_standard_library(content: bytes) -> None:
    assert gzip.decompress(compression.compress(content, "gzip")) == content
    assert zlib.decompress(compression.compress(content, "deflate")) == content
