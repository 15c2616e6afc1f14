"""The touch screen beside the cabinets, touched."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Protocol

from playwright.sync_api import Locator, Page, TimeoutError, expect  # noqa: A004  Playwright's own

from server.demo.cast import Player
from tests.device_agent.kiosk import glass

A_MOMENT_MS = 500


class Hands(Protocol):
    """Whoever can push a door shut."""

    def close(self, place: str, /) -> None: ...


class Kiosk:
    """One kiosk's screen. Every method touches what people touch and waits for what they wait for."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        glass.go_to(page, url)

    @property
    def main(self) -> Locator:
        """The screen's own part, without steps, drawing and corner keys."""
        return self.page.get_by_role("main")

    @property
    def title(self) -> Locator:
        """What the screen is called."""
        return self.page.get_by_role("heading", level=1)

    def shows(self, title: str) -> None:
        """Wait for the screen with this title."""
        glass.see(self.page, title)

    def says(self, sentence: str) -> None:
        """Wait until the screen says this."""
        expect(self.main).to_contain_text(sentence)

    def touch(self, key: str) -> None:
        """Touch a key by what is written on it."""
        self.page.get_by_role("button", name=key).tap()

    def show_card(self, player: Player) -> None:
        """Tap the card that a demo offers."""
        self.page.get_by_role("region", name="演示用的卡").get_by_role("button", name=player.name).tap()

    def read_card(self, player: Player) -> None:
        """Hold a card to the reader, which types its ten digits like a keyboard."""
        assert player.card is not None
        glass.hold_card(self.page, player.card)

    def press_pin(self, pin: str) -> None:
        """Press six digits on the pad."""
        for digit in pin:
            self.main.get_by_role("button", name=digit, exact=True).tap()

    def identify(self, player: Player) -> None:
        """Card, then PIN."""
        self.show_card(player)
        self.shows(f"{player.name}，请按密码")
        self.press_pin(player.pin)

    def identify_both(self, first: Player, second: Player) -> None:
        """Two people, one after the other; whoever is still shown what they did goes away."""
        if self.page.locator(".done").is_visible():
            with suppress(TimeoutError):  # it may have gone by itself just now
                self.page.get_by_role("button", name="结束").tap(timeout=A_MOMENT_MS)
        self.shows("请刷卡")
        self.identify(first)
        self.shows("请第二位刷卡")
        self.identify(second)

    def go_on_afterwards(self) -> None:
        """Once these people have done what they do now, they do something else, without their cards."""
        glass.touch_in_the_end(self.page, "继续办理")

    def choose(self, verb: str, what: str) -> None:
        """Choose one offer, by what is to be done and with what."""
        self.shows("要办哪一件？")
        self.main.get_by_role("button").filter(has_text=verb).filter(has_text=what).tap()

    def open(self, place: str) -> None:
        """The last touch before a door opens."""
        self.shows(f"要开 {_number(place)} 号门")
        self.touch("开门")

    def tick(self, *names: str) -> None:
        """Tick items by name."""
        for name in names:
            key = self.main.get_by_role("button", name=name)
            key.tap()
            expect(key).to_have_attribute("aria-pressed", "true")

    def take_photo(self) -> None:
        """Photograph what lies before the camera."""
        self.shows("请拍一张照片")
        self.touch("拍照")

    def finish(self, place: str, hands: Hands, *people: Player, copies: int | None = None, photo: bool = False) -> None:
        """The rest is there, the door is closed; say how many copies were stamped, photograph, and all confirm."""
        self.touch("其余都在")
        self.shows(f"请关上 {_number(place)} 号门")
        hands.close(place)
        if copies is not None:
            self.state_copies(copies)
        if photo:
            self.take_photo()
        self.confirm(*people)

    def state_copies(self, copies: int) -> None:
        """Say how many copies were really stamped."""
        self.shows("实际盖了几份？")
        for digit in str(copies):
            self.main.get_by_role("button", name=digit, exact=True).tap()
        self.touch("就是这么多")

    def confirm(self, *people: Player) -> None:
        """Each of those present confirms."""
        self.shows(f"请{'两三四五'[len(people) - 2]}位都确认")
        for player in people:
            self.main.get_by_role("button", name=player.name).tap()

    def take(self, what: str, place: str, hands: Hands, *people: Player) -> None:
        """The whole walk of two people who take one thing out."""
        self.identify_both(*people)
        self.move("领用", [what], place, hands, *people)
        self.shows("已经取出")

    def bring_back(self, what: str, place: str, hands: Hands, *people: Player, copies: int | None = 2) -> None:
        """The whole walk of two people who bring one thing back; of a seal they say how many copies it stamped."""
        self.identify_both(*people)
        self.move("归还", [what], place, hands, *people, copies=copies)
        self.shows("已经归还")

    def move(
        self, verb: str, things: Sequence[str], place: str, hands: Hands, *people: Player, copies: int | None = None
    ) -> None:
        """Those who are identified move several things of one request through one opening of their door."""
        self.choose(verb, things[0])
        self.open(place)
        self.says(f"{_number(place)} 号门开着")
        self.tick(*things)
        self.finish(place, hands, *people, copies=copies)


def _number(place: str) -> str:
    """The number on the door of a compartment."""
    return place.rpartition("/")[2]
