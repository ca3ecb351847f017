"""The only place where an exception becomes an HTTP answer: application/problem+json (RFC 9457).

Under /v2 the Open Inference Protocol has its own form, `{"error": "…"}`, and knows no 422: that is a 400 there.

`PROBLEMS` is the table. Each row's `slug` is part of the `type` URI, which the page at /docs explains.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from http import HTTPStatus
from math import ceil
from typing import Any
from urllib.parse import quote

import orjson
from starlette.types import Scope

from latentd import errors
from latentd.answer import VARY, Answer
from latentd.observability.log_fields import FIELDS
from latentd.observability.traceparent import trace_id_of
from latentd.request_id import SCOPE_KEY

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 1
PROTOCOL_PREFIX = "/v2"
ROOT_KEY = "latentd.root_path"
"""Where in the ASGI scope it is found under which path the app is mounted."""


class MethodNotAllowedError(errors.LatentdError):
    """The route has other methods: `allow` lists them."""

    def __init__(self, detail: str, allow: str) -> None:
        self.allow = allow
        super().__init__(detail)


class InternalError(errors.LatentdError):
    """Anything that was not foreseen. The log has the rest."""


@dataclass(frozen=True, slots=True)
class ProblemType:
    """A kind of problem, as clients see it."""

    slug: str
    status: HTTPStatus
    title: str
    explanation: str


def _row(slug: str, status: int, title: str, explanation: str) -> ProblemType:
    return ProblemType(slug, HTTPStatus(status), title, explanation)


PROBLEMS: dict[type[Exception], ProblemType] = {
    errors.BodyUnreadableError: _row(
        "body-unreadable",
        400,
        "The body cannot be read",
        "Its bytes are not what its Content-Type or Content-Encoding says.",
    ),
    errors.KeyMissingError: _row(
        "key-missing", 401, "A key is needed", "Send an API key in the header Authorization, after the word Bearer."
    ),
    errors.KeyUnknownError: _row(
        "key-unknown",
        401,
        "Unknown key",
        "The API key is not known here, or has been revoked. Ask who runs the service.",
    ),
    errors.RightMissingError: _row(
        "right-missing", 403, "The key does not suffice", "The API key is good, but not for this; detail says for what."
    ),
    errors.PathNotFoundError: _row("path-not-found", 404, "No such path", "This page lists every path that there is."),
    errors.ModelNotFoundError: _row(
        "model-not-found", 404, "No such model", "GET /models lists the models; ?model= chooses one by its name."
    ),
    errors.VersionNotFoundError: _row(
        "version-not-found",
        404,
        "No such version",
        "GET /models/{name} lists a model's versions; ?version= chooses one.",
    ),
    errors.ExamplesMissingError: _row(
        "examples-missing",
        404,
        "No examples",
        "The model's bundle holds no held-out inputs; the files in GET /models/{name} list examples.npz where it does.",
    ),
    MethodNotAllowedError: _row(
        "method-not-allowed", 405, "The path has other methods", "The header Allow lists the methods of the path."
    ),
    errors.AnswerUnacceptableError: _row(
        "answer-unacceptable",
        406,
        "No acceptable media type",
        "The answer cannot be given in any type that Accept names.",
    ),
    errors.BodyTooLargeError: _row(
        "body-too-large",
        413,
        "The body is too large",
        "Send fewer rows at a time, or raise the setting that detail names.",
    ),
    errors.JsonTooComplexError: _row(
        "json-too-complex",
        413,
        "The JSON is too complex",
        "It nests too deep, or has too much beside its rows; detail names the setting.",
    ),
    errors.RowsTooManyError: _row(
        "rows-too-many",
        413,
        "Too many rows",
        "Send or ask for fewer at a time, or raise the setting that detail names.",
    ),
    errors.PictureTooLargeError: _row(
        "picture-too-large",
        413,
        "The picture is too large",
        "Send or ask for a smaller one, or raise the setting that detail names.",
    ),
    errors.AnswerTooLargeError: _row(
        "answer-too-large",
        413,
        "The answer would be too large",
        "Send or ask for fewer rows at a time, or raise the setting that detail names.",
    ),
    errors.QueryTooLongError: _row(
        "query-too-long", 414, "The query is too long", "Send a shorter one, or raise the setting that detail names."
    ),
    errors.MediaTypeUnsupportedError: _row(
        "media-type-unsupported",
        415,
        "Unsupported media type",
        "The body's Content-Type is not one that the path reads.",
    ),
    errors.ContentEncodingUnsupportedError: _row(
        "content-encoding-unsupported",
        415,
        "Unsupported Content-Encoding",
        "Send the body plain, or as gzip or deflate.",
    ),
    errors.BodyFieldError: _row(
        "body-field", 422, "Wrong fields", "A JSON body is an object with just the fields that the path takes."
    ),
    errors.ShapeMismatchError: _row(
        "shape-mismatch", 422, "Wrong shape", "Rows have as many numbers as the model takes; GET /models/{name} tells."
    ),
    errors.ValueTypeError: _row("value-type", 422, "Not a number", "Arrays hold numbers alone."),
    errors.ValueNonFiniteError: _row(
        "value-non-finite", 422, "Not finite", "Values are finite and fit a float32: no NaN, no infinity."
    ),
    errors.ValueRangeError: _row(
        "value-range", 422, "Out of range", "Values lie within the model's value_range, give or take 1e-6."
    ),
    errors.PictureUnusableError: _row(
        "picture-unusable",
        422,
        "Unusable picture",
        "A body is one still picture, with something on it where it is centred.",
    ),
    errors.ParameterInvalidError: _row(
        "parameter-invalid",
        422,
        "Wrong parameter",
        "A value is not allowed, or there is no such parameter; detail says what is allowed.",
    ),
    errors.TensorInvalidError: _row(
        "tensor-invalid",
        400,
        "Wrong tensor",
        "A tensor of an inference request is not one that the model takes or gives; GET /v2/models/{name} lists them.",
    ),
    errors.ModelControlOffError: _row(
        "model-control-off",
        400,
        "Model control is off",
        "Clients load and unload models only where LATENTD_MODEL_CONTROL says so.",
    ),
    errors.ModelLoadError: _row(
        "model-load-failed",
        400,
        "The model cannot be loaded",
        "A bundle on disk is not as its manifest says. What was served before is served on.",
    ),
    errors.PosteriorMissingError: _row(
        "posterior-missing", 422, "No posterior", "?sample=true needs a variational autoencoder, which has a posterior."
    ),
    errors.ServiceNotReadyError: _row(
        "not-ready",
        503,
        "Not ready",
        "Models are being loaded, or the service is stopping. Try again, as Retry-After says.",
    ),
    errors.LifespanMissingError: _row(
        "lifespan-missing",
        503,
        "Not started",
        "The app that latentd is mounted in has to run its lifespan: FastAPI(lifespan=latentd.lifespan).",
    ),
    errors.QueueFullError: _row(
        "queue-full",
        503,
        "Busy",
        "More work is waiting than may wait, and none was done for this request. Try again, as Retry-After says.",
    ),
    errors.MemoryFullError: _row(
        "memory-full",
        503,
        "Busy",
        "Slow clients have the service hold as much as it may. Nothing was done. Try again, as Retry-After says.",
    ),
    InternalError: _row(
        "internal", 500, "Internal error", "A fault of the service. Its log has more, under the request id."
    ),
}


def answer_problem(error: Exception, scope: Scope) -> Answer:
    """The answer to a request that ended in `error`, whatever that is."""
    problem_type = next((PROBLEMS[kind] for kind in type(error).__mro__ if kind in PROBLEMS), None)
    if problem_type is None:
        told = {"request_id": scope.get(SCOPE_KEY), "trace_id": trace_id_of(scope)}
        message = "request %s: unforeseen error in %s"
        logger.error(message, told["request_id"], scope["path"], exc_info=error, extra={FIELDS: told})
        return answer_problem(InternalError("the service failed; its log says why"), scope)
    if speaks_protocol(scope):
        status = HTTPStatus.BAD_REQUEST if problem_type.status == 422 else problem_type.status
        return Answer(orjson.dumps({"error": str(error)}), "application/json", status.value, headers_of(error))
    problem: dict[str, Any] = {
        "type": f"{scope.get(ROOT_KEY, '')}/docs#{problem_type.slug}",
        "title": problem_type.title,
        "status": problem_type.status.value,
        "detail": str(error),
        "instance": quote(scope["path"]),
    }
    if faults := _faults_of(error):
        problem["errors"] = faults
    # What a GET is answered depends on Accept, and whether it can be: a cache must not give a 406 to another client.
    headers = (*headers_of(error), VARY) if scope["method"] == "GET" else headers_of(error)
    return Answer(orjson.dumps(problem), MEDIA_TYPE, problem_type.status.value, headers)


def speaks_protocol(scope: Scope) -> bool:
    """Is the path one of the Open Inference Protocol's?"""
    path: str = scope["path"].removeprefix(scope.get(ROOT_KEY, ""))
    return path == PROTOCOL_PREFIX or path.startswith(f"{PROTOCOL_PREFIX}/")


