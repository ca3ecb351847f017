"""Compressed bodies: those of requests, undone no further than a limit, and those of answers."""

from __future__ import annotations

import zlib

from latentd.errors import BodyTooLargeError, BodyUnreadableError, ContentEncodingUnsupportedError

ACCEPTED = ("gzip", "deflate", "identity")

SHORT_BYTES = 1 << 18
"""So much is undone in well under a millisecond."""

_LEVEL = 1
_HEADERS = {"gzip": zlib.MAX_WBITS | 16, "deflate": zlib.MAX_WBITS}  # deflate means a zlib stream (RFC 9110, 8.4.1.2)
_EITHER_HEADER = zlib.MAX_WBITS | 32  # zlib finds out by itself whether it is a gzip or a zlib stream


class Packed:
    """A body with a Content-Encoding, of which no more is undone than `limit` bytes, which `setting` sets.

    Raises ContentEncodingUnsupportedError where the encoding is not one of ACCEPTED.
    """

    def __init__(self, body: bytes, encoding: str, limit: int, setting: str) -> None:
        self._encoding = encoding.strip().lower()
        if self._encoding not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise ContentEncodingUnsupportedError(self._encoding, ACCEPTED)
        self._is_plain = self._encoding in ("", "identity")
        self._stream = zlib.decompressobj(_EITHER_HEADER)
        self._left = body
        self._content = b""
        self._limit, self._setting = limit, setting

    def is_short(self) -> bool:
        """Undo the beginning; is that all? Raises BodyUnreadableError where it is damaged."""
        if not (self._is_plain or self._content):
            self._content = self._undo(min(SHORT_BYTES, self._limit + 1))
        return self._is_plain or self._stream.eof

    def content(self) -> bytes:
        """All of it.

        Raises:
            BodyUnreadableError: the stream is damaged, ends too early, or something follows it.
            BodyTooLargeError: it holds more than the limit; no more than that is undone.
        """
        if self._is_plain:
            return self._left
        if not (self.is_short() or len(self._content) > self._limit):
            self._content += self._undo(self._limit + 1 - len(self._content))
        if len(self._content) > self._limit:
            raise BodyTooLargeError(self._limit, self._setting)
        if not self._stream.eof or self._stream.unused_data:
            fault = "goes on after" if self._stream.eof else "ends before"
            raise BodyUnreadableError(f"the body {fault} the end of its {self._encoding} data")
        return self._content

    def _undo(self, size: int) -> bytes:
        """The next so many bytes."""
        try:
            content = self._stream.decompress(self._left, size)
        except zlib.error as error:
            raise BodyUnreadableError(f"the body is not {self._encoding} data: {error}") from None
        self._left = self._stream.unconsumed_tail
        return content


def compress(body: bytes, encoding: str) -> bytes:
    """The body as `encoding` says, which is "gzip" or "deflate"; quickly rather than small."""
    stream = zlib.compressobj(_LEVEL, wbits=_HEADERS[encoding])
    return stream.compress(body) + stream.flush()
