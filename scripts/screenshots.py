"""`make screenshots`: a demo's pages at 360 and 1280 pixels, and its kiosk, photographed into screenshots/."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, sync_playwright

from server.demo.cast import Player
from tests.fixtures.chromium import find_chromium, launch
from tests.scenarios.accounts import approved, signed_in
from tests.scenarios.demo import Demo
from tests.scenarios.desk import Desk
from tests.scenarios.kiosk import Kiosk

ALBUM = Path("screenshots")
WIDTHS = {360: 740, 1280: 800}
"""Widths of the pages' pictures, and the height of the window; a picture is as long as its page."""
KIOSK_SIZE = (1280, 800)
SEAL, PLACE = "公章", "CAB-01/1"

PAGES = {
    None: {"sign-in": "/sign-in", "redeem": "/redeem", "public": "/public/44200101"},
    "accountant": {"home": "/", "request": "/requests/new", "checkout": "/checkouts/{checkout}"},
    "head": {"decide": "/decide", "notices": "/notices"},
    "reviewer": {
        "people": "/people",
        "person": "/people/{person}",
        "cooperatives": "/cooperatives",
        "cooperative": "/cooperatives/{cooperative}",
        "disclosures": "/disclosures",
    },
    "inspector": {"overview": "/overview", "log": "/log", "entry": "/log/1", "cabinets": "/cabinets"},
}
"""Who looks at what: a part of the demo's cast (None: nobody signed in) → name of the picture → address."""


@dataclass(frozen=True, slots=True)
class Studio:
    """A browser, and a running demo with one request approved and another waiting for the head."""

    browser: Browser
    demo: Demo
    ids: dict[str, str]

    @contextmanager
    def page(self, width: int, height: int) -> Iterator[Page]:
        """A blank page of this size: no cookies, Chinese, Beijing time."""
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            has_touch=True,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
        )
        yield context.new_page()
        context.close()


def main() -> None:
    """Take all pictures; exits with a sentence where there is no browser."""
    program = find_chromium()
    if program is None:
        sys.exit("没有浏览器：sudo apt-get install chromium")
    ALBUM.mkdir(exist_ok=True)
    with TemporaryDirectory() as scratch, sync_playwright() as playwright, Demo(Path(scratch) / "data") as demo:
        browser = launch(playwright, program, Path(scratch))
        studio = Studio(browser, demo, _prepare(demo))
        for width in WIDTHS:
            _photograph_pages(studio, width)
        _photograph_kiosk(studio)
        browser.close()


def _prepare(demo: Demo) -> dict[str, str]:
    checkout = approved(demo.url, demo.cast, SEAL, "签路灯采购合同")
    with signed_in(demo.url, demo.cast.accountant) as accountant:
        known = accountant.get(f"/checkouts/{checkout}")
        accountant.ask_for("财务专用章", "对账单盖章")
    return {"checkout": checkout, "cooperative": known["cooperative"], "person": known["applicant"]}


def _photograph_pages(studio: Studio, width: int) -> None:
    for part, pages in PAGES.items():
        with studio.page(width, WIDTHS[width]) as page:
            desk = Desk(page, studio.demo.url)
            if part is not None:
                desk.sign_in(getattr(studio.demo.cast, part))
            for name, address in pages.items():
                desk.open(address.format(**studio.ids))
                page.screenshot(path=ALBUM / f"{name}-{width}.png", full_page=True)


def _photograph_kiosk(studio: Studio) -> None:
    with studio.page(*KIOSK_SIZE) as page:
        for number, name in enumerate(_taking_a_seal(Kiosk(page, studio.demo.kiosk_url), studio.demo), 1):
            page.screenshot(path=ALBUM / f"kiosk-{number}-{name}.png")


def _taking_a_seal(kiosk: Kiosk, demo: Demo) -> Iterator[str]:
    """Two people take a seal out; yields the name of each screen while it is shown."""
    first, second = demo.cast.accountant, demo.cast.officer
    yield from _identifying(kiosk, first, second)
    kiosk.shows("要办哪一件？")
    yield "choices"
    kiosk.choose("领用", SEAL)
    kiosk.shows("要开 1 号门")
    yield "before-the-door"
    kiosk.open(PLACE)
    kiosk.says("1 号门开着")
    kiosk.tick(SEAL)
    yield "open"
    kiosk.touch("其余都在")
    kiosk.shows("请关上 1 号门")
    yield "close"
    demo.hands.close(PLACE)
    kiosk.shows("请两位都确认")
    yield "confirm"
    kiosk.confirm(first, second)
    kiosk.shows("已经取出")
    yield "done"


def _identifying(kiosk: Kiosk, first: Player, second: Player) -> Iterator[str]:
    kiosk.shows("请刷卡")
    yield "welcome"
    kiosk.show_card(first)
    kiosk.shows(f"{first.name}，请按密码")
    yield "pin"
    kiosk.press_pin(first.pin)
    kiosk.shows("请第二位刷卡")
    yield "second"
    kiosk.identify(second)


if __name__ == "__main__":
    main()
