"""更新名册: a workbook is handed in, a table says what it would do, another administrator confirms, it is done."""

import asyncio
import hashlib
import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import Form, Request
from pydantic import Field
from starlette.datastructures import UploadFile
from starlette.responses import Response

from server.custody.administration.changes import Answering, Change, ChangeKind, refuse_to_answer, refuse_to_propose
from server.custody.refusals import Refused
from server.custody.roles import MAY_CONFIRM_CHANGES, MAY_PROPOSE_CHANGES, MAY_SEE_CHANGES
from server.custody.roster import Roster
from server.documents.as_csv import as_csv
from server.documents.intake.problems import problems_table
from server.documents.roster import as_roster
from server.documents.workbook import UnreadableWorkbook, read_workbook
from server.store import find
from server.store.fact_rows import FactRows
from server.store.find_administration import waiting_changes
from server.store.uploads import CHUNK_BYTES, Arrival
from server.usecases.answer_change import AnswerChange, answer_change
from server.usecases.export_paper import ExportPaper, export_paper
from server.usecases.import_roster import ImportReport, ImportRoster, check_roster, hash_cards
from server.usecases.off_loop import off_loop
from server.usecases.update_roster import ConfirmRoster, ProposeRoster, confirm_roster, propose_roster, seen_of
from server.web.access import declared_router, may
from server.web.api.attachments import BODY_BYTES_MAX
from server.web.desk.forms import Typed
from server.web.desk.page import go, once_key, page, page_after
from server.web.telling import ROSTER_VANISHED
from server.web.troubles import NotFound
from server.web.views.changes import change_line
from server.web.views.reading import Reading
from server.web.views.roster import roster_rows
from server.web.visit import Arriving, Visit

router = declared_router(include_in_schema=False)
_DOCUMENT = re.compile(r"[0-9a-f]{64}")


class RosterAnswerForm(Typed):
    """What an administrator says to a roster of which they were shown `seen`."""

    answer: Literal["propose", "confirm", "decline"]
    seen: str = Field("", max_length=64)
    note: str = Field("", max_length=300)
    reason: str = Field("", max_length=300)


@router.get("/admin/roster", dependencies=may(MAY_SEE_CHANGES))
async def roster_intake(visit: Arriving) -> Response:
    """Where a workbook is handed in, and what waits."""
    return _intake(visit, "", HTTPStatus.OK)


@router.post("/admin/roster", dependencies=may(MAY_PROPOSE_CHANGES), max_body_size=BODY_BYTES_MAX)
async def hand_in(visit: Arriving, request: Request) -> Response:
    """Keep the workbook under its hash and show what it would do; nothing is proposed yet."""
    async with request.form(max_files=1, max_fields=4) as form:
        file = form.get("workbook")
        if not isinstance(file, UploadFile) or not file.filename:
            return _intake(visit, visit.say("请选一个 .xlsx 文件。"), HTTPStatus.UNPROCESSABLE_ENTITY)
        try:
            document = await _kept(visit, file)
        except UnreadableWorkbook as error:
            return _intake(visit, str(error), HTTPStatus.UNPROCESSABLE_ENTITY)
    return go(f"/admin/roster/{document}")


@router.get("/admin/roster/{document}", dependencies=may(MAY_SEE_CHANGES))
async def show_roster(visit: Arriving, document: str) -> Response:
    """What the workbook would do to the register as it is now."""
    return await _show(visit, document)


@router.post("/admin/roster/{document}", dependencies=may(MAY_PROPOSE_CHANGES | MAY_CONFIRM_CHANGES))
async def answer(visit: Arriving, document: str, form: Annotated[RosterAnswerForm, Form()]) -> Response:
    """Propose it, confirm it, or decline it."""
    return await visit.house.once.answer(once_key(visit, form), lambda: _answer(visit, document, form))


@router.post("/admin/roster/{document}/vanished", dependencies=may(MAY_SEE_CHANGES))
async def vanished(visit: Arriving, document: str, form: Annotated[Typed, Form()]) -> Response:  # noqa: ARG001
    """What the workbook no longer lists, as a file; an entry like every export."""
    _, report = await _checked(visit, document)
    file = as_csv([("工作表", "名册里不再有的"), *((gone.sheet, gone.what) for gone in report.vanished)])
    exported = ExportPaper(
        by=visit.who.id,
        form=ROSTER_VANISHED,
        format="csv",
        rows=len(report.vanished),
        sha256=hashlib.sha256(file).hexdigest(),
        cooperative=None,
        checkout=None,
        title="",
        period="",
    )
    await visit.house.writer.run(export_paper, exported)
    headers = {"content-disposition": 'attachment; filename="vanished.csv"'}
    return Response(file, media_type="text/csv; charset=utf-8", headers=headers)


