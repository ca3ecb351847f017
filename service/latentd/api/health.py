"""GET /health: is the process alive, is it ready for requests."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from latentd.api.dependencies import QuestionDep, ServiceDep
from latentd.api.failures import failures
from latentd.api.schemas import gives
from latentd.wire import json_body

router = APIRouter(prefix="/health", tags=["health"])


class Live(BaseModel):
    """The process answers."""

    status: Literal["live"] = "live"


class Ready(BaseModel):
    """The models are loaded and warm. Their names are told to who may ask for them."""

    status: Literal["ready"] = "ready"
    models: list[str] | None = None


@router.get("/live", summary="Is the process alive?", responses=gives("Live", json_body.MEDIA_TYPE))
async def live() -> JSONResponse:
    """Always 200 while the process answers at all."""
    return JSONResponse(Live().model_dump())


@router.get(
    "/ready",
    summary="Is the service ready?",
    responses={**gives("Ready", json_body.MEDIA_TYPE), **failures("/health/ready", 503)},
)
async def ready(question: QuestionDep, service: ServiceDep) -> JSONResponse:
    """200 when the models are loaded and warm; 503 with Retry-After before that.

    Where API keys are asked for, the models' names are left out for who shows none.
    """
    names = service.registry.names
    known = Ready(models=names if service.keys is None or question.holder else None)
    return JSONResponse(known.model_dump(exclude_none=True))