def _faults_of(error: Exception) -> list[dict[str, str]]:
    if isinstance(error, errors.BodyError) and error.pointer:
        return [{"pointer": error.pointer, "detail": str(error)}]
    if isinstance(error, errors.ParameterInvalidError):
        return [{"parameter": error.name, "detail": str(error)}]
    return []


def headers_of(error: Exception) -> tuple[tuple[bytes, bytes], ...]:
    """The headers that tell what can be done about an error."""
    if isinstance(error, MethodNotAllowedError):
        return ((b"allow", error.allow.encode("latin-1")),)
    if isinstance(error, errors.AccessError):
        return ((b"www-authenticate", _challenge(error)), (b"cache-control", b"no-store"))
    if isinstance(error, errors.LifespanMissingError):
        return ()  # waiting does not help
    if isinstance(error, errors.ServiceNotReadyError):
        return ((b"retry-after", str(RETRY_AFTER_SECONDS).encode()),)
    if isinstance(error, errors.BusyError):
        return ((b"retry-after", b"%d" % max(RETRY_AFTER_SECONDS, ceil(error.seconds))),)
    return ()


def _challenge(error: errors.AccessError) -> bytes:
    """What a client has to show (RFC 6750, section 3)."""
    match error:
        case errors.KeyUnknownError():
            return b'Bearer realm="latentd", error="invalid_token"'
        case errors.RightMissingError(right=right):
            return f'Bearer realm="latentd", error="insufficient_scope", scope="{right}"'.encode()
    return b'Bearer realm="latentd"'
