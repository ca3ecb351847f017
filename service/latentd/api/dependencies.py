"""What routes ask FastAPI for. It has no parameter or answer to check: what a path holds is taken as it stands there.

For each that it checks, FastAPI imports all of pydantic 1, to refuse models of that: a tenth of the start's own work.
"""

from typing import Annotated

from fastapi import Depends, Request

from latentd.question import Question
from latentd.service import Service


async def get_service(request: Request) -> Service:
    """The service behind the app that the request came to."""
    service: Service = request.app.state.service
    return service


async def get_question(request: Request) -> Question:
    """The request as the array routes see it, so that queries and headers are read in one way."""
    return Question(request.scope, request.receive)


class PathPart:
    """The part of the path that the route has this name for."""

    def __init__(self, name: str) -> None:
        self._name = name

    async def __call__(self, request: Request) -> str:
        part: str = request.path_params[self._name]
        return part


ServiceDep = Annotated[Service, Depends(get_service)]
QuestionDep = Annotated[Question, Depends(get_question)]
NameDep = Annotated[str, Depends(PathPart("name"))]
PictureDep = Annotated[str, Depends(PathPart("picture"))]
OperationDep = Annotated[str, Depends(PathPart("operation"))]
