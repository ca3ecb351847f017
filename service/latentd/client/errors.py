"""What can go wrong between a client and a server. Every one is a LatentdError.

ClientError
├── ServerUnreachableError        nobody answers at the address, or the connection broke; a ConnectionError, too
├── ServerTimeoutError            the answer took longer than the client's timeout; a TimeoutError, too
├── AnswerInvalidError            what answers is not latentd, such as a proxy, or its answer is damaged
└── ProblemError                  the server says what is wrong (RFC 9457)
    ├── RequestInvalidError       the request has to change (4xx)
    │   ├── AccessDeniedError
    │   │   ├── KeyMissingError
    │   │   ├── KeyUnknownError
    │   │   └── RightMissingError
    │   ├── AnswerTooLargeError
    │   ├── AnswerUnacceptableError
    │   ├── BodyFieldError
    │   ├── BodyTooLargeError
    │   ├── BodyUnreadableError
    │   ├── ContentEncodingUnsupportedError
    │   ├── ExamplesMissingError
    │   ├── JsonTooComplexError
    │   ├── MediaTypeUnsupportedError
    │   ├── MethodNotAllowedError
    │   ├── ModelNotFoundError
    │   ├── ParameterInvalidError
    │   ├── PathNotFoundError
    │   ├── PictureTooLargeError
    │   ├── PictureUnusableError
    │   ├── PosteriorMissingError
    │   ├── QueryTooLongError
    │   ├── RowsTooManyError
    │   ├── ShapeMismatchError
    │   ├── ValueNonFiniteError
    │   ├── ValueRangeError
    │   ├── ValueTypeError
    │   └── VersionNotFoundError
    ├── ServerBusyError           the same request may go well later (429, 503)
    └── ServerFailedError         a fault of the server (any other 5xx)

A client raises ShapeMismatchError, ValueTypeError, PosteriorMissingError and ParameterInvalidError before it sends
anything, too, where it sees by itself what the server would say.
"""

from __future__ import annotations

import re
from typing import Self

from latentd.client.problem import Problem
from latentd.errors import LatentdError


class ClientError(LatentdError):
    """The root of what a client raises."""


class ServerUnreachableError(ClientError, ConnectionError):
    """Nobody answers at the address, or the connection broke."""


class ServerTimeoutError(ClientError, TimeoutError):
    """The answer took longer than the client's timeout."""


class AnswerInvalidError(ClientError):
    """The answer is not one that latentd gives: its `status` and `media_type`."""

    def __init__(self, detail: str, status: int, media_type: str) -> None:
        self.status = status
        self.media_type = media_type
        super().__init__(detail)


class ProblemError(ClientError):
    """The server says what is wrong: `problem` has all that it says.

    Each problem that latentd knows has a subclass: `shape-mismatch` is ShapeMismatchError. Others are told by status.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.detail or problem.title)

    @classmethod
    def slug(cls) -> str:
        """The end of the problem's `type`: the name of the class in kebab case."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__.removesuffix("Error")).lower()

    @classmethod
    def foreseen(cls, detail: str) -> Self:
        """What the server would say, found out before anything was sent."""
        title = (cls.__doc__ or "").partition(".")[0]
        return cls(Problem(type=f"/docs#{cls.slug()}", title=title, status=422, detail=detail))

    def moved(self, first: int, rows: int) -> Self:
        """The error of a chunk as one of the whole array: the chunk is so many `rows` from row `first` on."""
        return type(self)(self.problem.moved(first, rows))


class RequestInvalidError(ProblemError):
    """The request has to change."""


class AccessDeniedError(RequestInvalidError):
    """The server wants another key, or one at all."""


class KeyMissingError(AccessDeniedError):
    """The server wants an API key."""


class KeyUnknownError(AccessDeniedError):
    """The server does not know the API key; it may have been revoked."""


class RightMissingError(AccessDeniedError):
    """The server knows the API key, which does not give the right to what was asked for."""


class AnswerTooLargeError(RequestInvalidError):
    """The answer would hold more numbers than the server's limit."""


class AnswerUnacceptableError(RequestInvalidError):
    """The answer cannot be given in the media type that was asked for, such as a picture of what is none."""


class BodyFieldError(RequestInvalidError):
    """A JSON body does not have the fields that it should have."""


class BodyTooLargeError(RequestInvalidError):
    """The body is past the server's limit, even in the smallest chunk."""


class BodyUnreadableError(RequestInvalidError):
    """The bytes are not what their media type says, such as a damaged picture."""


class ContentEncodingUnsupportedError(RequestInvalidError):
    """The body is compressed in a way that is not read."""


class ExamplesMissingError(RequestInvalidError):
    """The model has no held-out pictures to show."""


class JsonTooComplexError(RequestInvalidError):
    """A JSON body nests deeper, or holds more values, than the server's limit."""


class MediaTypeUnsupportedError(RequestInvalidError):
    """The path does not read such a body, such as a picture where the model takes none."""


class MethodNotAllowedError(RequestInvalidError):
    """The path has other methods."""


class ModelNotFoundError(RequestInvalidError):
    """No model has the name."""


class ParameterInvalidError(RequestInvalidError):
    """A parameter has a value that is not allowed."""


class PathNotFoundError(RequestInvalidError):
    """The server has no such path: is the address right?"""


class PictureTooLargeError(RequestInvalidError):
    """A picture, sent or asked for, has more pixels than the server allows."""


class PictureUnusableError(RequestInvalidError):
    """A picture that can be read, but not be made an input."""


class PosteriorMissingError(RequestInvalidError):
    """A draw was asked of a model that has no posterior."""


class QueryTooLongError(RequestInvalidError):
    """The query of the URL is past the server's limit."""


class RowsTooManyError(RequestInvalidError):
    """More rows than the server takes in one request, even in the smallest chunk."""


class ShapeMismatchError(RequestInvalidError):
    """The array does not have the shape that the model takes."""


class ValueNonFiniteError(RequestInvalidError):
    """A value is NaN or infinite, or does not fit a float32."""


class ValueRangeError(RequestInvalidError):
    """A value lies outside the model's value range."""


class ValueTypeError(RequestInvalidError):
    """Something other than real numbers was sent."""


class VersionNotFoundError(RequestInvalidError):
    """The model has no such version, or no longer has it."""


class ServerBusyError(ProblemError):
    """The same request may go well later."""


class ServerFailedError(ProblemError):
    """A fault of the server, whose log has more under the problem's `request_id`."""


def error_of(problem: Problem) -> ProblemError:
    """The error for a problem: that of its slug, else that of its status."""
    described = (*RequestInvalidError.__subclasses__(), *AccessDeniedError.__subclasses__())
    kinds = {kind.slug(): kind for kind in described}
    if problem.slug in kinds:
        return kinds[problem.slug](problem)
    return _kind_of(problem.status)(problem)


def _kind_of(status: int) -> type[ProblemError]:
    if status in (401, 403):
        return AccessDeniedError
    if status in (429, 503):
        return ServerBusyError
    return ServerFailedError if status >= 500 else RequestInvalidError
