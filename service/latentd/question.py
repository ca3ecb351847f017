"""What is asked: the headers, the query and the body of one request, each read once and no further than allowed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope

from latentd.errors import BodyTooLargeError, MemoryFullError, ParameterInvalidError
from latentd.http1.room import BYTES_SETTING, Room
from latentd.inference import Autoencoder
from latentd.inference.stopwatch import Stopwatch
from latentd.observability.report import HOLDER_KEY, Report
from latentd.observability.statistics import Statistics
from latentd.wire.compression import Packed
from latentd.wording import came, expected

BODY_LIMIT_SETTING = "LATENTD_MAX_BODY_BYTES"
REMEMBERED_QUERIES = 256
MAX_FIELDS = 64
"""The most parameters of a query; no route knows half as many."""


class Parameters(BaseModel):
    """The parameters of a query: none, but for those that a class below adds.

    Others are refused: one whose name is spelt wrongly must not pass for its default.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class VersionQuery(Parameters):
    """What can be asked where the path names the model."""

    version: int | None = Field(None, ge=1, description="The model's version; without it, the highest.")


class Query(Parameters):
    """The parameters that choose a bundle, on every route that uses one."""

    model: str | None = Field(None, description="The model's name; without it, the default model.")
    version: int | None = Field(None, ge=1, description="The model's version; without it, the highest.")


SomeParameters = TypeVar("SomeParameters", bound=Parameters)


def read_query(kind: type[SomeParameters], given: Mapping[str, Any], most_rows: int | None = None) -> SomeParameters:
    """The parameters as they were given, none of which may ask for more than `most_rows`.

    Raises ParameterInvalidError, which names one that is not known, else the first that is not allowed.
    """
    try:
        return kind.model_validate(given, context=most_rows)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False)
    fault = next((fault for fault in faults if fault["type"] == "extra_forbidden"), faults[0])
    raise _in_words(kind, fault, given, most_rows)


def _in_words(
    kind: type[Parameters], fault: ErrorDetails, given: Mapping[str, Any], most_rows: int | None
) -> ParameterInvalidError:
    name = str(fault["loc"][0])
    known = kind.model_json_schema()["properties"]
    if name not in known:
        names = f"there are {', '.join(known)}" if known else "there are none"
        return ParameterInvalidError(name[:80], f"there is no parameter {came(name)} here; {names}")
    got = came(given[name]) if name in given else "nothing"
    return ParameterInvalidError(name, f"{name}: expected {expected(known[name], most_rows)}; got {got}")


@lru_cache(REMEMBERED_QUERIES)
def _read_query_string(kind: type[SomeParameters], text: bytes, most_rows: int | None) -> SomeParameters:
    """The parameters, which never change; clients ask the same again and again. What is wrong is not remembered."""
    return read_query(kind, _fields_of(text), most_rows)


def _fields_of(text: bytes) -> dict[str, str]:
    try:
        return dict(parse_qsl(text.decode("latin-1"), keep_blank_values=True, max_num_fields=MAX_FIELDS))
    except ValueError:
        raise ParameterInvalidError("query", f"expected a query of at most {MAX_FIELDS} parameters") from None


