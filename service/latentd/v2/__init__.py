"""The Open Inference Protocol's face: /v2, as Triton, KServe and MLServer speak it."""

from latentd.v2.openapi import paths, schemas
from latentd.v2.routes import routes

__all__ = ["paths", "routes", "schemas"]
