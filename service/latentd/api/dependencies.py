"""What routes ask FastAPI for."""

from typing import Annotated

from fastapi import Depends, Request

from latentd.service import Service


def get_service(request: Request) -> Service:
    """The service behind the app that the request came to."""
    service: Service = request.app.state.service
    return service


ServiceDep = Annotated[Service, Depends(get_service)]
