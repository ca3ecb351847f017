"""/docs: the API page, and what each problem means. Everything on it comes from this server."""

from __future__ import annotations

from html import escape
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from latentd.problems import PROBLEMS, ProblemType

FOLDER = Path(__file__).parent

ASSETS = {"pages": FOLDER / "pages", "vendor": FOLDER / "vendor" / "swagger-ui"}
"""Folders that are served below /docs."""

router = APIRouter(include_in_schema=False)


@router.get("/")
async def go_to_docs(request: Request) -> RedirectResponse:
    """Whoever opens the address in a browser wants to see something."""
    return RedirectResponse(f"{request.scope.get('root_path', '')}/docs")


@router.get("/docs")
async def show_docs() -> HTMLResponse:
    """The API page."""
    page = (FOLDER / "pages" / "docs.html").read_text("utf-8")
    problems = "\n".join(map(_explain, PROBLEMS.values()))
    return HTMLResponse(page.replace("{problems}", problems))


def _explain(problem: ProblemType) -> str:
    title = f"{problem.status.value} {escape(problem.title)} <code>{problem.slug}</code>"
    return f'        <dt id="{problem.slug}">{title}</dt>\n        <dd>{escape(problem.explanation)}</dd>'
