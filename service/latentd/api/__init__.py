"""The native face: one small module per resource.

Where bodies or answers are arrays, its routes are plain ASGI endpoints (`routes`); elsewhere they are FastAPI's
(`router`).
"""

from fastapi import APIRouter

from latentd.api import cards, coding, docs, grid, health, interpolate, latents, models, sample, traverse

router = APIRouter()
for resource in (models, cards, health, docs):
    router.include_router(resource.router)

routes = [route for resource in (coding, grid, traverse, interpolate, sample, latents) for route in resource.routes]

__all__ = ["router", "routes"]
