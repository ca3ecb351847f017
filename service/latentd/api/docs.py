"""/docs: the API page, what each problem means, and files to try. Everything on it comes from this server."""

from __future__ import annotations

from html import escape
from pathlib import Path

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse

from latentd.api.dependencies import NameDep, OperationDep, ServiceDep
from latentd.api.examples import FOLDER as EXAMPLES
from latentd.api.examples import example_file
from latentd.api.operations import places
from latentd.errors import PathNotFoundError
from latentd.problems import PROBLEMS, ProblemType

FOLDER = Path(__file__).parent

ASSETS = {"pages": FOLDER / "pages", "vendor": FOLDER / "vendor" / "swagger-ui"}
"""Folders that are served below /docs."""

router = APIRouter(include_in_schema=False)


@router.get("/docs")
async def show_docs() -> HTMLResponse:
    """The API page."""
    page = (FOLDER / "pages" / "docs.html").read_text("utf-8")
    problems = "\n".join(map(_explain, PROBLEMS.values()))
    return HTMLResponse(page.replace("{problems}", problems))


@router.get(f"/{EXAMPLES}/{{operation}}/{{name}}")
async def show_example(operation: OperationDep, name: NameDep, service: ServiceDep) -> Response:
    """An example file of an array route."""
    place = next((place for place in places() if place.name == operation), None)
    if place is None:
        raise PathNotFoundError(f"no operation is named {operation!r}")
    answer = await example_file(place, name, service)
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in answer.headers}
    return Response(answer.body, answer.status, headers, answer.media_type)


def _explain(problem: ProblemType) -> str:
    title = f"{problem.status.value} {escape(problem.title)} <code>{problem.slug}</code>"
    return f'        <dt id="{problem.slug}">{title}</dt>\n        <dd>{escape(problem.explanation)}</dd>'
