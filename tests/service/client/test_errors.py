"""The clients' error tree: one error for each problem, with all that the server says."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
import numpy as np
import pytest

from bundles import TOY
from clients import Kind, connected
from latentd import client as public
from latentd.client import (
    AccessDeniedError,
    ClientError,
    LatentClient,
    Problem,
    ProblemError,
    RequestInvalidError,
    ServerBusyError,
    ServerFailedError,
    ShapeMismatchError,
    errors,
)
from latentd.client.errors import error_of
from latentd.errors import LatentdError
from latentd.problems import PROBLEMS


def drawn_tree() -> dict[str, str]:
    """Each error in the picture of the docstring, with its parent."""
    path, parents = ["ClientError"], {}
    for line in (errors.__doc__ or "").splitlines():
        if match := re.match(r"([│├└─ ]+)(\w+Error)\b", line):
            depth = len(match[1]) // 4
            path[depth:] = [match[2]]
            parents[match[2]] = path[depth - 1]
    return parents


def defined_tree() -> dict[str, str]:
    found = [kind for kind in vars(errors).values() if isinstance(kind, type) and kind.__module__ == errors.__name__]
    return {kind.__name__: kind.__bases__[0].__name__ for kind in found if kind is not ClientError}


def problem(slug: str, status: int) -> Problem:
    return Problem(f"/ml/docs#{slug}", "title", status, "detail")


def test_the_tree_in_the_docstring_is_the_tree_of_classes() -> None:
    assert drawn_tree() == defined_tree()
    assert issubclass(ClientError, LatentdError)


def test_every_error_is_public() -> None:
    assert {name for name in public.__all__ if name.endswith("Error")} == {*defined_tree(), "ClientError"}


UNDER_V2 = {"tensor-invalid", "model-control-off", "model-load-failed"}  # where no client of ours asks
NATIVE = [row for row in PROBLEMS.values() if row.slug not in UNDER_V2]


@pytest.mark.parametrize("row", NATIVE, ids=lambda row: row.slug)
def test_every_problem_of_the_service_has_its_error(row: Any) -> None:
    error = error_of(problem(row.slug, row.status.value))
    if row.status < 500:
        words = "".join(word.capitalize() for word in row.slug.split("-"))
        assert type(error).__name__ == f"{words}Error"
    else:
        assert isinstance(error, ServerBusyError if row.status == 503 else ServerFailedError)


def test_no_error_is_for_a_problem_that_there_is_not() -> None:
    slugs = {row.slug for row in PROBLEMS.values()}
    own = {kind.slug() for kind in RequestInvalidError.__subclasses__() if kind is not AccessDeniedError}
    assert own <= slugs


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, AccessDeniedError),
        (403, AccessDeniedError),
        (418, RequestInvalidError),
        (429, ServerBusyError),
        (500, ServerFailedError),
        (503, ServerBusyError),
        (507, ServerFailedError),
    ],
)
def test_a_problem_of_a_newer_server_is_told_by_its_status(status: int, kind: type[ProblemError]) -> None:
    assert type(error_of(problem("brand-new", status))) is kind


def test_an_error_carries_all_that_the_server_says(latent: LatentClient, client: httpx.Client) -> None:
    with pytest.raises(public.ParameterInvalidError) as raised:
        latent.get("/grid", {"rows": "many"})
    said = client.get("/grid?rows=many").json()
    found = raised.value.problem
    for name in ("type", "title", "status", "detail", "instance"):
        assert getattr(found, name) == said[name]
    assert [*found.errors] == said["errors"]
    assert found.slug == "parameter-invalid"
    assert re.fullmatch(r"[0-9a-f]{16}", found.request_id)
    assert str(raised.value) == said["detail"]


REFUSED: list[tuple[str, Any]] = [
    ("body-unreadable", lambda latent: latent.encode(b"\x89PNG\r\n\x1a\nbut no more")),
    ("path-not-found", lambda latent: latent.get("/nowhere")),
    ("model-not-found", lambda latent: latent.encode(TOY.inputs(1), model="nobody")),
    ("version-not-found", lambda latent: latent.encode(TOY.inputs(1), version=9)),
    ("method-not-allowed", lambda latent: latent.get("/encode")),
    ("answer-unacceptable", lambda latent: latent.get("/grid", accept="image/jpeg")),
    ("media-type-unsupported", lambda latent: latent.encode(b"\x89PNG\r\n\x1a\n", model="sensors")),
    ("value-non-finite", lambda latent: latent.encode(np.full(12, np.inf))),
    ("value-range", lambda latent: latent.encode(np.full(12, 2))),
    ("parameter-invalid", lambda latent: latent.sample(10**9)),
    ("shape-mismatch", lambda latent: latent.interpolate_inputs([1, 2], [3, 4])),
]


@pytest.mark.parametrize(("slug", "ask"), REFUSED, ids=[slug for slug, _ in REFUSED])
def test_what_a_server_refuses_is_its_own_error(latent: LatentClient, slug: str, ask: Any) -> None:
    with pytest.raises(RequestInvalidError) as raised:
        ask(latent)
    assert raised.value.problem.slug == slug == type(raised.value).slug()
    assert raised.value.problem.request_id


def test_what_is_foreseen_has_the_fields_too() -> None:
    error = ShapeMismatchError.foreseen("expected 12; got 13")
    assert (error.problem.slug, error.problem.status, error.problem.request_id) == ("shape-mismatch", 422, "")
    assert error.problem.title == "The array does not have the shape that the model takes"
    assert str(error) == "expected 12; got 13"


def test_a_problem_without_detail_tells_its_title(kind: Kind) -> None:
    def refuse(_request: httpx.Request) -> httpx.Response:
        fields = {"type": "about:blank", "title": "No key", "status": 401, "detail": ""}
        return httpx.Response(401, content=json.dumps(fields), headers={"Content-Type": "application/problem+json"})

    with (
        connected(kind, "http://latentd", transport=httpx.MockTransport(refuse)) as latent,
        pytest.raises(AccessDeniedError, match=r"^No key$"),
    ):
        latent.models()


def test_a_fault_is_moved_to_the_row_of_the_whole() -> None:
    fault = {"pointer": "/inputs/3/5", "detail": "got nan at /inputs/3/5; expected more"}
    moved = Problem("/docs#x", "t", 422, "got nan at /inputs/3/5; expected more", errors=(fault,)).moved(100, 20)
    assert moved.detail == "got nan at /inputs/103/5; expected more"
    assert moved.errors == ({"pointer": "/inputs/103/5", "detail": "got nan at /inputs/103/5; expected more"},)
    other = Problem("/docs#x", "t", 422, "d", errors=({"pointer": "/inputs", "detail": "d"}, {"parameter": "n"}))
    assert other.moved(100, 20) == other


@pytest.mark.parametrize(
    ("said", "moved"),
    [
        ("got 7 at /inputs/3/5; 11 such values in all", "got 7 at /inputs/103/5; 11 such values in rows 100 to 119"),
        ("expected inputs of a size; row 3 reaches 1e+30", "expected inputs of a size; row 103 reaches 1e+30"),
    ],
)
def test_what_is_said_of_a_chunk_is_not_said_of_the_whole(said: str, moved: str) -> None:
    fault = {"pointer": "/inputs/3/5", "detail": said}
    found = Problem("/docs#x", "t", 422, said, errors=(fault,)).moved(100, 20)
    assert found.detail == found.errors[0]["detail"] == moved
