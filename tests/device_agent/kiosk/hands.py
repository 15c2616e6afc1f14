"""Two people before the kiosk, and what they do with it."""

from playwright.sync_api import Page, expect

from firmware_protocol.rosters import Person
from tests.device_agent.hall import LIN, PIN, YOU
from tests.device_agent.kiosk import glass
from tests.device_agent.kiosk.stand import CARDS, Stand


class Hands:
    """Two people before the kiosk."""

    def __init__(self, page: Page, stand: Stand) -> None:
        self.page, self.stand = page, stand
        glass.go_to(page, stand.url)

    def title(self, text: str) -> None:
        """Wait for a screen by its title."""
        glass.see(self.page, text)

    def touch(self, key: str) -> None:
        """Touch a key by what is written on it."""
        self.page.get_by_role("button", name=key).tap()

    def read_card(self, person: Person) -> None:
        """Hold a card to the reader, which types ten digits and Enter."""
        glass.hold_card(self.page, CARDS[person.id])

    def press_pin(self, digits: str = PIN) -> None:
        """Press digits on the pad."""
        for digit in digits:
            self.page.get_by_role("button", name=digit, exact=True).tap()

    def identify(self, *people: Person) -> None:
        """Card and PIN, one after the other."""
        for person in people:
            self.read_card(person)
            self.title(f"{person.name}，请按密码")
            self.press_pin()
            expect(self.page.locator("h1")).not_to_have_text(f"{person.name}，请按密码")

    def open(self, verb: str) -> None:
        """Two people choose one thing and open its door."""
        self.title("请刷卡")
        self.identify(YOU, LIN)
        self.page.locator(".offer", has_text=verb).tap()
        self.touch("开门")

    def finish(self) -> None:
        """Say that the rest is there, close door 7, and confirm twice."""
        self.page.get_by_role("button", name="都在").tap()
        self.title("请关上 7 号门")
        self.stand.cabinets["left"].close(1, 7)
        self.title("请两位都确认")
        self.touch(YOU.name)
        self.touch(LIN.name)
