"""What a technician asks of a running agent, on this machine alone: how it is, what was counted, what was said."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

FRAMES_PATH = "/frames"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The three answers. `health` says what works; its `ok` decides between 200 and 503."""

    health: Callable[[], dict[str, Any]]
    metrics: Callable[[], str]
    line_report: Callable[[], bytes]


def routes(diagnosis: Diagnosis) -> list[Route]:
    """`/healthz` (JSON), `/metrics` (Prometheus' text), `/frames` (a signed note)."""

    async def healthz(_request: Request) -> Response:
        state = diagnosis.health()
        return JSONResponse(state, HTTPStatus.OK if state["ok"] else HTTPStatus.SERVICE_UNAVAILABLE)

    async def metrics(_request: Request) -> Response:
        return PlainTextResponse(diagnosis.metrics())

    async def frames(_request: Request) -> Response:
        return PlainTextResponse(diagnosis.line_report())

    return [
        Route("/healthz", healthz, methods=["GET"]),
        Route("/metrics", metrics, methods=["GET"]),
        Route(FRAMES_PATH, frames, methods=["GET"]),
    ]
