"""Compressed bodies: those of requests, undone no further than a limit, and those of answers."""

from __future__ import annotations

import zlib

from latentd.errors import BodyTooLargeError, BodyUnreadableError, ContentEncodingUnsupportedError

ACCEPTED = ("gzip", "deflate", "identity")

_LEVEL = 1
_HEADERS = {"gzip": zlib.MAX_WBITS | 16, "deflate": zlib.MAX_WBITS}  # deflate means a zlib stream (RFC 9110, 8.4.1.2)
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


def compress(body: bytes, encoding: str) -> bytes:
    """The body as `encoding` says, which is "gzip" or "deflate"; quickly rather than small."""
    stream = zlib.compressobj(_LEVEL, wbits=_HEADERS[encoding])
    return stream.compress(body) + stream.flush()
