"""Two stubborn people: whatever dies around them, they ask for a seal, fetch it and bring it back, over and over.

They press the keys of whatever screen is shown, over HTTP as the page's script does, and mind no refusal.
"""

import json
import re
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import httpx

from server.demo.cabinets import DemoCabinets
from server.demo.cast import Player
from tests.fixtures.patience import PATIENCE_S
from tests.scenarios.accounts import Account, signed_in
from tests.scenarios.people import Cast

_KEY = re.compile(r"<button[^>]*data-touch=[^>]*>")
_SAID = re.compile(r'data-(touch|kind|subject)="([^"]*)"')
WANTED = ("declare", "return", "take")
"""What they do first where several things are offered."""


@dataclass(frozen=True, slots=True)
class Screen:
    """What is shown: the template's name, its title, the serial that touches name, and the keys that can be pressed."""

    name: str
    title: str
    serial: int
    keys: tuple[Mapping[str, str], ...]

    @classmethod
    def read(cls, drawn: Mapping[str, Any]) -> Self:
        """As the page's script gets it; what would be refused comes last."""
        html = "".join(drawn["parts"].values())
        pressable = [key for key in _KEY.findall(html) if " disabled" not in key and 'aria-pressed="true"' not in key]
        pressable.sort(key=lambda key: "offer-refused" in key)
        return cls(drawn["name"], drawn["title"], drawn["serial"], tuple(dict(_SAID.findall(key)) for key in pressable))

    def of(self, touch: str, kind: str | None = None) -> list[Mapping[str, str]]:
        """Its keys of one meaning."""
        return [key for key in self.keys if key["touch"] == touch and key.get("kind") == kind]


class Stubborn:
    """An accountant with a cabinet officer at the kiosk, and those who approve. `filed`: what the server has taken."""

    def __init__(self, cast: Cast, server_url: str, kiosk_url: str, hands: DemoCabinets) -> None:
        self._cast, self._server_url, self._hands = cast, server_url, hands
        self._http = httpx.Client(
            base_url=kiosk_url, headers={"origin": kiosk_url}, timeout=PATIENCE_S, trust_env=False
        )
        self._until_the_end = ExitStack()
        self._accounts: dict[str, Account] = {}
        self._is_refused = False
        self.filed: list[str] = []

    def __enter__(self) -> Self:
        for player in (self._cast.accountant, self._cast.head, self._cast.reviewer):
            self._accounts[player.name] = self._until_the_end.enter_context(signed_in(self._server_url, player))
        return self

    def __exit__(self, *_: object) -> None:
        self._until_the_end.close()
        self._http.close()

    def act(self) -> None:
        """The next thing: at a desk while nothing is under way, else at the kiosk. What fails is tried again later."""
        with suppress(httpx.HTTPError):
            if not self.filed or self.state_of(self.filed[-1]) == "returned":
                self.filed.append(self._accounts[self._cast.accountant.name].ask_for("公章", "签路灯采购合同"))
            self._approve(self.filed[-1])
            self._have_it_replaced(self.filed[-1])
        with suppress(httpx.HTTPError):
            self._at_the_kiosk()

    def see(self) -> str:
        """What they look at: the newest request's state, and the screen."""
        screen = self._look()
        return f"{self.state_of(self.filed[-1])}; {screen.name}: {screen.title} {screen.keys}"

    def state_of(self, checkout: str) -> str:
        """What the server says of a checkout that it has taken down."""
        return self._accounts[self._cast.accountant.name].state_of(checkout)

    def _approve(self, checkout: str) -> None:
        if self.state_of(checkout) in ("filed", "endorsed"):
            for player in (self._cast.head, self._cast.reviewer):
                with suppress(httpx.HTTPStatusError):
                    self._accounts[player.name].agree_to(checkout)

    def _have_it_replaced(self, checkout: str) -> None:
        """A pulse that nobody knows the outcome of ends a permit; the office gives them another."""
        reviewer = self._accounts[self._cast.reviewer.name]
        if self._is_refused and self.state_of(checkout) == "permitted":
            reviewer.http.post(f"/permits/{reviewer.get(f'/requests/{checkout}')['permit']}/reissue")
        self._is_refused = False

    def _at_the_kiosk(self) -> None:
        """A dozen touches, or as many as there is something to touch."""
        for _ in range(12):
            screen = self._look()
            if not self._HANDS.get(screen.name, Stubborn._wait)(self, screen):
                return

    def _look(self) -> Screen:
        with self._http.stream("GET", "/screens") as events:
            drawn = next(line for line in events.iter_lines() if line.startswith("data: "))
        return Screen.read(json.loads(drawn.removeprefix("data: ")))

    def _post(self, path: str, fields: Mapping[str, Any]) -> bool:
        return self._http.post(path, json=fields).is_success

    def _touch(self, screen: Screen, key: Mapping[str, str]) -> bool:
        return self._post("/touch", {"serial": screen.serial, **key})

    def _press(self, screen: Screen, *touches: str) -> bool:
        """The first of these keys that is there."""
        keys = [key for touch in touches for key in screen.of(touch)]
        return self._touch(screen, keys[0]) if keys else False

    def _wait(self, _screen: Screen) -> bool:
        return False

    def _card(self, _screen: Screen, player: Player | None = None) -> bool:
        return self._post("/card", {"number": (player or self._cast.accountant).card})

    def _second_card(self, screen: Screen) -> bool:
        return self._card(screen, self._cast.officer)

    def _pin(self, screen: Screen) -> bool:
        known = (self._cast.accountant, self._cast.officer)
        return any(self._post("/pin", {"digits": each.pin}) for each in known if screen.title.startswith(each.name))

    def _choose(self, screen: Screen) -> bool:
        offers = [key for kind in WANTED for key in screen.of("choose", kind)]
        return self._touch(screen, offers[0]) if offers else self._press(screen, "end")

    def _move(self, screen: Screen) -> bool:
        return self._press(screen, "tick", "all_there")

    def _close(self, _screen: Screen) -> bool:
        for door in self._hands.doors():
            if door.is_open:
                self._hands.close(door.place)
        return False

    def _state_copies(self, screen: Screen) -> bool:
        return self._touch(screen, {"touch": "state_copies", "subject": "1"})

    def _pull(self, screen: Screen) -> bool:
        is_open = any(door.is_open for door in self._hands.doors())
        return self._press(screen, "door_is_open" if is_open else "door_is_shut")

    def _go(self, screen: Screen) -> bool:
        self._is_refused = True
        return self._press(screen, "acknowledge", "end", "back")

    _HANDS: ClassVar[Mapping[str, Callable[["Stubborn", Screen], bool]]] = {
        "waiting": _card,
        "pin": _pin,
        "next": _second_card,
        "choosing": _choose,
        "ready": lambda self, screen: self._press(screen, "open", "back"),
        "jammed": lambda self, screen: self._press(screen, "open", "back", "end"),
        "unsure": _pull,
        "moving": _move,
        "closing": _close,
        "copies": _state_copies,
        "photo": lambda self, screen: self._press(screen, "skip_photo"),
        "confirming": lambda self, screen: self._press(screen, "confirm"),
        "transfer": lambda self, screen: self._press(screen, "confirm"),
        "refusal": _go,
        "nothing": _go,
        "done": lambda self, screen: self._press(screen, "end", "acknowledge"),
    }
