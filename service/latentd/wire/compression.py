"""Compressed request bodies, undone no further than a limit."""

from __future__ import annotations

import zlib

from latentd.errors import BodyTooLargeError, BodyUnreadableError, ContentEncodingUnsupportedError

ACCEPTED = ("gzip", "deflate", "identity")

_EITHER_HEADER = zlib.MAX_WBITS | 32  # zlib finds out by itself whether it is a gzip or a zlib stream


def decompress(body: bytes, encoding: str, limit: int, setting: str) -> bytes:
    """The body without its Content-Encoding.

    Raises:
        ContentEncodingUnsupportedError: the encoding is not one of ACCEPTED.
        BodyUnreadableError: the stream is damaged or ends too early.
        BodyTooLargeError: it holds more than `limit` bytes, which `setting` sets; no more than that is undone.
    """
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        return body
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise ContentEncodingUnsupportedError(encoding, ACCEPTED)
    stream = zlib.decompressobj(_EITHER_HEADER)
    try:
        content = stream.decompress(body, limit + 1)
    except zlib.error as error:
        raise BodyUnreadableError(f"the body is not {encoding} data: {error}") from None
    if len(content) > limit:
        raise BodyTooLargeError(limit, setting)
    if not stream.eof or stream.unused_data:
        fault = "goes on after" if stream.eof else "ends before"
        raise BodyUnreadableError(f"the body {fault} the end of its {encoding} data")
    return content
