"""The web pages in one person's hands. What is on a page is found as people find it: by its words."""

import re
from collections.abc import Mapping
from typing import Self

from playwright.sync_api import FilePayload, Locator, Page, expect

from server.demo.cast import Player
from tests.scenarios.waiting import until
from tests.server.pictures import pdf


class Desk:
    """One browser with one person in it. Every method returns when the page shows what it leads to."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self._url = page, url

    def sign_in(self, player: Player) -> Self:
        """Sign in with phone number and password."""
        self.page.goto(f"{self._url}/sign-in")
        self.page.get_by_label("手机号").fill(player.phone)
        self.page.get_by_label("密码").fill(player.password)
        self.page.get_by_role("button", name="登录").click()
        expect(self.page.get_by_role("button", name="退出")).to_be_visible()
        return self

    def open(self, path: str) -> Self:
        """Go to a page by its address."""
        self.page.goto(f"{self._url}{path}")
        return self

    def ask_for(self, item: str, *, purpose: str) -> None:
        """File a request for one item; the home page then shows it."""
        self.open("/").page.get_by_role("link", name="我要用印").click()
        self.page.get_by_role("checkbox", name=item).check()
        self.page.get_by_label("做什么用").fill(purpose)
        self.page.get_by_label("盖在什么文件上").fill(f"{purpose}的文件")
        self.page.get_by_label("盖几份").fill("2")
        self._send()

    def ask_to(self, use: str, *things: str, purpose: str, fields: Mapping[str, str], paper: str = "") -> None:
        """File a request to use things in this way (`借出去`), with the fields it needs and a paper handed in."""
        self.open("/").page.get_by_role("link", name="我要用印").click()
        for shelf in self.page.locator("#found summary").all():
            shelf.click()
        for thing in things:
            self.page.get_by_role("checkbox", name=thing).check()
        if not self.page.get_by_label(use).is_visible():
            self.page.get_by_text("其他用法").click()
        self.page.get_by_label(use).check()
        for label, words in {"做什么用": purpose, **fields}.items():
            self.page.get_by_label(label).fill(words)
        if paper:
            other = self.page.locator("details", has_text="其他材料").last
            other.locator("summary").click()
            other.locator("input[type=file]").set_input_files([FilePayload(name=paper, mimeType="", buffer=pdf())])
            expect(self.page.get_by_role("link", name=paper)).to_be_visible()
        self._send()

    def life_of(self, thing: str, part: str = "最近办完的") -> list[str]:
        """Every moment that the page of the request for this thing tells, oldest first, once home shows it there."""
        self.section(part).get_by_role("link", name=thing).first.click()
        told = self.page.locator(".story .story-what")
        told.first.wait_for()
        self.page.wait_for_load_state()
        return [" ".join(each.split()) for each in told.all_inner_texts()]

    def agree_to(self, purpose: str) -> None:
        """Agree to the request with this purpose, which must be the one on top."""
        self.open("/decide")
        expect(self.main).to_contain_text(purpose)
        self.page.get_by_role("button", name="同意").click()
        expect(self.notice).to_be_visible()

    @property
    def main(self) -> Locator:
        """All of the page but its frame."""
        return self.page.get_by_role("main")

    @property
    def notice(self) -> Locator:
        """The line that says what was just done."""
        return self.page.get_by_role("status")

    def section(self, heading: str) -> Locator:
        """The part of the page under a heading."""
        return self.page.get_by_role("region", name=heading)

    def door(self, place: str) -> Locator:
        """A door on the map of the cabinets, by its compartment (`CAB-01/7`)."""
        cabinet, _, number = place.partition("/")
        doors = self.section(cabinet).get_by_role("listitem")
        return doors.filter(has_text=re.compile(rf"^\s*{number}\D"))

    def door_is(self, place: str, state: str) -> None:
        """Wait until the map shows this door `open` or `closed`."""
        expect(self.door(place).locator("[data-door]")).to_have_attribute("data-door", state)

    def log_once_it_says(self, line: str, cooperative: str | None = None) -> list[str]:
        """The newest lines of the log (of one cooperative), oldest first, as soon as one of them begins so."""
        return until(lambda: self._log_saying(line, cooperative), f"the log to say {line}")

    def _send(self) -> None:
        self.page.get_by_role("button", name="送去审批").click()
        expect(self.notice).to_contain_text("已送去审批")

    def _log_saying(self, line: str, cooperative: str | None) -> list[str]:
        told = self._log(cooperative)
        return told if any(each.startswith(line) for each in told) else []

    def _log(self, cooperative: str | None) -> list[str]:
        self.open("/log")
        if cooperative is not None:
            self.page.get_by_label("合作社").select_option(label=cooperative)
            expect(self.page.locator("td.place").filter(has_not_text=cooperative)).to_have_count(0)
        told = [" ".join(text.split()) for text in self.page.locator("td.what").all_inner_texts()]
        return told[::-1]
