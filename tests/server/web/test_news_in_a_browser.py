"""A page that is open shows what is so now, however the news and its own questions cross."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from server.custody.handovers.states import Found
from server.usecases.count_handover import CountLine, count_line
from tests.server.web.handovers import drafted, lines_of
from tests.server.web.service import serving
from tests.server.web.test_in_a_browser import Visitors
from tests.server.web.township import OFFICER, REVIEWER, Township

LISTENS = """() => {
    nextNews = new Promise((heard) => document.body.addEventListener("gongguan:entry", heard, { once: true }));
}"""


class Sheet:
    """A list being counted that the officer has open on a tablet, while others count."""

    def __init__(self, township: Township, page: Page, where: str) -> None:
        self._township, self.page = township, page
        self._uncounted = iter(lines_of(township, where))

    def count_elsewhere(self) -> None:
        """The next thing is found as listed, and the page hears that something happened."""
        line = next(self._uncounted)
        asked = CountLine(
            by=self._township.person(OFFICER).id, handover=line.handover, item=line.item, found=Found.AS_LISTED
        )
        self.page.evaluate(LISTENS)
        self._township.writer.run_now(count_line, asked)
        self.page.evaluate("() => nextNews.then(() => null)")


@pytest.fixture
def sheet(township: Township, open_screen: Callable[..., Page]) -> Iterator[Sheet]:
    """A list of which nothing is counted yet, open in a browser."""
    where = drafted(township)
    township.client(REVIEWER).post(f"{where}/begin")
    with serving(township.app) as address:
        page = Visitors(township, address, open_screen).come(OFFICER, where, "phone")
        expect(page.get_by_text("已点 0 件")).to_be_visible()
        with page.expect_response("**/api/v1/live"):
            page.reload()
        yield Sheet(township, page, where)


def test_what_happens_while_the_page_asks_anew_is_on_it_too(sheet: Sheet) -> None:
    def overtaken(asking: Route) -> None:
        answer = asking.fetch()
        sheet.count_elsewhere()
        asking.fulfill(response=answer)

    sheet.page.route("**/handovers/*", overtaken, times=1)
    sheet.count_elsewhere()
    expect(sheet.page.get_by_text("已点 2 件")).to_be_visible()


def test_what_was_held_back_while_somebody_wrote_comes_once_it_is_folded(sheet: Sheet) -> None:
    surprise = sheet.page.locator("details", has_text="有清单上没有的东西？")
    surprise.locator("summary").first.click()
    with sheet.page.expect_response("**/handovers/*"):
        sheet.count_elsewhere()
    expect(surprise).to_have_attribute("open", "")
    expect(sheet.page.get_by_text("已点 0 件")).to_be_visible()
    surprise.locator("summary").first.click()
    expect(sheet.page.get_by_text("已点 1 件")).to_be_visible()
