"""The demo's "hardware" page: hands, crowbars and side cutters for the emulated cabinets, in the browser.

Loopback only and part of the demo only: a township's server has no such page.
"""

from collections.abc import Callable
from importlib.resources import files

from fastapi import FastAPI, HTTPException
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, ConfigDict

from server.demo.cabinets import PLANS, DemoCabinets, DoorView, NoSuchPlace

_ASSETS = {"panel.css": "text/css", "panel.js": "text/javascript"}


class Deed(BaseModel):
    """What somebody does: the deed and the compartment or line it is done to."""

    model_config = ConfigDict(extra="forbid")

    deed: str
    target: str


class DoorOut(BaseModel):
    """One door for the page."""

    place: str
    is_open: bool
    is_jammed: bool
    is_emptied: bool


class CabinetsOut(BaseModel):
    """Everything the page shows, and what the last deed came to."""

    doors: list[DoorOut]
    cut_lines: list[str]
    said: str


def hardware_app(cabinets: DemoCabinets) -> FastAPI:
    """The application to mount at `/demo/hardware`, for these cabinets."""
    app = FastAPI(openapi_url=None)

    @app.get("/")
    async def page() -> HTMLResponse:
        return HTMLResponse(_asset("panel.html"))

    @app.get("/assets/{name}")
    async def asset(name: str) -> Response:
        if name not in _ASSETS:
            raise HTTPException(404)
        return Response(_asset(name), media_type=_ASSETS[name])

    @app.get("/state")
    async def state() -> CabinetsOut:
        return _view(cabinets, "")

    @app.post("/deeds")
    async def do(deed: Deed) -> CabinetsOut:
        if deed.deed not in DEEDS:
            raise HTTPException(422, "没有这个动作。")
        try:
            return _view(cabinets, _act(cabinets, deed))
        except NoSuchPlace as error:
            raise HTTPException(404, "没有这个格口或线路。") from error

    return app


def _act(cabinets: DemoCabinets, deed: Deed) -> str:
    """Do it, and answer what the person doing it notices."""
    do, worked, failed = DEEDS[deed.deed]
    sentence = failed if do(cabinets, deed.target) is False else worked
    return sentence.format(deed.target)


DEEDS: dict[str, tuple[Callable[[DemoCabinets, str], bool | None], str, str]] = {
    "pull": (DemoCabinets.pull, "{} 拉开了。", "{} 锁着，拉不开。"),
    "close": (DemoCabinets.close, "{} 关上了。", ""),
    "force": (DemoCabinets.force, "{} 被撬开了。", ""),
    "jam": (DemoCabinets.jam, "{} 的锁舌卡住了。", ""),
    "free": (DemoCabinets.free, "{} 的锁舌修好了。", ""),
    "reach_in": (DemoCabinets.reach_in, "{} 里的东西动了。", "{} 关着，够不着。"),
    "cut": (DemoCabinets.cut, "{} 这条线剪断了。", ""),
    "mend": (DemoCabinets.mend, "{} 这条线接好了。", ""),
}
"""Each deed: what it does, and the sentence for when it worked and for when the method answered False."""


def _view(cabinets: DemoCabinets, said: str) -> CabinetsOut:
    return CabinetsOut(doors=[_door(door) for door in cabinets.doors()], cut_lines=cabinets.cut_lines(), said=said)


def _door(door: DoorView) -> DoorOut:
    return DoorOut(place=door.place, is_open=door.is_open, is_jammed=door.is_jammed, is_emptied=door.is_emptied)


def _asset(name: str) -> str:
    text = files("server.demo").joinpath("panel", name).read_text(encoding="utf-8")
    if name != "panel.html":
        return text
    lines = "".join(f'<section data-line="{plan.name}" data-cabinet="{plan.cabinet}"></section>' for plan in PLANS)
    return text.replace("<!-- cabinets -->", lines)
