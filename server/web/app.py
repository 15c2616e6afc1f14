"""The web service as one ASGI application, made of what it is given."""

from asyncio import get_running_loop
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from functools import cache

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp

from server.store.database import Database
from server.store.log_files import LogFiles
from server.store.messenger_file import MessengerFile
from server.store.uploads import Uploads
from server.store.writer import Writer
from server.web.api.routes import API_ROUTERS
from server.web.assets import Asset, load_assets
from server.web.desk.routes import DESK_ROUTERS
from server.web.errors import ERROR_HANDLERS, answer_too_large
from server.web.house import House, WebSettings
from server.web.language import Language, load_languages
from server.web.live import LiveBoard
from server.web.pages import Pages
from server.web.public.routes import PUBLIC_ROUTERS
from server.web.security import SecurityLayer
from server.web.too_large import TooLargeLayer

BODY_BYTES_MAX = 64 * 1024
PAGE_BYTES_ZIPPED_MIN = 1024


def create_app(  # noqa: PLR0913 - one for each collaborator, all by name
    *,
    database: Database,
    writer: Writer,
    uploads: Uploads,
    messengers: MessengerFile,
    log: LogFiles,
    clock: Callable[[], datetime],
    live: LiveBoard,
    works: Callable[[], Mapping[str, bool]],
    settings: WebSettings | None = None,
    mounts: Mapping[str, ASGIApp] | None = None,
) -> FastAPI:
    """The service over these collaborators; it opens and closes none of them except the streams of `live`.

    `mounts` are further applications below a path (the agents' roster under `/agent/v1`); they answer for themselves.
    """
    languages, assets, pages = _furniture()
    house = House(
        database=database,
        writer=writer,
        uploads=uploads,
        messengers=messengers,
        log=log,
        clock=clock,
        live=live,
        works=works,
        settings=settings or WebSettings(),
        languages=languages,
        assets=assets,
        pages=pages,
    )
    return _application(house, mounts or {})


@cache
def _furniture() -> tuple[Mapping[str, Language], Mapping[str, Asset], Pages]:
    """What comes from the package's own files alone; every service of a process shares it."""
    languages, assets = load_languages(), load_assets()
    return languages, assets, Pages(languages, assets)


def _application(house: House, mounts: Mapping[str, ASGIApp]) -> FastAPI:
    app = _Service(
        title="共管 Gongguan",
        openapi_url=None,
        lifespan=_lifespan,
        max_body_size=BODY_BYTES_MAX,
        middleware=[Middleware(GZipMiddleware, minimum_size=PAGE_BYTES_ZIPPED_MIN, compresslevel=5)],
        exception_handlers=dict(ERROR_HANDLERS),
    )
    app.state.house = house
    for router in (*PUBLIC_ROUTERS, *API_ROUTERS, *DESK_ROUTERS):
        app.include_router(router)
    for path, mounted in mounts.items():
        app.mount(path, mounted)
    return app


class _Service(FastAPI):
    """The application with the layers that stand around everything, its own limit of bodies included."""

    def build_middleware_stack(self) -> ASGIApp:
        """The usual layers, and around them those that answer for the whole service."""
        settings: WebSettings = self.state.house.settings
        return SecurityLayer(TooLargeLayer(super().build_middleware_stack(), answer_too_large), tls=settings.tls)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    live: LiveBoard = app.state.house.live
    live.open(get_running_loop())
    yield
    live.close()