async def _answer(visit: Visit, document: str, form: RosterAnswerForm) -> Response:
    done = await _answered(visit, document, form)
    if isinstance(done, Refused):
        return await _show(visit, document, done, form)
    told = {"propose": "change_proposed", "confirm": "roster_updated", "decline": "change_declined"}
    return go("/admin/changes", told[form.answer])


async def _answered(visit: Visit, document: str, form: RosterAnswerForm) -> object:
    run = visit.house.writer.run
    if form.answer == "propose":
        asked, _ = await _checked(visit, document)
        return await run(propose_roster, ProposeRoster(by=visit.who.id, asked=asked, seen=form.seen, note=form.note))
    change = _waiting(visit, document)
    if change is None:
        raise NotFound
    if form.answer == "decline":
        declined = AnswerChange(by=visit.who.id, change=change.id, agrees=False, reason=form.reason)
        return await run(answer_change, declined)
    asked, _ = await _checked(visit, document)
    return await run(confirm_roster, ConfirmRoster(by=visit.who.id, change=change.id, asked=asked, seen=form.seen))


async def _kept(visit: Visit, file: UploadFile) -> str:
    """The workbook made durable where it can be read; its SHA-256. Raises `UnreadableWorkbook`."""
    with visit.house.uploads.arriving() as arrival:
        while chunk := await file.read(CHUNK_BYTES):
            await asyncio.to_thread(arrival.write, chunk)
        await off_loop(_judged, visit, arrival)
        return arrival.sha256


def _judged(visit: Visit, arrival: Arrival) -> None:
    arrival.stream.flush()
    read_workbook(arrival.path, today=visit.now.date())
    arrival.keep()


async def _checked(visit: Visit, document: str) -> tuple[ImportRoster, ImportReport]:
    """The workbook as it would be brought in, rows that do not fit left out, and what that would do."""
    if _DOCUMENT.fullmatch(document) is None or not await off_loop(visit.house.uploads.is_sound, document):
        raise NotFound
    return await off_loop(_read, visit, document)


def _read(visit: Visit, document: str) -> tuple[ImportRoster, ImportReport]:
    try:
        roster = _roster(visit.house.uploads.folder / document, visit.now.date())
    except UnreadableWorkbook as error:
        raise NotFound from error
    with visit.house.database.reading() as reader:
        township = find.township(FactRows(reader))
        if township is None:
            raise NotFound
        cards = [row.card for row in roster.people if row.card is not None]
        hashes = hash_cards(cards, bytes.fromhex(township.card_salt))
        asked = ImportRoster(roster=roster, card_hashes=hashes, skip_bad=True)
        return asked, check_roster(reader, asked)


@lru_cache(maxsize=1)
def _roster(kept: Path, today: date) -> Roster:
    """What a kept workbook says; it is named by its content, so whoever looks again is spared the reading."""
    return as_roster(read_workbook(kept, today=today))


def _waiting(visit: Visit, document: str) -> Change | None:
    with visit.house.database.reading() as reader:
        waiting = waiting_changes(FactRows(reader), ChangeKind.ROSTER)
    return next((each for each in waiting if each.wanted["document"] == document), None)


def _intake(visit: Visit, error: str, status: HTTPStatus) -> Response:
    with visit.house.database.reading() as reader:
        facts = FactRows(reader)
        reading = Reading(facts, visit.now, visit.language)
        waiting = [change_line(each, reading) for each in waiting_changes(facts, ChangeKind.ROSTER)]
    may_propose = visit.who.holds_any(MAY_PROPOSE_CHANGES)
    errors = {"workbook": error} if error else {}
    return page(visit, "roster_intake.html", {"waiting": waiting, "may": may_propose, "errors": errors}, status)


async def _show(
    visit: Visit, document: str, refused: Refused | None = None, form: RosterAnswerForm | None = None
) -> Response:
    _, report = await _checked(visit, document)
    change = _waiting(visit, document)
    with visit.house.database.reading() as reader:
        reading = Reading(FactRows(reader), visit.now, visit.language)
        context: dict[str, Any] = {
            "document": document,
            "seen": seen_of(report),
            "rows": roster_rows(report.rows, reading),
            "report": report,
            "problems": problems_table(_worst_first(report)),
            "change": None if change is None else change_line(change, reading),
            "may_propose": change is None and bool(report.rows) and refuse_to_propose(visit.who) is None,
            "may_answer": change is not None and refuse_to_answer(Answering(visit.who, change)) is None,
        }
    return page_after(visit, "roster.html", context, refused, form)


def _worst_first(report: ImportReport) -> Iterable[Any]:
    return sorted(report.problems, key=lambda problem: problem.is_reminder)
