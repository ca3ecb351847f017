"""More load than the replicas can take, by clients that ask again at once, each over a connection that it keeps."""

from __future__ import annotations

import http.client
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

CLIENTS = 48
QUESTIONS = 200
"""Of each client, at most."""

Answer = tuple[int, str | None]
"""Status and Retry-After."""


def ask(connection: http.client.HTTPConnection, path: str) -> Answer:
    """GET a path. Raises OSError or HTTPException where there is no answer."""
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    return answer.status, answer.getheader("Retry-After")


def flood(host: str, path: str, seconds: float) -> Counter[Answer]:
    """CLIENTS clients ask for so many seconds, QUESTIONS times at most; who gets no answer at all raises."""
    end = time.monotonic() + seconds

    def keep_asking(_client: int) -> list[Answer]:
        with closing(http.client.HTTPConnection(host, timeout=60)) as connection:
            return [ask(connection, path) for _ in range(QUESTIONS) if time.monotonic() < end]

    with ThreadPoolExecutor(CLIENTS) as clients:
        return Counter(answer for answers in clients.map(keep_asking, range(CLIENTS)) for answer in answers)


@contextmanager
def watching(host: str, *paths: str) -> Iterator[Counter[int]]:
    """Ask for each of the paths ten times a second, and count the statuses; 0 stands for no answer."""
    found: Counter[int] = Counter()
    ended = threading.Event()

    def watch(path: str) -> None:
        while not ended.wait(0.1):
            try:
                with closing(http.client.HTTPConnection(host, timeout=10)) as connection:
                    found[ask(connection, path)[0]] += 1
            except (OSError, http.client.HTTPException):
                found[0] += 1

    threads = [threading.Thread(target=watch, args=[path], daemon=True) for path in paths]
    for thread in threads:
        thread.start()
    yield found
    ended.set()
    for thread in threads:
        thread.join(30)
