"""Clients that keep asking, each over a connection that it keeps, and count what is not answered."""

from __future__ import annotations

import http.client
import threading
import time
from contextlib import closing
from types import TracebackType
from typing import Self

BINARY = "application/octet-stream"
CLIENTS = 20
PAUSE = 0.02  # seconds between the questions of one client: the machine has other things to do as well
GAP = 0.002  # seconds between a question's head and its body, which few clients send in one piece


class Crowd:
    """While it lasts, CLIENTS clients send one request after the other and compare each answer with the first one.

    A client whose connection the balancer has said to end opens another, as every client does. A request that has been
    sent and gets no answer, or another than 200, is lost.
    """

    def __init__(self, host: str, path: str, body: bytes) -> None:
        self.answered = 0
        self.lost: list[str] = []
        self._host, self._path, self._body = host, path, body
        with closing(self._connect()) as connection:
            self._expected = self._ask(connection)
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._keep_asking, daemon=True) for _ in range(CLIENTS)]

    def _ask(self, connection: http.client.HTTPConnection) -> bytes:
        connection.putrequest("POST", self._path)
        for name, value in (("Content-Type", BINARY), ("Accept", BINARY), ("Content-Length", str(len(self._body)))):
            connection.putheader(name, value)
        connection.endheaders()
        time.sleep(GAP)
        connection.send(self._body)
        answer = connection.getresponse()
        content = answer.read()
        if answer.status != 200:
            raise http.client.HTTPException(f"{answer.status}: {content[:200]!r}")
        return content

    def _connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(self._host, timeout=30)

    def _keep_asking(self) -> None:
        with closing(self._connect()) as connection:
            self._keep_asking_over(connection)

    def _keep_asking_over(self, connection: http.client.HTTPConnection) -> None:
        while not self._ended.wait(PAUSE):
            try:
                answer = self._ask(connection)
                fault = None if answer == self._expected else f"another answer: {answer[:40]!r}"
            except (OSError, http.client.HTTPException) as error:
                fault = f"{type(error).__name__}: {error}"
                connection.close()
            with self._lock:
                self.answered += 1
                if fault:
                    self.lost.append(fault)

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        time.sleep(1)  # all of them are asking
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        time.sleep(1)  # what has changed last is asked, too
        self._ended.set()
        for thread in self._threads:
            thread.join(60)
        print(f"{self.answered} requests, {len(self.lost)} of them lost")  # pytest -rP shows it
