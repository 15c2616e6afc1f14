"""Every route of the API, and its OpenAPI description."""

from fastapi import Request
from fastapi.responses import JSONResponse

from server.web.access import SIGNED_IN, declared_router
from server.web.api import cabinet, checkouts, log, sessions

description = declared_router(include_in_schema=False)

API_ROUTERS = (sessions.router, checkouts.router, cabinet.router, log.router, description)


@description.get("/api/v1/openapi.json", dependencies=SIGNED_IN)
async def openapi(request: Request) -> JSONResponse:
    """What the API takes and gives, in OpenAPI."""
    return JSONResponse(request.app.openapi())
