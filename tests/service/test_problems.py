"""The table of problems: complete, and written as RFC 9457 has it."""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path
from typing import Any

import pytest

from latentd import errors, problems
from latentd.client import ClientError
from latentd.problems import PROBLEMS, ROOT_KEY, answer_problem
from latentd.request_id import SCOPE_KEY

GUIDE = Path(__file__).parents[2] / "docs" / "problems.md"
SCOPE: dict[str, Any] = {"type": "http", "method": "POST", "path": "/encode", SCOPE_KEY: "id-1"}

# These end the start of the service, or a command, or are what our own client raises: no answer tells of them.
AT_HOME = (
    ClientError,
    errors.BundleError,
    errors.RegistryEmptyError,
    errors.SettingsInvalidError,
    errors.FileError,
    errors.ExtraMissingError,
    errors.KeysFileError,
)


def leaves(kind: type[Exception]) -> set[type[Exception]]:
    children = kind.__subclasses__()
    return set().union(*map(leaves, children)) if children else {kind}


def test_every_error_that_can_reach_a_client_has_a_row() -> None:
    from_latentd = {leaf for leaf in leaves(errors.LatentdError) if leaf.__module__.startswith("latentd.")}
    reachable = {leaf for leaf in from_latentd if not issubclass(leaf, AT_HOME)}
    assert reachable <= PROBLEMS.keys()


def test_no_row_is_for_an_error_that_cannot_reach_a_client() -> None:
    assert not [kind for kind in PROBLEMS if issubclass(kind, AT_HOME)]


def test_slugs_are_unique_and_fit_a_fragment() -> None:
    slugs = [row.slug for row in PROBLEMS.values()]
    assert len(set(slugs)) == len(slugs)
    assert all(slug.replace("-", "").isalpha() and slug.islower() for slug in slugs)


@pytest.mark.parametrize("row", PROBLEMS.values(), ids=lambda row: row.slug)
def test_a_row_has_a_title_an_explanation_and_an_error_status(row: problems.ProblemType) -> None:
    assert row.title
    assert row.explanation.endswith(".")
    assert 400 <= row.status < 600


def test_a_problem_has_every_field() -> None:
    answer = answer_problem(errors.ShapeMismatchError("too long", "/inputs/0"), {**SCOPE, ROOT_KEY: "/ml"})
    assert (answer.status, answer.media_type) == (422, "application/problem+json")
    assert json.loads(answer.body) == {
        "type": "/ml/docs#shape-mismatch",
        "title": "Wrong shape",
        "status": 422,
        "detail": "too long",
        "instance": "/encode",
        "errors": [{"pointer": "/inputs/0", "detail": "too long"}],
    }


def test_a_query_problem_names_the_parameter() -> None:
    answer = answer_problem(errors.ParameterInvalidError("seed", "seed: no"), SCOPE)
    assert json.loads(answer.body)["errors"] == [{"parameter": "seed", "detail": "seed: no"}]


def test_a_body_problem_without_a_place_names_none() -> None:
    assert "errors" not in json.loads(answer_problem(errors.BodyUnreadableError("no JSON"), SCOPE).body)


def test_the_instance_is_a_uri_reference() -> None:
    answer = answer_problem(errors.PathNotFoundError("none"), {**SCOPE, "path": "/a b/ü"})
    assert json.loads(answer.body)["instance"] == "/a%20b/%C3%BC"


@pytest.mark.parametrize(
    ("error", "header"),
    [
        (problems.MethodNotAllowedError("POST alone", "POST"), (b"allow", b"POST")),
        (errors.ServiceNotReadyError("loading"), (b"retry-after", b"1")),
    ],
)
def test_some_problems_have_a_header(error: Exception, header: tuple[bytes, bytes]) -> None:
    assert answer_problem(error, SCOPE).headers == (header,)


@pytest.mark.parametrize(
    ("error", "challenge"),
    [
        (errors.KeyMissingError(), b'Bearer realm="latentd"'),
        (errors.KeyUnknownError(), b'Bearer realm="latentd", error="invalid_token"'),
        (
            errors.RightMissingError("control", "shop", "infer"),
            b'Bearer realm="latentd", error="insufficient_scope", scope="control"',
        ),
    ],
)
def test_who_may_not_is_told_what_to_show(error: errors.AccessError, challenge: bytes) -> None:
    headers = dict(answer_problem(error, SCOPE).headers)
    assert headers == {b"www-authenticate": challenge, b"cache-control": b"no-store"}


def test_a_question_may_be_answered_otherwise_with_another_accept() -> None:
    asked = answer_problem(errors.AnswerUnacceptableError("a/b", ["c/d"]), {**SCOPE, "method": "GET", "path": "/grid"})
    sent = answer_problem(errors.AnswerUnacceptableError("a/b", ["c/d"]), SCOPE)
    assert (asked.headers, sent.headers) == (((b"vary", b"Accept"),), ())


def test_an_unforeseen_error_is_a_500_that_tells_only_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        answer = answer_problem(ZeroDivisionError("secret"), SCOPE)
    assert answer.status == 500
    assert b"secret" not in answer.body
    assert "id-1" in caplog.text
    assert "ZeroDivisionError: secret" in caplog.text


def test_the_guide_has_one_row_for_each_problem() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| (\d+) \|", GUIDE.read_text("utf-8"), re.MULTILINE)
    assert sorted((slug, int(status)) for slug, status in rows) == sorted(
        (row.slug, row.status.value) for row in PROBLEMS.values()
    )
