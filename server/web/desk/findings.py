"""预警: the findings as a list, and one with the facts it rests on and what may be done about it."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Form, Query
from pydantic import Field
from starlette.responses import Response

from server.custody.findings.finding import LEVEL_TITLES, Finding, Level
from server.custody.findings.life import MAY_CHECK_FINDINGS, MAY_EXPLAIN, FindingMove
from server.custody.findings.rulebook import RULES
from server.custody.people import Standing
from server.custody.refusals import Refused
from server.custody.roles import MAY_READ_THE_WHOLE_LOG
from server.store.database import Reader
from server.store.fact_rows import FactRows
from server.store.lists import findings, registers
from server.store.lists.findings import FindingFilter
from server.store.lists.pages import Page
from server.usecases.answer_finding import AnswerFinding, answer_finding
from server.web.access import MAY_READ_A_LOG, declared_router, may, may_see, readable
from server.web.desk.finding_page import finding_page, own_finding
from server.web.desk.forms import Typed
from server.web.desk.page import fragment, go, once_key, page
from server.web.views.cooperatives import villages_of
from server.web.views.findings import finding_line
from server.web.views.reading import Reading
from server.web.visit import Arriving, Visit

router = declared_router(include_in_schema=False)
ROWS_A_PAGE = 50


class FindingQuery(Typed):
    """Which findings, as it stands in the address."""

    cooperative: str = Field("", max_length=32)
    rule: str = Field("", max_length=4)
    level: str = Field("", max_length=8)
    all: str = Field("", max_length=1)
    after: str = Field("", max_length=96)
    told: str = Field("", max_length=32)

    def wanted(self, who: Standing) -> FindingFilter:
        """The filter, within what this person may read."""
        return FindingFilter(
            cooperative=readable(who, self.cooperative),
            rule=self.rule if self.rule in RULES else None,
            level=Level(self.level) if self.level in set(Level) else None,
            is_open=not self.all,
        )

    def older(self, found: Page[Finding]) -> str:
        """The address of the next page, or ''."""
        if found.next is None:
            return ""
        kept = {name: value for name, value in self.model_dump(exclude={"once", "told"}).items() if value}
        return "/findings?" + urlencode({**kept, "after": found.next})


class AnswerForm(Typed):
    """What is written with a move."""

    words: str = Field("", max_length=500)


@router.get("/findings", dependencies=may(MAY_READ_A_LOG))
async def list_findings(visit: Arriving, query: Annotated[FindingQuery, Query()]) -> Response:
    """The list; with `after`, only its next rows."""
    with visit.house.database.reading() as reader:
        reading = Reading(FactRows(reader), visit.now, visit.language)
        found = findings.findings(reader, query.wanted(visit.who), query.after or None, ROWS_A_PAGE)
        rows = {"rows": [finding_line(each, reading) for each in found.rows], "older": query.older(found)}
        if query.after:
            return fragment(visit, "finding_rows.html", rows)
        return page(visit, "findings.html", {**rows, **_choices(reader, visit), "filter": query})


@router.get("/findings/{finding}", dependencies=may(MAY_READ_A_LOG))
async def show_finding(visit: Arriving, finding: str) -> Response:
    """One finding, for its cooperative's people and whoever reads the whole log."""
    return finding_page(visit, finding)


@router.post("/findings/{finding}/explain", dependencies=may(MAY_EXPLAIN))
async def explain(visit: Arriving, finding: str, form: Annotated[AnswerForm, Form()]) -> Response:
    """Say how it came about."""
    return await _move(visit, finding, form, FindingMove.EXPLAIN)


@router.post("/findings/{finding}/accept", dependencies=may(MAY_CHECK_FINDINGS))
async def accept(visit: Arriving, finding: str, form: Annotated[AnswerForm, Form()]) -> Response:
    """The explanation holds."""
    return await _move(visit, finding, form, FindingMove.ACCEPT)


@router.post("/findings/{finding}/return", dependencies=may(MAY_CHECK_FINDINGS))
async def send_back(visit: Arriving, finding: str, form: Annotated[AnswerForm, Form()]) -> Response:
    """The explanation is not enough."""
    return await _move(visit, finding, form, FindingMove.RETURN)


@router.post("/findings/{finding}/close", dependencies=may(MAY_CHECK_FINDINGS))
async def close(visit: Arriving, finding: str, form: Annotated[AnswerForm, Form()]) -> Response:
    """Done with."""
    return await _move(visit, finding, form, FindingMove.CLOSE)


async def _move(visit: Visit, finding: str, form: AnswerForm, move: FindingMove) -> Response:
    async def act() -> Response:
        asked = AnswerFinding(by=visit.who.id, finding=finding, move=move, words=form.words)
        done = await visit.house.writer.run(answer_finding, asked)
        if isinstance(done, Refused):
            return finding_page(visit, finding, done, form)
        return go(f"/findings/{finding}", f"finding_{done.state}")

    own_finding(visit, finding)
    return await visit.house.once.answer(once_key(visit, form), act)


def _choices(reader: Reader, visit: Visit) -> dict[str, Any]:
    mine = [each for each in registers.every_cooperative(reader) if may_see(visit.who, each.id)]
    return {
        "villages": villages_of(mine),
        "reads_all": visit.who.holds_any(MAY_READ_THE_WHOLE_LOG),
        "rules": [{"id": rule.id, "title": visit.say(rule.title)} for rule in RULES.values()],
        "levels": [{"code": str(level), "word": visit.say(LEVEL_TITLES[level])} for level in Level],
        "counts": _counts(reader, visit),
    }


def _counts(reader: Reader, visit: Visit) -> dict[str, int]:
    cooperative = None if visit.who.holds_any(MAY_READ_THE_WHOLE_LOG) else readable(visit.who, "")
    return {str(level): count for level, count in findings.open_by_level(reader, cooperative).items()}
