"""The API page explains every problem, and leads to files."""

from __future__ import annotations

import asyncio
from html import escape

import pytest

from latentd.api.docs import ASSETS, show_docs, show_example
from latentd.errors import PathNotFoundError
from latentd.inference import Registry
from latentd.problems import PROBLEMS
from latentd.service import Service
from latentd.settings import Settings


def test_each_problem_has_its_place_its_status_and_its_explanation() -> None:
    page = bytes(asyncio.run(show_docs()).body).decode()
    for row in PROBLEMS.values():
        assert f'<dt id="{row.slug}">{row.status.value} {escape(row.title)} <code>{row.slug}</code></dt>' in page
        assert f"<dd>{escape(row.explanation)}</dd>" in page


def test_what_the_page_needs_is_in_its_folders() -> None:
    assert (ASSETS["pages"] / "docs.js").is_file()
    assert (ASSETS["vendor"] / "swagger-ui-bundle.js").is_file()


def test_an_example_is_an_answer_of_the_operation(registry: Registry) -> None:
    service = Service(Settings(), registry)
    answer = asyncio.run(show_example("decode", "answer.f32", service))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/octet-stream")
    assert (len(answer.body), answer.headers["x-latentd-model"]) == (48, "toy")
    with pytest.raises(PathNotFoundError, match="no operation is named 'nothing'"):
        asyncio.run(show_example("nothing", "answer.f32", service))
    service.scheduler.close()
