"""One kiosk: takes cards, PINs and touches to the agent, and has the screen drawn when anything changed."""

import asyncio
import base64
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from device_agent.agent import Agent
from device_agent.configuration import Configuration
from device_agent.custodian.decisions import CheckPin
from device_agent.custodian.inputs import CardShown, PhotoTaken, PinChecked, PinEntered
from device_agent.custodian.state import Photographing
from device_agent.identify import Identifier
from device_agent.kiosk import words
from device_agent.kiosk.screen import STEPS, Seen, drawings, idle_left, status
from device_agent.kiosk.screens import screen_of
from device_agent.kiosk.touches import read_touch
from device_agent.photos import Album
from firmware_protocol.credentials import is_card_number, is_pin

TEMPLATES = Path(__file__).parent / "templates"
PARTS = ("top", "main", "side", "bottom")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawn screen: its parts as HTML, when it goes back by itself, and the serial that touches must name.

    `version` counts drawings: answers and events overtake each other, and the page keeps to the newest. `changes_ms` is
    when it is worth drawing again though nothing happens.
    """

    version: int
    serial: int
    name: str
    title: str
    idle_ms: int | None
    parts: Mapping[str, str]
    changes_ms: int | None = None

    def as_json_object(self) -> dict[str, Any]:
        """For the page's script."""
        return {
            "version": self.version,
            "serial": self.serial,
            "name": self.name,
            "title": self.title,
            "idle_ms": self.idle_ms,
            "parts": dict(self.parts),
        }


class Kiosk:
    """The desk between a page and the agent. Lives on the event loop; draws what the agent knows, keeps nothing.

    A touch names the serial of the screen it was made on, which counts the kinds of screen people have seen: one that
    was meant for an earlier screen is dropped, so a second tap never lands on what came after the first.
    """

    def __init__(
        self,
        agent: Agent,
        identifier: Identifier,
        album: Album,
        configuration: Configuration,
        is_online: Callable[[], bool],
    ) -> None:
        self._agent = agent
        self._identifier = identifier
        self._album = album
        self._configuration = configuration
        self._cabinets = tuple((each.id, len(each.compartments)) for each in configuration.cabinets)
        self._is_online = is_online
        self._templates = _environment()
        self._digits = ""
        self._checks: set[asyncio.Task[None]] = set()
        self._version = 0
        self._serial = 1
        self._stage_type = type(agent.custody.stage)
        self._changed = asyncio.Event()
        self.is_closing = False

    def announce(self) -> None:
        """Something changed: whoever waits will draw again."""
        stage_type = type(self._agent.custody.stage)
        if stage_type is not self._stage_type:
            self._serial, self._stage_type = self._serial + 1, stage_type
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    def close(self) -> None:
        """Let every waiting page go."""
        self.is_closing = True
        self.announce()

    @property
    def next_change(self) -> asyncio.Event:
        """Set when anything changes after this moment; take it before drawing, so that no change is missed."""
        return self._changed

    async def show_card(self, card_number: str) -> bool:
        """A reader typed a card's digits. False when they are not ten digits; whoever they are is shown on screen."""
        if not is_card_number(card_number):
            return False
        roster = self._agent.custody.roster
        hashed = None if roster is None else await self._identifier.card_hash(card_number, roster.card_salt)
        self._agent.handle(CardShown(hashed))
        return True

    def enter_pin(self, digits: str) -> bool:
        """Six digits were entered. False when they are not six digits; the answer is shown on screen."""
        if not is_pin(digits):
            return False
        self._digits = digits
        self._agent.handle(PinEntered())
        self._digits = ""
        return True

    async def take_photo(self, jpeg: bytes) -> bool:
        """The camera's picture. False for what is no photo; one that nobody asked for belongs to nothing."""
        if not isinstance(self._agent.custody.stage, Photographing):
            return True  # an earlier screen's, as with any touch
        photo = await asyncio.to_thread(self._album.keep, jpeg)
        if photo is None:
            return False
        self._agent.handle(PhotoTaken(photo.sha256, photo.size_bytes))
        return True

    def check_pin(self, asked: CheckPin) -> None:
        """Have the digits entered just now compared, in another thread."""
        check = asyncio.get_running_loop().create_task(self._check_pin(asked, self._digits))
        self._checks.add(check)
        check.add_done_callback(self._checks.discard)

    def touch(self, fields: Mapping[str, Any]) -> bool:
        """A key was touched. False when it is no key of ours; a touch on an earlier screen is dropped."""
        given = read_touch(fields, fresh_opening)
        if given is None:
            return False
        if fields.get("serial") == self._serial:
            self._agent.handle(given)
        return True

    def draw(self) -> Drawn:
        """The screen for this moment."""
        self._version += 1
        seen = self._look()
        screen = screen_of(seen)
        shown = {
            "screen": screen,
            "steps": STEPS,
            "cabinets": drawings(seen, screen),
            "status": status(seen),
            "is_online": seen.is_online,
            "is_alarmed": seen.custody.log.dispute is not None,
            "time": words.day_and_time(seen.now.at),
            **screen.facts,
        }
        parts = {part: self._render(part, screen.name, shown) for part in PARTS}
        return Drawn(
            version=self._version,
            serial=self._serial,
            name=screen.name,
            title=screen.title,
            idle_ms=idle_left(seen),
            parts=parts,
            changes_ms=screen.changes_ms,
        )

    def page(self) -> str:
        """The page itself, with this moment's screen in it."""
        return self._templates.get_template("page.html").render(drawn=self.draw(), agent=self._configuration.agent)

    def _look(self) -> Seen:
        now, _ = self._agent.look_at_clock()
        return Seen(
            custody=self._agent.custody,
            now=now,
            is_online=self._is_online(),
            unsent=self._agent.last_seq - self._agent.acked_seq,
            fault=self._agent.fault,
            cabinets=self._cabinets,
            demo_cards=self._configuration.demo_cards,
        )

    def _render(self, part: str, name: str, shown: Mapping[str, Any]) -> str:
        template = f"stages/{name}.html" if part == "main" else f"{part}.html"
        return self._templates.get_template(template).render(shown).strip()

    async def _check_pin(self, asked: CheckPin, digits: str) -> None:
        fits = await self._identifier.pin_fits(digits, asked.pin_hash)
        self._agent.handle(PinChecked(asked.person, fits))


def fresh_opening() -> str:
    """An opening's id that nobody has used: 80 random bits."""
    return f"o-{base64.b32encode(secrets.token_bytes(10)).decode().lower()}"


def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
