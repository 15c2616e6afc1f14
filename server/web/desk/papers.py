"""表册: registers, lists and forms, drawn as files. Each one given out is an entry of the log first."""

import asyncio
import hashlib
from dataclasses import replace
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import Form
from pydantic import Field
from starlette.responses import RedirectResponse, Response

from server.custody.facts import Checkout, Cooperative
from server.custody.handovers.facts import Handover
from server.custody.objections import is_published
from server.custody.refusals import Refused
from server.documents.papers.files import FORMATS, drawn, name_of
from server.documents.papers.paper import Paper
from server.documents.papers.printing import FORMS, Subject, Wanted, make_paper, say_period
from server.store.fact_rows import FactRows
from server.usecases.export_paper import DeclineExport, ExportPaper, decline_export, export_paper
from server.web import times
from server.web.access import MAY_READ_A_LOG, declared_router, may, may_see, readable_ones
from server.web.desk.forms import Typed
from server.web.desk.page import fragment, page
from server.web.paper_receipts import paper_receipt, wait_for_witnesses
from server.web.periods import read_period
from server.web.printing import Job, PrintedFile
from server.web.troubles import Declined, NotFound
from server.web.views.disclosure import span
from server.web.visit import Arriving, Visit

router = declared_router(include_in_schema=False)
READERS = may(MAY_READ_A_LOG)
AT_ONCE_S = 2.5
"""A paper made within this time is simply given; a longer one shows that it is being made."""


class PaperForm(Typed):
    """Which paper, in which format (`seal_register.pdf`), of whom and when; `proof`: how much its receipt carries."""

    paper: str = Field(max_length=40)
    cooperative: str = Field("", max_length=32)
    checkout: str = Field("", max_length=32)
    handover: str = Field("", max_length=32)
    month: str = Field("", max_length=7)
    period: str = Field("", max_length=8)
    since: str = Field("", max_length=32)
    until: str = Field("", max_length=32)
    proof: Literal["", "full"] = ""


@router.post("/papers", dependencies=READERS)
async def print_paper(visit: Arriving, form: Annotated[PaperForm, Form()]) -> Response:
    """Make it; then to the file, or to a page that says how far it is."""
    name, _, format_ = form.paper.partition(".")
    if name not in FORMS or format_ not in FORMATS:
        raise NotFound
    wanted = _wanted(visit, name, form)
    key = (form.paper, form.cooperative, form.checkout, form.handover, form.proof, wanted.since, wanted.until)
    make = partial(_made, visit, wanted, format_, is_full=bool(form.proof))
    job = visit.house.printing.start(visit.who.id, FORMS[name].title, key, make)
    await asyncio.wait({job.task}, timeout=AT_ONCE_S)
    return RedirectResponse(f"/papers/{job.id}", HTTPStatus.SEE_OTHER)


@router.get("/papers/{job}", dependencies=READERS)
async def give_paper(visit: Arriving, job: str) -> Response:
    """The file once it is made, until then the page that waits for it."""
    found = _job(visit, job)
    if not found.task.done():
        return page(visit, "paper_waiting.html", {"title": found.title, "job": found.id, "is_made": False})
    made = await found.task
    if isinstance(made, Refused):
        raise Declined(made)
    disposition = f"attachment; filename*=UTF-8''{quote(made.name)}"
    return Response(made.content, media_type=made.media_type, headers={"content-disposition": disposition})


@router.get("/papers/{job}/state", dependencies=READERS)
async def paper_state(visit: Arriving, job: str) -> Response:
    """Whether it is made by now: the part of the waiting page that changes."""
    found = _job(visit, job)
    return fragment(visit, "paper_state.html", {"job": found.id, "is_made": found.task.done()})


def _job(visit: Visit, job: str) -> Job:
    found = visit.house.printing.job(visit.who.id, job)
    if found is None:
        raise NotFound
    return found


def _wanted(visit: Visit, name: str, form: PaperForm) -> Wanted:
    """What is asked for, within what this person may read; raises `NotFound` beyond it."""
    cooperatives = readable_ones(visit.who, form.cooperative)
    subject = FORMS[name].subject
    if subject is Subject.CHECKOUT:
        cooperatives = frozenset({_cooperative_of(visit, Checkout, form.checkout)})
    if form.handover:
        cooperatives = frozenset({_cooperative_of(visit, Handover, form.handover)})
    since, until = _time(visit, subject, form)
    return Wanted(
        form=name,
        cooperatives=cooperatives,
        printed_by=visit.who.name,
        now=visit.now,
        log_key=visit.house.log.verifier.fingerprint,
        since=since,
        until=until,
        checkout=form.checkout if subject is Subject.CHECKOUT else "",
        handover=form.handover if subject is Subject.COOPERATIVE else "",
        address=_public_address(visit, form) if subject is Subject.MONTH else "",
    )


def _time(visit: Visit, subject: Subject, form: PaperForm) -> tuple[datetime | None, datetime | None]:
    """The stretch of time a paper tells of; none for what is as it is now."""
    if subject is Subject.PERIOD:
        return read_period(form.period, form.since, form.until, visit.now)
    if subject is not Subject.MONTH:
        return None, None
    if not is_published(form.month, visit.now.astimezone(times.ZONE).date()):
        raise NotFound
    return span(form.month)


def _public_address(visit: Visit, form: PaperForm) -> str:
    """Where the month's public page is found; raises `NotFound` where no cooperative is named."""
    with visit.house.database.reading() as reader:
        cooperative = FactRows(reader).get(Cooperative, form.cooperative)
    if cooperative is None:
        raise NotFound
    return f"{visit.address}/public/{cooperative.code}/{form.month}"


def _cooperative_of(visit: Visit, kind: type[Checkout | Handover], fact_id: str) -> str:
    """Whose checkout or handover it is; raises `NotFound` where there is none, or not for this person."""
    with visit.house.database.reading() as reader:
        found = FactRows(reader).get(kind, fact_id)
    if found is None or not may_see(visit.who, found.cooperative):
        raise NotFound
    return found.cooperative


async def _made(visit: Visit, wanted: Wanted, format_: str, *, is_full: bool) -> PrintedFile | Refused:
    """Read, draw, record: the file exists for others only once its entry is committed."""
    if is_full:
        await wait_for_witnesses(visit.house)
    paper = await asyncio.to_thread(_read, visit, wanted, is_full=is_full)
    content = await asyncio.to_thread(drawn, paper, format_)
    only = next(iter(wanted.cooperatives)) if wanted.cooperatives and len(wanted.cooperatives) == 1 else None
    if isinstance(content, Refused):
        declined = DeclineExport(by=visit.who.id, refused=content, cooperative=only)
        return await visit.house.writer.run(decline_export, declined)
    asked = ExportPaper(
        by=visit.who.id,
        form=wanted.form,
        format=format_,
        rows=paper.rows,
        sha256=hashlib.sha256(content).hexdigest(),
        cooperative=only,
        checkout=wanted.checkout or None,
        title=f"{paper.of}{paper.title}",
        period=say_period(wanted.since, wanted.until),
        month=f"{wanted.since:%Y-%m}" if wanted.since and FORMS[wanted.form].subject is Subject.MONTH else None,
    )
    await visit.house.writer.run(export_paper, asked)
    return PrintedFile(name_of(paper, format_), FORMATS[format_].media_type, content)


def _read(visit: Visit, wanted: Wanted, *, is_full: bool) -> Paper:
    with visit.house.database.reading() as reader:
        receipt = paper_receipt(visit.house, reader, wanted.checkout, is_full=is_full)
        return make_paper(reader, replace(wanted, receipt=receipt))
