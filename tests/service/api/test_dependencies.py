"""What FastAPI's routes are given."""

from __future__ import annotations

from fastapi import FastAPI

from asking import ask
from latentd.api.dependencies import QuestionDep, ServiceDep
from latentd.question import VersionQuery
from latentd.service import Service
from latentd.settings import Settings


def test_a_route_is_given_the_apps_service_and_its_own_question() -> None:
    app = FastAPI()
    app.state.service = Service(Settings(port=1234))

    @app.get("/here")
    async def here(service: ServiceDep, question: QuestionDep) -> list[object]:
        return [service.settings.port, question.path, question.query(VersionQuery).version, question.header(b"x")]

    assert ask(app, "GET", "/here?version=7", headers={"X": "y"}).json() == [1234, "/here", 7, "y"]
