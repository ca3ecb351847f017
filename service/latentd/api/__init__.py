"""The native face: one small module per resource.

Where bodies are arrays, its routes are plain ASGI endpoints (`routes`); elsewhere they are FastAPI's (`router`).
"""

from fastapi import APIRouter

from latentd.api import coding, docs, health, models

router = APIRouter()
for resource in (models, health, docs):
    router.include_router(resource.router)

routes = coding.routes

__all__ = ["router", "routes"]
