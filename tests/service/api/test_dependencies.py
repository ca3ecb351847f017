"""What FastAPI's routes are given."""

from __future__ import annotations

from fastapi import FastAPI

from asking import ask
from latentd.api.dependencies import NameDep, QuestionDep, ServiceDep
from latentd.question import VersionQuery
from latentd.service import Service
from latentd.settings import Settings


def test_a_route_is_given_the_apps_service_and_its_own_question() -> None:
    app = FastAPI()
    app.state.service = Service(Settings(port=1234))

    @app.get("/here/{name}")
    async def here(name: NameDep, service: ServiceDep, question: QuestionDep) -> list[object]:
        asked = [question.path, question.query(VersionQuery).version, question.header(b"x")]
        return [service.settings.port, name, *asked]

    answer = ask(app, "GET", "/here/a%20b?version=7", headers={"X": "y"})
    assert answer.json() == [1234, "a b", "/here/a b", 7, "y"]
