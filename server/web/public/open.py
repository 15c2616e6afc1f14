"""Assets, and `/healthz`."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import JSONResponse
from starlette.responses import Response

from server.web.access import PUBLIC, declared_router
from server.web.house import House, house_of
from server.web.troubles import NotFound

router = declared_router(include_in_schema=False)
Here = Annotated[House, Depends(house_of)]

FOR_EVER = "public, max-age=31536000, immutable"


@router.get("/static/{name}", dependencies=PUBLIC)
async def asset(house: Here, request: Request, name: str) -> Response:
    """An asset; for ever when asked for under the address that names its content."""
    found = house.assets.get(name)
    if found is None:
        raise NotFound
    fits = request.query_params.get("v") == found.version
    headers = {"cache-control": FOR_EVER if fits else "no-cache", "vary": "accept-encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(found.zipped, media_type=found.media_type, headers={**headers, "content-encoding": "gzip"})
    return Response(found.content, media_type=found.media_type, headers=headers)


@router.get("/healthz", dependencies=PUBLIC)
async def health(house: Here) -> JSONResponse:
    """What works and what does not: 200 when everything does, 503 otherwise."""
    works = house.works()
    status = HTTPStatus.OK if all(works.values()) else HTTPStatus.SERVICE_UNAVAILABLE
    return JSONResponse({"well": all(works.values()), "works": dict(works)}, status)
