"""A whole operation without sending anything: exchanges that may be under way at once, and what comes of them.

An operation is a generator as well. It yields volleys; when it is resumed, the volley's results have been taken.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from latentd.client.exchange import Exchange

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Volley(Generic[Result]):
    """Exchanges that do not depend on each other, so that as many as `at_once` may be under way.

    Each is made when its turn has come, and `take` gets their results in order, where the caller of the client is.
    Where `take` gives something to await, that is awaited before the next.
    """

    exchanges: Iterable[Exchange[Result]]
    take: Callable[[Result], object]
    at_once: int = 1


Operation = Generator[Volley[Any], None, Result]


def only(exchange: Exchange[Result]) -> Operation[Result]:
    """The operation that is one exchange."""
    results: list[Result] = []
    yield Volley([exchange], results.append)
    return results[0]
