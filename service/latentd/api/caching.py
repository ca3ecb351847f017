"""What lets clients ask again for next to nothing: strong ETags and 304 (RFC 9110, sections 8.8 and 13)."""

from __future__ import annotations

import hashlib

from latentd import __version__
from latentd.answer import VARY, Headers
from latentd.question import Parameters, Question


def caching_headers(source: str, path: str, query: Parameters, media_type: str) -> Headers:
    """A strong ETag from our version, the `source` (a bundle's digest) and the settled query, and how to use it.

    Another version may become the highest at any time: a cache has to ask, which costs next to nothing. And it is not
    `public`: what was asked for with a key is kept by no cache that others share (RFC 9111, section 3.5).
    """
    asked = query.model_dump_json(exclude={"model", "version"})  # which of them answers, the source tells
    parts = [__version__, source, path, media_type, asked]  # another latentd may draw otherwise
    tag = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
    return ((b"etag", f'"{tag}"'.encode()), VARY, (b"cache-control", b"no-cache"))


def is_known(question: Question, headers: Headers) -> bool:
    """Has the client sent the ETag that `headers` hold (RFC 9110, section 13.1.2)?

    Only a question that would be answered may be asked this: `*` stands for whatever the answer is.
    """
    known = [tag.strip().removeprefix("W/") for tag in question.header(b"if-none-match").split(",")]
    return dict(headers)[b"etag"].decode() in known or known == ["*"]
