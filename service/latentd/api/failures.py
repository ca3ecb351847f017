"""The answers of the OpenAPI description that are problems, each with one that may well come."""

from __future__ import annotations

from typing import Any

from latentd import errors
from latentd.problems import MEDIA_TYPE, PROBLEMS, answer_problem
from latentd.wire import json_body

Responses = dict[int | str, dict[str, Any]]

SAMPLES = (
    errors.BodyUnreadableError("the body is not JSON: trailing comma is not allowed (line 1, column 13: ']}')"),
    errors.ModelNotFoundError("mnist", ["ae-mnist", "vae-mnist"]),
    errors.AnswerUnacceptableError("text/plain", [json_body.MEDIA_TYPE]),
    errors.RowsTooManyError(20_000, 10_000, "LATENTD_MAX_ROWS"),
    errors.QueryTooLongError(16_384, "LATENTD_MAX_QUERY_BYTES"),
    errors.MediaTypeUnsupportedError("text/plain", [json_body.MEDIA_TYPE]),
    errors.ParameterInvalidError("version", "version: expected a whole number from 1; got '0'"),
    errors.ServiceNotReadyError("the models are not loaded yet"),
)
CACHED = {"description": "You have this answer already (If-None-Match)."}


def failures(path: str, *statuses: int) -> Responses:
    """The answers of `path` with these statuses; without any, with those that a body can lead to."""
    phrases = {problem.status.value: problem.status.phrase for problem in PROBLEMS.values()}
    scope = {"type": "http", "method": "POST", "path": path}
    answers = [answer_problem(sample, scope) for sample in SAMPLES]
    samples = {answer.status: json_body.read_any(answer.body) for answer in answers}
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        status: {
            "description": phrases[status],
            "content": {MEDIA_TYPE: {"schema": schema, "example": samples[status]}},
        }
        for status in statuses or sorted(samples)
    }
