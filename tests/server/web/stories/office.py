"""A township whose people come in real browsers: what they touch, what they print, and what the log got of it."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
from playwright.sync_api import FilePayload, Locator, Page, expect

from server.custody.handovers.states import Found
from server.notifying.rounds import DeliverRound, TellRound
from server.operate.verify import Verdict, verify_database
from server.store.lists import entries
from server.store.log_rows import ENTRIES
from server.usecases.count_handover import CountLine, count_line
from tests.server.web.handovers import lines_of
from tests.server.web.test_in_a_browser import Visitors
from tests.server.web.township import KEYS, OFFICER, Township


class Office:
    """Everybody's way in, from the moment it opens: entries from before that do not count as this story's."""

    def __init__(self, township: Township, address: str, open_screen: Callable[..., Page]) -> None:
        self.township = township
        self._visitors = Visitors(township, address, open_screen)
        with township.database.reading() as reader:
            self._began = entries.log_size(reader)

    def come(self, name: str | None, path: str, kind: str = "desktop") -> Page:
        """This person (None: a stranger), signed in, with this page open on a `phone` or a `desktop`."""
        return self._visitors.come(name, path, kind)

    def logged(self, *kinds: str) -> list[str]:
        """The types of this story's entries, oldest first: those that begin with one of these words (`seal_`)."""
        with self.township.database.reading() as reader:
            grown = entries.lines_where(reader, ENTRIES.c.position >= self._began)
        return [line.type for line in grown if line.type.startswith(kinds or "")]

    def verified(self) -> Verdict:
        """What an auditor's `verify` says of everything: log, tables and handed-in files."""
        with self.township.database.reading() as reader:
            return verify_database(reader, KEYS, uploads=self.township.uploads)


@contextmanager
def telling(township: Township) -> Iterator[Callable[[timedelta], None]]:
    """Both rounds of telling, as often as they are called, so much later."""
    inside = township.doorway.inside
    ways = township.database, township.writer, township.messengers, township.clock
    tell, deliver = TellRound(*ways), DeliverRound(*ways)

    def rounds(later: timedelta) -> None:
        township.clock.pass_by(later)
        inside.call(tell.once)
        inside.call(deliver.once)

    yield rounds
    inside.call(deliver.close)


def unfold(part: Locator | Page, words: str) -> Locator:
    """Unfold what is folded under these words, and answer it; news may just have drawn it anew, and one taps again."""
    fold = part.locator(f'details:has(> summary:has-text("{words}"))').first
    fold.wait_for()
    while fold.get_attribute("open") is None:
        fold.locator("summary").first.click()
    return fold


def told(page: Page, sentence: str) -> None:
    """Wait until the page says what was just done."""
    expect(page.get_by_role("status").first).to_contain_text(sentence)


def file_of(name: str, content: bytes) -> FilePayload:
    """A file as one chooses it."""
    return {"name": name, "mimeType": "", "buffer": content}


def printed(page: Page, paper: str) -> bytes:
    """The file behind one click on a paper's button (`盘点表 Excel`)."""
    with page.expect_download() as download:
        page.get_by_role("button", name=paper, exact=True).click()
    return Path(download.value.path()).read_bytes()


def cells_of(workbook: bytes) -> list[list[Any]]:
    """Every row of a workbook's sheets; a cell without anything is None."""
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    return [[cell.value for cell in row] for sheet in book.worksheets for row in sheet.iter_rows()]


def counted_in_the_store(township: Township, where: str, but: str = "") -> None:
    """Everything on the list at `where` but one thing is counted as listed, which a phone does one by one."""
    by = township.person(OFFICER).id
    for line in lines_of(township, where):
        if line.item != but:
            asked = CountLine(by=by, handover=line.handover, item=line.item, found=Found.AS_LISTED)
            township.writer.run_now(count_line, asked)


def a_seal_beyond_the_list(page: Page, name: str, origin: str) -> None:
    """An official seal that stands on no list is found while counting, registered and added to it."""
    surprise = unfold(page, "有清单上没有的东西")
    surprise.get_by_label("是什么").select_option(label="印章")
    surprise.get_by_label("哪种印章").select_option(label="公章")
    surprise.get_by_label("全称").fill(name)
    surprise.get_by_label("来历").fill(origin)
    surprise.get_by_role("button", name="登记并加进清单").click()
    told(page, "账外的东西已登记")
