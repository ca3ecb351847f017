"""GET /health: is the process alive, is it ready for requests."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from latentd.api.dependencies import ServiceDep
from latentd.api.failures import failures

router = APIRouter(prefix="/health", tags=["health"])


class Live(BaseModel):
    """The process answers."""

    status: Literal["live"] = "live"


class Ready(BaseModel):
    """The models are loaded and warm."""

    status: Literal["ready"] = "ready"
    models: list[str]


@router.get("/live", summary="Is the process alive?")
async def live() -> Live:
    """Always 200 while the process answers at all."""
    return Live()


@router.get("/ready", summary="Is the service ready?", responses=failures("/health/ready", 503))
async def ready(service: ServiceDep) -> Ready:
    """200 when the models are loaded and warm; 503 with Retry-After before that."""
    return Ready(models=service.registry.names)
