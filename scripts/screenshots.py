"""`make screenshots`: every page at 360 and 1280 pixels, quiet and overfull, and a demo's kiosk, into screenshots/."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, sync_playwright

from server.demo.cast import Player
from server.web.sessions import cookie_name
from tests.fixtures.chromium import find_chromium, launch
from tests.scenarios.accounts import approved
from tests.scenarios.demo import Demo
from tests.scenarios.kiosk import Kiosk
from tests.server.web.furnished import furnish, untouched
from tests.server.web.service import serving
from tests.server.web.test_updating_the_roster import SYSTEM
from tests.server.web.township import (
    ACCOUNTANT,
    HEAD,
    INSPECTOR,
    OFFICE_HEAD,
    OFFICER,
    REVIEWER,
    Township,
    build,
)

ALBUM = Path("screenshots")
WIDTHS = {360: 740, 1280: 800}
"""Widths of the pages' pictures, and the height of the window; a picture is as long as its page."""
KIOSK_SIZE = (1280, 800)
SEAL, PLACE = "公章", "CAB-01/1"

OPEN_TO_ALL = {
    "sign-in": (None, "/sign-in"),
    "redeem": (None, "/redeem"),
    "public": (None, "/public"),
    "public-month": (None, "/public/{code}/{month}"),
}
EVERYWHERE: Mapping[str, tuple[str | None, str]] = {
    **OPEN_TO_ALL,
    "home": (ACCOUNTANT, "/"),
    "request": (ACCOUNTANT, "/requests/new"),
    "me": (ACCOUNTANT, "/me"),
    "notices": (HEAD, "/notices"),
    "overview": (INSPECTOR, "/overview"),
    "decide": (HEAD, "/decide"),
    "away": (HEAD, "/away"),
    "findings": (INSPECTOR, "/findings"),
    "out": (REVIEWER, "/out"),
    "statistics": (INSPECTOR, "/statistics"),
    "log": (INSPECTOR, "/log"),
    "entry": (INSPECTOR, "/log/1"),
    "cabinets": (OFFICER, "/cabinets"),
    "cooperatives": (REVIEWER, "/cooperatives"),
    "cooperative": (REVIEWER, "/cooperatives/{cooperative}"),
    "item": (REVIEWER, "/items/{item}"),
    "checkout": (REVIEWER, "/checkouts/{checkout}"),
    "handovers": (OFFICER, "/handovers"),
    "disclosures": (REVIEWER, "/disclosures"),
    "cabinet": (SYSTEM, "/admin/cabinets/{cabinet}"),
    "administration": (SYSTEM, "/admin"),
    "people": (OFFICE_HEAD, "/people"),
    "person": (OFFICE_HEAD, "/people/{person}"),
    "policy": (OFFICE_HEAD, "/policy"),
    "policy-propose": (OFFICE_HEAD, "/policy/propose"),
    "holidays": (OFFICE_HEAD, "/holidays"),
    "search": (REVIEWER, "/search?q=合同"),
    "search-nothing": (REVIEWER, "/search?q=没有这个"),
    "not-found": (INSPECTOR, "/nothing"),
}
WHERE_THINGS_GO_ON: Mapping[str, tuple[str | None, str]] = {
    "public-objection": (None, "/public/objections/{objection}"),
    "request-contract": (ACCOUNTANT, "/requests/new?mode=off_site&matter=lease&items={item}"),
    "correct": (ACCOUNTANT, "/requests/{correctable}/correct"),
    "finding": (INSPECTOR, "/findings/{finding}"),
    "finding-explain": (OFFICER, "/findings/{finding}"),
    "handover": (OFFICER, "/handovers/{handover}"),
    "roster": (SYSTEM, "/admin/roster/{document}"),
    "policy-proposed": (INSPECTOR, "/policy/2"),
}
"""Name of the picture → who looks (None: nobody signed in), and at which address."""


@dataclass(frozen=True, slots=True)
class Studio:
    """A browser, and room for what is made on the way."""

    browser: Browser
    scratch: Path

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
    with TemporaryDirectory() as scratch, sync_playwright() as playwright:
        studio = Studio(launch(playwright, program, Path(scratch)), Path(scratch))
        template = studio.scratch / "template"
        template.mkdir()
        build(template)
        _photograph_pages(studio, template, "quiet", untouched, EVERYWHERE)
        _photograph_pages(studio, template, "busy", furnish, {**EVERYWHERE, **WHERE_THINGS_GO_ON})
        _photograph_kiosk(studio)
        studio.browser.close()


def _photograph_pages(
    studio: Studio,
    template: Path,
    state: str,
    prepare: Callable[[Township], dict[str, str]],
    pages: Mapping[str, tuple[str | None, str]],
) -> None:
    folder = studio.scratch / state
    folder.mkdir()
    township = Township(template, folder)
    known = prepare(township)
    with serving(township.app) as url:
        for (width, height), (name, (who, address)) in product(WIDTHS.items(), pages.items()):
            with studio.page(width, height) as page:
                _sit_down(page, url, None if who is None else township.token(who))
                page.goto(url + address.format(**known))
                page.screenshot(path=ALBUM / f"{name}-{state}-{width}.png", full_page=True)
    township.close()


def _sit_down(page: Page, url: str, token: str | None) -> None:
    """From now on the browser belongs to whoever has this session."""
    page.context.clear_cookies()
    if token is not None:
        page.context.add_cookies([{"name": cookie_name(tls=False), "value": token, "url": url}])


def _photograph_kiosk(studio: Studio) -> None:
    with Demo(studio.scratch / "demo") as demo, studio.page(*KIOSK_SIZE) as page:
        approved(demo.url, demo.cast, SEAL, "签路灯采购合同")
        for number, name in enumerate(_taking_a_seal(Kiosk(page, demo.kiosk_url), demo), 1):
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
