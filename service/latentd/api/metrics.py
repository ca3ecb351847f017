"""GET /metrics: what Prometheus asks for."""

from __future__ import annotations

from fastapi import APIRouter, Response

from latentd.api.dependencies import ServiceDep
from latentd.errors import PathNotFoundError

router = APIRouter(tags=["health"])


@router.get("/metrics", summary="Metrics for Prometheus", response_class=Response)
async def tell_metrics(service: ServiceDep) -> Response:
    """Requests by route, model and status; phases, rows, reconstruction errors and load times by model.

    With several workers, of all of them together, at most a second old.
    """
    if not service.settings.metrics:
        raise PathNotFoundError("metrics are off here; LATENTD_METRICS turns them on")
    from latentd.observability.exposition import MEDIA_TYPE, expose

    return Response(expose(service.metrics()), media_type=MEDIA_TYPE)
