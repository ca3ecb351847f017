"""Views: refused, known or computed, in that order; only the last decodes anything."""

from __future__ import annotations

from typing import Any

import pytest

from latentd.answer import Answer
from latentd.api.grid import GridQuery, grid, view_grid
from latentd.api.interpolate import interpolate
from latentd.api.sample import sample
from latentd.api.traverse import traverse
from latentd.api.views import answer_view, check_rows
from latentd.endpoint import Handler
from latentd.errors import AnswerUnacceptableError, LatentdError, ParameterInvalidError, PictureTooLargeError
from latentd.inference import Autoencoder, Registry
from latentd.question import Question
from latentd.service import Service
from latentd.settings import Settings
from questions import answer, question
from viewing import JSON, NPY, PNG


class DecodingError(AssertionError):
    """Something was decoded that need not be."""


@pytest.fixture
def idle(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> Registry:
    """Models that decode nothing."""

    def decode(*_arguments: object) -> None:
        raise DecodingError

    monkeypatch.setattr(Autoencoder, "decode_rows", decode)
    return registry


WRONG: list[tuple[Handler, str, str, type[LatentdError]]] = [
    (grid, "dims=5,5", JSON, ParameterInvalidError),
    (grid, "rows=100000", JSON, ParameterInvalidError),
    (grid, "rows=101&cols=100", JSON, ParameterInvalidError),
    (grid, "low=0.9&high=0.1", JSON, ParameterInvalidError),
    (grid, "base=1", JSON, ParameterInvalidError),
    (grid, "rows=2&cols=2", "text/html", AnswerUnacceptableError),
    (traverse, "dim=7", JSON, ParameterInvalidError),
    (traverse, "latents=1,2,3", JSON, ParameterInvalidError),
    (interpolate, "from=0,0&to=1,1&method=slerp", JSON, ParameterInvalidError),
    (interpolate, "from=0&to=1,1", JSON, ParameterInvalidError),
    (sample, "n=10001&seed=1", JSON, ParameterInvalidError),
]


@pytest.mark.parametrize("known", ["", "*"])
@pytest.mark.parametrize(("handler", "query", "accept", "error"), WRONG)
def test_a_wrong_question_is_refused_before_anything_is_decoded(
    idle: Registry, handler: Handler, query: str, accept: str, error: type[LatentdError], known: str
) -> None:
    with pytest.raises(error):
        answer(handler, idle, question(query, {"Accept": accept, "If-None-Match": known}))


def test_nor_is_a_picture_drawn_that_is_too_large(idle: Registry) -> None:
    asked = question("rows=5&cols=1", {"Accept": PNG, "If-None-Match": "*"})
    with pytest.raises(PictureTooLargeError):
        answer(grid, idle, asked, max_pixels=48)


@pytest.mark.parametrize("accept", [PNG, JSON, NPY])
def test_what_the_client_has_is_not_computed_again(idle: Registry, accept: str) -> None:
    with pytest.raises(DecodingError):
        answer(grid, idle, question("rows=2&cols=2", {"Accept": accept}))
    known = answer(grid, idle, question("rows=2&cols=2", {"Accept": accept, "If-None-Match": "*"}))
    assert (known.status, known.body) == (304, b"")
    tag = dict(known.headers)[b"etag"].decode()
    assert answer(grid, idle, question("rows=2&cols=2", {"Accept": accept, "If-None-Match": tag})).status == 304


def test_what_will_never_be_the_same_again_is_not_kept(registry: Registry) -> None:
    first, second = (answer(sample, registry, question("n=2", {"Accept": JSON, "If-None-Match": "*"})) for _ in "12")
    assert (first.status, second.status) == (200, 200)
    assert first.body != second.body
    assert dict(first.headers) == {b"vary": b"Accept", b"cache-control": b"no-store"}


def test_the_view_is_given_the_settled_query(registry: Registry) -> None:
    seen: list[Any] = []

    def view(model: Autoencoder, query: GridQuery, media_type: str) -> Any:
        seen.append(query)
        return view_grid(model, query, media_type)

    async def ask(asked: Question, service: Service) -> Answer:
        query = asked.query(GridQuery)
        return await answer_view(asked, service, query, view, {"rows": query.rows, "cols": query.cols})

    answer(ask, registry, question("model=toy-vae&rows=2&cols=2"))
    assert [(query.low, query.high, query.base) for query in seen] == [(0.05, 0.95, (0, 0, 0, 0, 0))]


def test_rows_are_the_product_of_what_is_counted() -> None:
    assert check_rows({"rows": 2, "cols": 4}, Settings(max_rows=8)) == 8
    with pytest.raises(ParameterInvalidError) as caught:
        check_rows({"rows": 3, "cols": 4}, Settings(max_rows=8))
    assert caught.value.name == "cols"
    assert str(caught.value).startswith("expected at most 8 rows, the limit that LATENTD_MAX_ROWS sets, to be decoded")
    assert str(caught.value).endswith("; got rows=3 times cols=4, which is 12")
