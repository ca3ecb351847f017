"""What a client knows between its calls: where the server is, how to ask it, and which models it has met."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import quote

import httpx
import numpy as np

from latentd.client.answers import JSON, Fields, read_json
from latentd.client.errors import ModelNotFoundError, ParameterInvalidError, VersionNotFoundError
from latentd.client.exchange import Exchange, exchange
from latentd.client.model import Model
from latentd.client.operation import Operation, only
from latentd.client.retries import Retries
from latentd.client.rows import Body
from latentd.client.tracing import trace_headers

Result = TypeVar("Result")

Query = Mapping[str, object]

CHUNK_BYTES = 3 * 2**19
"""1.5 MiB: benchmarks/client.py found it fastest."""

KEPT_URLS = 64

IN_FLIGHT = 2
"""While one chunk is computed, the next one travels."""


@dataclass(frozen=True, slots=True)
class Call:
    """One question to the server: a POST where there is a body, else a GET."""

    path: str
    media_type: str = JSON
    query: Query = field(default_factory=dict)
    body: Body | None = None


@dataclass(slots=True)
class Session:
    """How to ask; it sends nothing. `build` is the HTTP client's build_request, which knows address and key."""

    build: Callable[..., httpx.Request]
    retries: Retries
    chunk_bytes: int
    in_flight: int
    model: str | None = None
    version: int | None = None
    met: dict[tuple[str | None, int | None], Model] = field(default_factory=dict)
    urls: dict[tuple[object, ...], httpx.URL] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raises ParameterInvalidError where nothing could ever be sent."""
        for name in ("chunk_bytes", "in_flight"):
            value: object = getattr(self, name)
            if not isinstance(value, int) or value < 1:
                raise ParameterInvalidError.foreseen(f"expected {name} as a whole number from 1 on; got {value!r}")

    def ask(self, call: Call) -> Exchange[httpx.Response]:
        """The answer to a call. Raises ClientError."""
        try:
            return (yield from exchange(self.request(call), call.media_type, self.retries))
        except (ModelNotFoundError, VersionNotFoundError):
            self.met.clear()  # what the server no longer has is looked up again next time
            raise

    def ask_json(self, call: Call, read: Callable[[Fields], Result]) -> Exchange[Result]:
        """What `read` makes of a JSON answer. Raises ClientError."""
        return read_json((yield from self.ask(call)), read)

    def request(self, call: Call) -> httpx.Request:
        """The HTTP request for a call."""
        headers, url = {"Accept": call.media_type, **trace_headers()}, self.url_of(call)
        if call.body is None:
            return self.build("GET", url, headers=headers)
        headers["Content-Type"] = call.body.media_type
        return self.build("POST", url, headers=headers, content=call.body.content)

    def url_of(self, call: Call) -> httpx.URL:
        """The whole address. To put it together takes httpx twice as long as all else about a request: it is kept."""
        query = {name: as_text(value) for name, value in call.query.items() if value is not None}
        key = (call.path, *query.items())
        if (url := self.urls.get(key)) is None:
            url = self.build("GET", call.path, params=query).url
            if len(self.urls) >= KEPT_URLS:
                self.urls.clear()
            self.urls[key] = url
        return url

    def choose(self, model: str | None, version: int | None) -> tuple[str | None, int | None]:
        """The model and version to ask for: those of the call, else those of the client."""
        if model is None:
            return self.model, self.version if version is None else version
        return model, version

    def pin(self, model: str | None, version: int | None) -> Operation[Model]:
        """The bundle that a call is about, which stays the same for as long as the server has it.

        So all latents that a client gets without naming a version can be compared with each other.
        """
        chosen = self.choose(model, version)
        if (found := self.met.get(chosen)) is None:
            found = self.met[chosen] = yield from self.describe(*chosen)
        return found

    def describe(self, name: str | None, version: int | None) -> Operation[Model]:
        """What the server says of a model; without a name, of its default model."""
        if name is None:
            name = yield from only(self.ask_json(Call("/models"), lambda fields: str(fields["default"])))
        return (
            yield from only(
                self.ask_json(Call(f"/models/{quote(name, safe='')}", query={"version": version}), Model.of)
            )
        )


def as_text(value: object) -> str:
    """A value in a query: `true`, `0.1,-0.3`, and for a float the shortest text that gives it back."""
    if isinstance(value, bool | np.bool_):
        return str(bool(value)).lower()
    if isinstance(value, str):
        return value
    if isinstance(value, Sequence | np.ndarray):
        return ",".join(map(as_text, value))
    return str(value.item() if isinstance(value, np.generic) else value)
