"""What routes ask FastAPI for."""

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


ServiceDep = Annotated[Service, Depends(get_service)]
QuestionDep = Annotated[Question, Depends(get_question)]
