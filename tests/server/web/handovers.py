"""水口八社's first handover, at the stages the tests of the pages begin from."""

import re
from html import unescape

from server.custody.handovers.facts import Handover, HandoverLine
from server.custody.handovers.states import HandoverKind
from server.usecases.open_handover import HandoverStands, OpenHandover, open_handover
from tests.server.web.browser import Browser
from tests.server.web.township import OFFICER, OUTSIDE, REVIEWER, Township


def drafted(township: Township) -> str:
    """The address of the draft."""
    cooperative = township.cooperative(OUTSIDE).id
    asked = OpenHandover(by=township.person(REVIEWER).id, cooperative=cooperative, kind=HandoverKind.FIRST)
    stands = township.writer.run_now(open_handover, asked)
    assert isinstance(stands, HandoverStands), stands
    return f"/handovers/{stands.handover}"


def being_counted(township: Township) -> str:
    """The address once counting has begun: one line is as listed, one is not there."""
    page = drafted(township)
    township.client(REVIEWER).post(f"{page}/begin")
    officer, lines = township.client(OFFICER), lines_of(township, page)
    count(officer, page, lines[0])
    count(officer, page, lines[1], "not_found", "在农商银行")
    return page


def handover_of(township: Township, page: str) -> Handover:
    return next(each for each in township.all(Handover) if page.endswith(each.id))


def lines_of(township: Township, page: str) -> list[HandoverLine]:
    lines = [each for each in township.all(HandoverLine) if page.endswith(each.handover)]
    return sorted(lines, key=lambda line: line.number)


def count(client: Browser, page: str, line: HandoverLine, found: str = "as_listed", note: str = "") -> str:
    response = client.post(f"{page}/lines/{line.item}/count", data={"found": found, "note": note})
    return response.headers.get("location", unescape(response.text))


def counted(township: Township, page: str) -> Browser:
    """Everything on the list was found; returns the officer's browser."""
    assert township.client(REVIEWER).post(f"{page}/begin").status_code == 303
    officer = township.client(OFFICER)
    for line in lines_of(township, page):
        count(officer, page, line)
    return officer


def content(client: Browser, page: str) -> str:
    found = re.search(r'name="content" value="([0-9a-f]{64})"', client.get(page).text)
    assert found is not None
    return found[1]


def signs(client: Browser, page: str, part: str, shown: str) -> int:
    return client.post(f"{page}/signatures", data={"part": part, "content": shown}).status_code
