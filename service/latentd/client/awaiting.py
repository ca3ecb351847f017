"""AsyncLatentClient: LatentClient for asyncio, with the same methods to be awaited."""

from __future__ import annotations

import asyncio
import inspect
from collections import deque
from collections.abc import Callable, Coroutine
from functools import wraps
from types import TracebackType
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

import httpx

from latentd.client import catalogue, coding, drawings, views
from latentd.client.connection import DEFAULT_URL, connection_options
from latentd.client.exchange import Exchange, Outcome, Pause, Step
from latentd.client.methods import as_arrays, as_picture, signature_of
from latentd.client.operation import Operation, Volley
from latentd.client.retries import PATIENT, Retries
from latentd.client.session import CHUNK_BYTES, IN_FLIGHT, Session

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


class _Driver:
    """Runs operations: sends what they want sent, and sleeps where they want a pause."""

    def __init__(self, http: httpx.AsyncClient, session: Session) -> None:
        self._http = http
        self._session = session

    async def _run(self, operation: Operation[Result]) -> Result:
        while True:
            try:
                volley = next(operation)
            except StopIteration as end:
                result: Result = end.value
                return result
            await self._fire(volley)

    async def _fire(self, volley: Volley[Any]) -> None:
        """Drive the exchanges of a volley, so many at once in tasks, and give the results in order.

        Where several fail, the error is that of the first in order, as LatentClient has it; the others are cancelled.
        """
        waiting = deque[asyncio.Task[Any]]()
        try:
            for exchange in volley.exchanges:
                waiting.append(asyncio.create_task(self._drive(exchange)))
                if len(waiting) >= volley.at_once:
                    await _give(volley, await _first_of(waiting))
            while waiting:
                await _give(volley, await _first_of(waiting))
        finally:
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)

    async def _drive(self, exchange: Exchange[Result]) -> Result:
        """Go through an exchange."""
        outcome: Outcome = None
        try:
            while True:
                outcome = await self._take(exchange.send(outcome))
        except StopIteration as end:
            result: Result = end.value
            return result

    async def _take(self, step: Step) -> Outcome:
        if isinstance(step, Pause):
            await asyncio.sleep(step.seconds)
            return None
        try:
            return await self._http.send(step)
        except httpx.RequestError as error:
            return error


async def _give(volley: Volley[Result], result: Result) -> None:
    given = volley.take(result)
    if inspect.isawaitable(given):
        await given


async def _first_of(waiting: deque[asyncio.Task[Any]]) -> Any:
    """The result of the first, which is taken away; where it fails it stays, to be ended with the others."""
    result = await waiting[0]
    waiting.popleft()
    return result


def _method(
    ask: Callable[Concatenate[Session, Parameters], Operation[Result]],
) -> Callable[Concatenate[_Driver, Parameters], Coroutine[Any, Any, Result]]:
    """The method that runs the operation which `ask` makes."""

    @wraps(ask)
    async def method(self: _Driver, /, *args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        return await self._run(ask(self._session, *args, **kwargs))

    method.__signature__ = signature_of(ask)  # type: ignore[attr-defined]  # what inspect and help() look for
    return method


class AsyncDrawings(_Driver):
    """What the client's methods give as arrays, as a Picture: `(await client.draw.grid(rows=12)).save("grid.png")`."""

    decode = _method(as_picture(drawings.decode))
    reconstruct = _method(as_picture(drawings.reconstruct))
    grid = _method(as_picture(views.grid))
    traverse = _method(as_picture(views.traverse))
    traverse_input = _method(as_picture(views.traverse_input))
    interpolate = _method(as_picture(views.interpolate))
    interpolate_inputs = _method(as_picture(views.interpolate_inputs))
    sample = _method(as_picture(views.sample))
    examples = _method(as_picture(views.examples))


class AsyncLatentClient(_Driver):
    """LatentClient for asyncio.

    >>> async with AsyncLatentClient("http://127.0.0.1:8000", model="vae-mnist") as client:
    ...     latents = (await client.encode(pixels)).latents
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
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """As LatentClient; `transport` may be httpx.ASGITransport(app) to ask an app in this process."""
        http = httpx.AsyncClient(**connection_options(url, api_key, timeout), transport=transport)
        super().__init__(http, Session(http.build_request, retries, chunk_bytes, in_flight, model, version))
        self.draw = AsyncDrawings(http, self._session)

    async def aclose(self) -> None:
        """Close the connections; the end of an `async with` does it, too."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()
