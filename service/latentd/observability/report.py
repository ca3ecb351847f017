"""What there is to tell of one answered request, for whoever is to be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.types import Scope

from latentd.inference import Autoencoder
from latentd.inference.stopwatch import Phase
from latentd.request_id import SCOPE_KEY

HOLDER_KEY = "latentd.key_name"
"""Where in the ASGI scope the name of the API key is found that a request showed, once that is known to be good."""

METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})


@dataclass(slots=True)  # frozen ones take three times as long to make
class Report:
    """A request and its answer, `ns` nanoseconds after its body had come. `route` is empty where none was found.

    `phases` hold those that came to pass, in their order. `trace_id` is set by who records it (traces.py).
    """

    scope: Scope
    route: str
    status: int
    ns: int
    model: Autoencoder | None = None
    graph: str = ""
    rows: int = 0
    phases: Mapping[Phase, int] = field(default_factory=dict)
    trace_id: str | None = None

    @property
    def method(self) -> str:
        """The method; all that are not known are one."""
        method: str = self.scope["method"]
        return method if method in METHODS else "_OTHER"

    @property
    def request_id(self) -> str | None:
        """The request's X-Request-ID."""
        request_id: str | None = self.scope.get(SCOPE_KEY)
        return request_id

    @property
    def key_name(self) -> str | None:
        """The name of the API key that was shown, if one was."""
        name: str | None = self.scope.get(HOLDER_KEY)
        return name
