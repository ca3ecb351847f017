"""Requests to an app in this process, and what every problem must look like."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any
from urllib.parse import quote

import httpx
from starlette.types import ASGIApp

from latentd.problems import PROBLEMS

SLUGS = {row.slug: row for row in PROBLEMS.values()}


def ask(app: ASGIApp, method: str, url: str, **options: Any) -> httpx.Response:
    """Send one request to `app`, whose lifespan is not run."""

    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://latentd") as client:
            return await client.request(method, url, **options)

    return asyncio.run(send())


async def awaited(answering: Awaitable[None]) -> None:
    """What an ASGI app gives, as something that `asyncio.run` takes."""
    await answering


def check_problem(response: httpx.Response, slug: str, root: str = "") -> dict[str, Any]:
    """Assert that the answer is this problem with all its fields; give it."""
    row = SLUGS[slug]
    assert response.headers["content-type"] == "application/problem+json", response.text
    problem: dict[str, Any] = response.json()
    assert problem["type"] == f"{root}/docs#{slug}", problem
    assert (response.status_code, problem["status"]) == (row.status, row.status)
    assert problem["title"] == row.title
    assert problem["instance"] == quote(httpx.URL(response.request.url).path)
    assert problem["detail"]
    assert set(problem) <= {"type", "title", "status", "detail", "instance", "errors"}
    return problem


def pointers(problem: dict[str, Any]) -> list[str]:
    """The JSON pointers that a problem names."""
    return [fault["pointer"] for fault in problem.get("errors", [])]
