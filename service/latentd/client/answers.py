"""What a server has answered: what was asked for, or an error that says what came instead."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

import httpx
import numpy as np
from numpy.typing import NDArray

from latentd.client.errors import (
    AnswerInvalidError,
    ClientError,
    ServerTimeoutError,
    ServerUnreachableError,
    error_of,
)
from latentd.client.problem import Problem

JSON = "application/json"
RAW = "application/octet-stream"
NPY = "application/x-npy"
PNG = "image/png"
PROBLEM = "application/problem+json"

Fields = Mapping[str, Any]
Result = TypeVar("Result")


def check_answer(response: httpx.Response, media_type: str) -> httpx.Response:
    """The answer, where it is of that media type. Raises AnswerInvalidError: a proxy may say 200, too."""
    if _media_type(response) != media_type and media_type != "*/*":
        raise _invalid(response, f"expected {media_type}")
    return response


def read_json(response: httpx.Response, read: Callable[[Fields], Result]) -> Result:
    """What `read` makes of the object in a JSON answer. Raises AnswerInvalidError where it cannot."""
    try:
        return read(json.loads(response.content))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _invalid(response, f"expected JSON as latentd writes it ({error!r})") from None


def read_rows(response: httpx.Response, rows: int, dim: int) -> NDArray[np.float32]:
    """A view [rows, dim] of a raw float32 answer. Raises AnswerInvalidError."""
    if len(response.content) != rows * dim * 4:
        raise _invalid(response, f"expected {rows} rows of {dim} float32 values; got {len(response.content)} bytes")
    return np.frombuffer(response.content, "<f4").reshape(rows, dim)


def floats(values: object, *shape: int) -> NDArray[np.float32]:
    """Numbers of a JSON answer as float32 of that shape. Raises ValueError where they are not so many."""
    return np.array(values, np.float32).reshape(shape)


def fault_of(outcome: httpx.Response | httpx.RequestError, request: httpx.Request) -> ClientError:
    """The error for an answer that is no success, or for none at all."""
    if isinstance(outcome, httpx.TimeoutException):
        return ServerTimeoutError(f"{request.url} did not answer in time ({_words(outcome)})")
    if isinstance(outcome, httpx.DecodingError):
        return AnswerInvalidError(f"the answer of {request.url} is damaged: {_words(outcome)}", 0, "")
    if isinstance(outcome, httpx.RequestError):
        return ServerUnreachableError(f"{request.url} cannot be reached: {_words(outcome)}")
    if _media_type(outcome) != PROBLEM:
        return _invalid(outcome, "expected an answer of latentd")
    try:
        return error_of(read_json(outcome, partial(Problem.of, request_id=outcome.headers.get("x-request-id", ""))))
    except AnswerInvalidError as error:
        return error


def _words(fault: httpx.RequestError) -> str:
    return str(fault) or type(fault).__name__


def _media_type(response: httpx.Response) -> str:
    text: str = response.headers.get("content-type", "")
    return text.partition(";")[0].strip().lower()


def _invalid(response: httpx.Response, expected: str) -> AnswerInvalidError:
    media_type, beginning = _media_type(response) or "no Content-Type", response.content[:80]
    came = f"{response.status_code} with {media_type} that begins {beginning!r}"
    return AnswerInvalidError(f"{expected} from {response.url}; got {came}", response.status_code, media_type)
