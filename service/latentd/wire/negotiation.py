"""What a client is answered in, from its Accept and Accept-Encoding headers (RFC 9110, section 12.5)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from latentd.errors import AnswerUnacceptableError

MAX_RANGES = 64
"""So many of what a client accepts are looked at, and as many parameters of each."""


@lru_cache(maxsize=256)
def choose(accept: str, offered: tuple[str, ...]) -> str:
    """The one of `offered` that the client prefers, the first of them where it does not care.

    Raises AnswerUnacceptableError when it accepts none of them.
    """
    ranges = dict(_parse_ranges(accept)) if accept.strip() else {"*/*": 1.0}
    best = max(offered, key=lambda media_type: _quality(media_type, ranges))
    if _quality(best, ranges) <= 0:
        raise AnswerUnacceptableError(accept, offered)
    return best


@lru_cache(maxsize=256)
def choose_encoding(accept_encoding: str, offered: tuple[str, ...]) -> str:
    """The one of the `offered` encodings that the client prefers, the first of them where it likes all the same.

    It is "" where the client names none of them: an answer need not be compressed (RFC 9110, section 12.5.3).
    """
    codings = dict(_parse_ranges(accept_encoding))
    best = max(offered, key=lambda name: codings.get(name, 0.0))
    return best if codings.get(best, 0.0) > 0 else ""


def media_type_of(content_type: str) -> str:
    """The media type without its parameters, in lower case."""
    return content_type.partition(";")[0].strip().lower()


def _parse_ranges(text: str) -> Iterator[tuple[str, float]]:
    return map(_parse_range, text.split(",", MAX_RANGES)[:MAX_RANGES])


def _parse_range(text: str) -> tuple[str, float]:
    parts = text.split(";", MAX_RANGES)[:MAX_RANGES]
    media_range, *parameters = (part.strip().lower() for part in parts)
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            return media_range, _parse_quality(value)
    return media_range, 1.0


def _parse_quality(text: str) -> float:
    try:
        quality = float(text)
    except ValueError:
        return 0.0
    return quality if 0 <= quality <= 1 else 0.0  # NaN too


def _quality(media_type: str, ranges: dict[str, float]) -> float:
    """The quality of the most specific range that covers the type; 0 where none does."""
    family = media_type.partition("/")[0] + "/*"
    return next((ranges[covering] for covering in (media_type, family, "*/*") if covering in ranges), 0.0)
