"""Long papers: the page that waits for one says how far it is, and nothing is lost when the server stops meanwhile."""

import asyncio
import re
import time
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from httpx2 import Response

from server.custody.facts import Opening
from server.documents.papers.files import FORMATS
from server.store.work import Work
from server.web.desk import papers
from server.web.language import Translate
from server.web.printing import Phase, PrintedFile, Progress, Stage
from server.web.views.printing import PaperStage, paper_stage
from tests.fixtures.patience import PATIENCE_S
from tests.server.web.browser import Browser
from tests.server.web.test_papers import fetched
from tests.server.web.township import INSPECTOR, REVIEWER, Township

LONG_ROWS = 4_000
GATHERING, WRITING = "第 1 步，共 2 步：收集记录", "第 2 步，共 2 步：写成文件"
SET = "第 2 步，共 2 步：1,000 行都收集好了，正在排版"
BAR = re.compile(r'max="(\d+)" value="(\d+)" .*aria-valuetext="(.+?)"')
SAME: Translate = str


@pytest.mark.parametrize(
    ("stage", "ahead", "said"),
    [
        (Stage(), 2, PaperStage(sentence="前面还有 2 份表在做，轮到就开始。")),
        (Stage(), 0, PaperStage(sentence="正在准备。")),
        (
            Stage(Phase.GATHERING, 500, 4_000),
            0,
            PaperStage(sentence=GATHERING, done=500, total=4_000),
        ),
        (Stage(Phase.DRAWING, 250, 4_000), 0, PaperStage(sentence=WRITING, done=250, total=4_000)),
        (Stage(Phase.DRAWING, 0, 1_000), 0, PaperStage(sentence=SET)),
        (Stage(Phase.DRAWING, 1_000, 1_000), 0, PaperStage(sentence=SET)),
    ],
    ids=["behind others", "next", "gathering", "writing a workbook", "setting a PDF", "all rows written"],
)
def test_how_far_a_paper_is_is_said_with_its_figures(stage: Stage, ahead: int, said: PaperStage) -> None:
    assert paper_stage(stage, ahead, SAME) == said


def opened_often(township: Township) -> None:
    """东坑一社's door was opened thousands of times."""
    first = township.clock()

    def happen(work: Work, _asked: None) -> None:
        for number in range(LONG_ROWS):
            at = first + timedelta(seconds=number)
            work.facts.put(
                Opening(
                    id=f"o-{number}",
                    agent="hall-1",
                    place="CAB-01/1",
                    action="take",
                    permit="m-1",
                    checkout=None,
                    deposit=None,
                    persons=(),
                    intended_at=at,
                    opened_at=at,
                )
            )

    township.writer.run_now(happen, None)


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """No paper is made so quickly that nobody waits for it."""
    monkeypatch.setattr(papers, "AT_ONCE_S", 0.0)


def asks(client: Browser, paper: str) -> str:
    """Where the paper is fetched."""
    return client.post("/papers", data={"paper": paper}).headers["location"]


def state_of(here: str) -> str:
    """Where the page of that paper asks how far it is."""
    path, _, query = here.partition("?")
    return f"{path}/state?{query}"


def until_made(client: Browser, here: str) -> list[str]:
    """What the page said, look by look, until the paper was made."""
    said, deadline = [], time.monotonic() + PATIENCE_S
    while "做好了" not in (state := unescape(client.get(state_of(here)).text)):
        assert time.monotonic() < deadline, state
        said.append(state)
    assert f'href="{here}" data-go-now' in state
    return said


@pytest.mark.usefixtures("waiting")
def test_the_bar_of_a_long_paper_moves_row_by_row_to_its_end(township: Township) -> None:
    opened_often(township)
    client = township.client(INSPECTOR)
    here = asks(client, "opening_register.xlsx")
    said = until_made(client, here)
    for phase in (GATHERING, WRITING):
        bars = [bar for bar in map(BAR.search, said) if bar is not None and phase in bar.string]
        figures = [(int(bar[2]), int(bar[1])) for bar in bars]
        assert len(set(figures)) >= 2, said
        assert figures == sorted(figures)
        assert {total for _, total in figures} == {LONG_ROWS}
        assert all(bar[3] == f"{int(bar[2]):,} / {LONG_ROWS:,}" for bar in bars)
    assert client.get(here).content.startswith(b"PK")


async def keep_the_press_busy(township: Township) -> asyncio.Event:
    """Somebody else's paper is being drawn until the event is set."""
    let_go = asyncio.Event()

    async def make(_progress: Progress) -> PrintedFile:
        await let_go.wait()
        return PrintedFile("x", "application/pdf", b"")

    township.app.state.house.printing.start("p-other", "盘点表", "busy", make)
    return let_go


@pytest.mark.usefixtures("waiting")
def test_who_waits_for_others_is_told_so_and_the_paper_comes_by_itself(township: Township) -> None:
    client = township.client(REVIEWER)
    let_go = township.doorway.inside.call(keep_the_press_busy, township)
    here = asks(client, "inventory.pdf")
    page = unescape(client.get(here).text)
    assert "前面还有 1 份表在做" in page
    assert f'hx-get="{state_of(here)}" hx-trigger="every 1s"' in page
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in page
    township.doorway.inside.call(let_go.set)
    until_made(client, here)
    assert client.get(here).content.startswith(b"%PDF")


def asked_again(client: Browser, page: Response) -> Response:
    """One tap on the page of a paper that is lost."""
    form = page.text.partition('action="/papers"')[2].partition("</form>")[0]
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="(.*?)">', form))
    return fetched(client, client.post("/papers", data=fields).headers["location"])


@pytest.mark.parametrize("is_part", [False, True], ids=["the page", "the part that asks how far it is"])
def test_a_paper_lost_with_the_process_is_said_to_be_and_made_again_at_one_tap(
    township: Township, is_part: bool
) -> None:
    client = township.client(INSPECTOR)
    asked = {"paper": "inventory.xlsx", "cooperative": township.cooperative().id}
    made_before = client.post("/papers", data=asked).headers["location"]
    path, _, query = made_before.partition("?")
    lost = f"{path}-of-a-process-before?{query}"
    page = client.get(state_of(lost) if is_part else lost)
    assert page.status_code == (200 if is_part else 410)
    assert "服务器重新启动过" in page.text
    assert asked_again(client, page).content == fetched(client, made_before).content


@pytest.mark.parametrize("query", ["", "?paper=inventory.doc", "?paper=nothing.pdf"], ids=["", "format", "form"])
def test_a_paper_that_nobody_could_have_asked_for_is_not_there(township: Township, query: str) -> None:
    client = township.client(INSPECTOR)
    assert [client.get(f"/papers/x{part}{query}").status_code for part in ("", "/state")] == [404, 404]


@pytest.mark.usefixtures("waiting")
def test_a_paper_that_was_refused_is_not_said_to_be_made(township: Township, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FORMATS, "pdf", replace(FORMATS["pdf"], rows_max=3))
    client = township.client(INSPECTOR)
    here = asks(client, "inventory.pdf")
    deadline = time.monotonic() + PATIENCE_S
    while 'class="making"' in (state := client.get(state_of(here)).text):
        assert time.monotonic() < deadline
    assert "没有做成" in state
    assert client.get(here).status_code == 409