def _by_name(headers: Sequence[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """The headers by name; those of several lines as one list."""
    found = dict(headers)
    if len(found) == len(headers):
        return found
    lines: dict[bytes, list[bytes]] = {name: [] for name in found}
    for name, value in headers:
        lines[name].append(value)
    return {name: b", ".join(values) for name, values in lines.items()}


class Question:
    """One request, seen from an ASGI endpoint."""

    __slots__ = ("_graph", "_headers", "_model", "_receive", "_rows", "_scope", "held", "watch")

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self._scope = scope
        self._receive = receive
        self._headers = _by_name(scope["headers"])
        self._model: Autoencoder | None = None
        self._graph, self._rows = "", 0
        self.held = 0  # bytes of the answer, counted as held until it is written
        self.watch = Stopwatch()

    def concerns(self, model: Autoencoder, graph: str = "") -> None:
        """Note what is to be counted: the model that is asked, and which of its graphs the body's rows go through."""
        self._model, self._graph = model, graph

    def has_rows(self, count: int) -> None:
        """Note that the body has been read, and how many rows were in it."""
        self._rows = count
        self.watch.end("read")

    def count(self, statistics: Statistics, route: str, status: int) -> None:
        """Count the answer, and what it took."""
        name = self._model.manifest.name if self._model else ""
        statistics.requests[route, name, status] += 1
        if self._model and self._graph:
            counted = statistics.of(self._model, self._graph)
            if status < 400:
                self.watch.end("write")
                counted.succeed(self._rows, self.watch)
            else:
                counted.fail.add(self.watch.ns)

    def report(self, route: str, status: int) -> Report:
        """What there is to tell of it, once it is counted."""
        watch = self.watch
        return Report(self._scope, route, status, watch.ns, self._model, self._graph, self._rows, watch.phases)

    def header(self, name: bytes) -> str:
        """A header by its lower-case name: the values of all its lines in one list, empty where it was not sent."""
        return self._headers.get(name, b"").decode("latin-1")

    @property
    def length(self) -> int:
        """How many bytes the body is said to have, as it is sent; 0 where nothing is said."""
        stated = self.header(b"content-length")
        return int(stated) if stated.isdecimal() else 0

    @property
    def path(self) -> str:
        """The path that was asked for."""
        path: str = self._scope["path"]
        return path

    @property
    def holder(self) -> str:
        """The name of the API key that was shown; empty without one, and where no keys are asked for."""
        name: str = self._scope.get(HOLDER_KEY, "")
        return name

    @property
    def path_parameters(self) -> dict[str, str]:
        """The parts of the path that the route has names for."""
        parameters: dict[str, str] = self._scope["path_params"]
        return parameters

    def query(self, kind: type[SomeParameters], most_rows: int | None = None, **further: Any) -> SomeParameters:
        """The query parameters, and `further` ones that came with the body, which go before.

        Raises ParameterInvalidError as `read_query` does.
        """
        text: bytes = self._scope["query_string"]
        if not further:
            query: SomeParameters = _read_query_string(kind, text, most_rows)
            return query
        return read_query(kind, {**_fields_of(text), **further}, most_rows)

    async def body(self, limit: int, room: Room) -> bytes:
        """The whole body, decompressed; what is long then is held in the `room` until the question is answered.

        Raises BodyTooLargeError past `limit` bytes, and reads no further, and MemoryFullError.
        """
        stated = self.header(b"content-length")
        if stated.isdecimal() and int(stated) > limit:
            raise BodyTooLargeError(limit, BODY_LIMIT_SETTING)
        parts: list[bytes] = []
        size, more = 0, True
        while more:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            parts.append(message.get("body", b""))
            more = message.get("more_body", False)
            size += len(parts[-1])
            if size > limit:
                raise BodyTooLargeError(limit, BODY_LIMIT_SETTING)
        self.watch.restart()  # how long a client takes to send it is not ours
        body = parts[0] if len(parts) == 1 else b"".join(parts)
        encoding = self.header(b"content-encoding")
        return await self._unpack(Packed(body, encoding, limit, BODY_LIMIT_SETTING), limit, room) if encoding else body

    async def _unpack(self, packed: Packed, limit: int, room: Room) -> bytes:
        """The content; in a thread where it is long, for a small body may unpack to a thousand times its size."""
        if packed.is_short():
            return packed.content()
        if room.is_full:
            raise MemoryFullError(room.most_bytes, BYTES_SETTING)
        room.hold(self, limit)
        content = await asyncio.get_running_loop().run_in_executor(None, packed.content)
        room.let_go(self)
        room.hold(self, len(content))
        return content
