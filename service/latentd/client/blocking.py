"""LatentClient: waits for what it asks."""

from __future__ import annotations

import inspect
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from functools import wraps
from threading import Event
from types import TracebackType
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

import httpx

from latentd.client import catalogue, coding, drawings, views
from latentd.client.connection import DEFAULT_URL, connection_options
from latentd.client.errors import ParameterInvalidError
from latentd.client.exchange import Exchange, Outcome, Pause, Step
from latentd.client.methods import as_arrays, as_picture, signature_of
from latentd.client.operation import Operation, Volley
from latentd.client.retries import PATIENT, Retries
from latentd.client.session import CHUNK_BYTES, IN_FLIGHT, Session

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


class _Driver:
    """Runs operations: sends what they want sent, and sleeps where they want a pause."""

    def __init__(self, http: httpx.Client, session: Session) -> None:
        self._http = http
        self._session = session

    def _run(self, operation: Operation[Result]) -> Result:
        while True:
            try:
                volley = next(operation)
            except StopIteration as end:
                result: Result = end.value
                return result
            self._fire(volley)

    def _fire(self, volley: Volley[Any]) -> None:
        """Drive the exchanges of a volley, so many at once in threads, and give the results in order.

        Where several fail, the error is that of the first in order, however late it comes: it does not depend on the
        server's pace. The others then end at their next step.
        """
        if volley.at_once == 1:
            for exchange in volley.exchanges:
                _give(volley, self._drive(exchange, Event()))
            return
        stopped, waiting = Event(), deque[Future[Any]]()
        with ThreadPoolExecutor(volley.at_once, "latentd-client") as pool:
            try:
                for exchange in volley.exchanges:
                    waiting.append(pool.submit(copy_context().run, self._drive, exchange, stopped))
                    if len(waiting) > volley.at_once:  # one waits, so that no thread ever does
                        _give(volley, waiting.popleft().result())
                while waiting:
                    _give(volley, waiting.popleft().result())
            finally:
                stopped.set()

    def _drive(self, exchange: Exchange[Result], stopped: Event) -> Result:
        """Go through an exchange, unless the others have `stopped`."""
        outcome: Outcome = None
        try:
            while True:
                outcome = self._take(exchange.send(outcome), stopped)
        except StopIteration as end:
            result: Result = end.value
            return result

    def _take(self, step: Step, stopped: Event) -> Outcome:
        if isinstance(step, Pause):
            stopped.wait(step.seconds)
            return None
        if stopped.is_set():
            raise RuntimeError("nobody waits for the answer any more")
        try:
            return self._http.send(step)
        except httpx.RequestError as error:
            return error


def _give(volley: Volley[Result], result: Result) -> None:
    given = volley.take(result)
    if inspect.isawaitable(given):
        if inspect.iscoroutine(given):
            given.close()  # or Python warns that nobody awaits it
        raise ParameterInvalidError.foreseen("expected a progress that is called; AsyncLatentClient awaits one")


def _method(
    ask: Callable[Concatenate[Session, Parameters], Operation[Result]],
) -> Callable[Concatenate[_Driver, Parameters], Result]:
    """The method that runs the operation which `ask` makes."""

    @wraps(ask)
    def method(self: _Driver, /, *args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        return self._run(ask(self._session, *args, **kwargs))

    method.__signature__ = signature_of(ask)  # type: ignore[attr-defined]  # what inspect and help() look for
    return method


class Drawings(_Driver):
    """What the client's methods give as arrays, as a Picture: `client.draw.grid(rows=12).save("grid.png")`."""

    decode = _method(as_picture(drawings.decode))
    reconstruct = _method(as_picture(drawings.reconstruct))
    grid = _method(as_picture(views.grid))
    traverse = _method(as_picture(views.traverse))
    traverse_input = _method(as_picture(views.traverse_input))
    interpolate = _method(as_picture(views.interpolate))
    interpolate_inputs = _method(as_picture(views.interpolate_inputs))
    sample = _method(as_picture(views.sample))
    examples = _method(as_picture(views.examples))


class LatentClient(_Driver):
    """A client of latentd that waits for its answers. Several threads may share it.

    >>> with LatentClient("http://127.0.0.1:8000", model="vae-mnist") as client:
    ...     latents = client.encode(pixels).latents  # (784,) -> (2,), (N, 28, 28) -> (N, 2)

    The first call that needs a model asks the server about it; the client then stays with that version.
    """

    encode = _method(coding.encode)
    decode = _method(coding.decode)
    reconstruct = _method(coding.reconstruct)
    grid = _method(as_arrays(views.grid))
    traverse = _method(as_arrays(views.traverse))
    traverse_input = _method(as_arrays(views.traverse_input))
    interpolate = _method(as_arrays(views.interpolate))
    interpolate_inputs = _method(as_arrays(views.interpolate_inputs))
    sample = _method(as_arrays(views.sample))
    latents = _method(as_arrays(views.latents))
    examples = _method(as_arrays(views.examples))
    models = _method(catalogue.models)
    model = _method(catalogue.model)
    live = _method(catalogue.live)
    ready = _method(catalogue.ready)
    get = _method(catalogue.get)

    def __init__(
        self,
        url: str = DEFAULT_URL,
        *,
        model: str | None = None,
        version: int | None = None,
        api_key: str | None = None,
        timeout: float | httpx.Timeout = 30.0,
        retries: Retries = PATIENT,
        chunk_bytes: int = CHUNK_BYTES,
        in_flight: int = IN_FLIGHT,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """Nothing is sent yet.

        Args:
            url: the server's address, with the path that latentd is mounted under, if any.
            model: what is asked for where a call names no model (default: the server's default model).
            version: its version (default: the highest that there is at the first call).
            api_key: sent as `Authorization: Bearer …`.
            timeout: seconds to connect, and to wait for the next byte.
            retries: how patiently a request is sent again.
            chunk_bytes: the most bytes of rows that are sent, or asked for, at a time.
            in_flight: how many chunks are under way at once.
            transport: goes to httpx, to be swapped in tests or to be told about certificates and proxies.

        Raises ParameterInvalidError for an address or a key that can be none, and for numbers that are not positive.
        """
        http = httpx.Client(**connection_options(url, api_key, timeout), transport=transport)
        super().__init__(http, Session(http.build_request, retries, chunk_bytes, in_flight, model, version))
        self.draw = Drawings(http, self._session)

    def close(self) -> None:
        """Close the connections; the end of a `with` does it, too."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
