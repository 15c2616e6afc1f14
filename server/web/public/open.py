"""Assets, and `/healthz`."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import JSONResponse
from starlette.responses import Response

from server.store import deliveries
from server.web.access import PUBLIC, declared_router
from server.web.house import House, house_of
from server.web.live import AgentNow
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
    """What works and what does not: 200 when everything of the server does, 503 otherwise.

    Agents are listed and change neither: they go on without their server, and the server without them.
    """
    works = house.works()
    is_ok = all(works.values())
    content = {"ok": is_ok, "works": dict(works), "agents": _agents(house) if works.get("database") else {}}
    return JSONResponse(content, HTTPStatus.OK if is_ok else HTTPStatus.SERVICE_UNAVAILABLE)


def _agents(house: House) -> dict[str, str]:
    """Each agent in use: online or offline, as far as anyone heard."""
    present = house.live.agents()
    with house.database.reading() as reader:
        every = [agent.id for agent in deliveries.agents(reader)]
    return {agent: "online" if present.get(agent, AgentNow()).online else "offline" for agent in every}
