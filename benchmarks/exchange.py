"""A request, and what the answer to it must be."""

from __future__ import annotations

import http.client
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

PATIENCE = 30.0  # seconds for one answer


class WrongAnswerError(RuntimeError):
    """A server answers with an error, or with other numbers than the model gives: it is not worth timing."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Request:
    """What is sent."""

    method: str
    path: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    def bytes_for(self, port: int) -> bytes:
        """The whole request as it travels, for a connection that stays open."""
        headers = {"Host": f"127.0.0.1:{port}", **self.headers}
        if self.body:
            headers["Content-Length"] = str(len(self.body))
        lines = [f"{self.method} {self.path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        return "\r\n".join([*lines, "", ""]).encode() + self.body

    def send(self, port: int) -> Answer:
        """Ask once, on a connection of its own. Raises OSError or HTTPException where nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        try:
            connection.request(self.method, self.path, self.body or None, dict(self.headers))
            response = connection.getresponse()
            headers = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, headers, response.read())
        finally:
            connection.close()


@dataclass(frozen=True)
class Exchange:
    """A request with the numbers that its answer must hold, read by `read`, each to within `tolerance`."""

    request: Request
    read: Callable[[Answer], Array]
    expected: Array
    tolerance: float

    def verify(self, port: int) -> None:
        """Ask once. Raises WrongAnswerError, or OSError or HTTPException where nobody answers."""
        answer = self.request.send(port)
        if answer.status != 200:
            raise WrongAnswerError(f"{self.request.path} answers {answer.status}: {answer.body[:300]!r}")
        found = self.read(answer)
        if found.size != self.expected.size:
            raise WrongAnswerError(f"{self.request.path} gives {found.shape}; expected {self.expected.shape}")
        difference = np.abs(found.reshape(self.expected.shape).astype(np.float64) - self.expected).max()
        if not difference <= self.tolerance:
            raise WrongAnswerError(f"{self.request.path} is {difference:g} off the model's own answer")
