"""表册: registers, lists and forms, drawn as files. Each one given out is an entry of the log first."""

import asyncio
import hashlib
from collections.abc import Awaitable
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal
from urllib.parse import quote, urlencode

from fastapi import Form, Query
from pydantic import Field
from starlette.responses import RedirectResponse, Response

from server.custody.facts import Checkout, Cooperative
from server.custody.handovers.facts import Handover
from server.custody.objections import is_published
from server.custody.refusals import Refused
from server.documents.papers.files import FORMATS, drawn, name_of
from server.documents.papers.paper import Paper
from server.documents.papers.printing import FORMS, Subject, Wanted, make_paper, say_period
from server.usecases.export_paper import DeclineExport, ExportPaper, decline_export, export_paper
from server.web import times
from server.web.access import MAY_READ_A_LOG, declared_router, may, may_see, readable_ones
from server.web.desk.forms import Typed
from server.web.desk.page import fragment, page
from server.web.paper_receipts import paper_receipt, wait_for_witnesses
from server.web.periods import read_period
from server.web.printing import PrintedFile, Progress
from server.web.sight import must_know
from server.web.troubles import Declined, NotFound
from server.web.views.disclosure import span
from server.web.views.printing import paper_stage
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

    @property
    def asked(self) -> dict[str, str]:
        """What was chosen, by which the same can be asked for again."""
        return self.model_dump(exclude={"once"}, exclude_defaults=True)


class AskedBefore(PaperForm):
    """What a paper's address says was asked for: with it a paper that is lost is made again."""

    paper: str = Field("", max_length=40)


@router.post("/papers", dependencies=READERS)
async def print_paper(visit: Arriving, form: Annotated[PaperForm, Form()]) -> Response:
    """Make it; then to the file, or to a page that says how far it is."""
    name, format_ = _named(form)
    wanted = _wanted(visit, name, form)
    key = (form.paper, form.cooperative, form.checkout, form.handover, form.proof, wanted.since, wanted.until)

    def make(progress: Progress) -> Awaitable[PrintedFile | Refused]:
        return _made(visit, wanted, format_, progress, is_full=bool(form.proof))

    job = visit.house.printing.start(visit.who.id, FORMS[name].title, key, make)
    await asyncio.wait({job.task}, timeout=AT_ONCE_S)
    return RedirectResponse(_address(job.id, form), HTTPStatus.SEE_OTHER)


@router.get("/papers/{job}", dependencies=READERS)
async def give_paper(visit: Arriving, job: str, asked: Annotated[AskedBefore, Query()]) -> Response:
    """The file once it is made, until then the page that waits for it; one that is lost can be made again."""
    found = visit.house.printing.job(visit.who.id, job)
    title = FORMS[_named(asked)[0]].title if found is None else found.title
    if found is None or not found.task.done():
        status = HTTPStatus.GONE if found is None else HTTPStatus.OK
        return page(visit, "paper_waiting.html", {"title": title, **_state(visit, job, asked)}, status)
    made = await found.task
    if isinstance(made, Refused):
        raise Declined(made)
    disposition = f"attachment; filename*=UTF-8''{quote(made.name)}"
    return Response(made.content, media_type=made.media_type, headers={"content-disposition": disposition})


@router.get("/papers/{job}/state", dependencies=READERS)
async def paper_state(visit: Arriving, job: str, asked: Annotated[AskedBefore, Query()]) -> Response:
    """How far it is by now: the part of the waiting page that changes."""
    return fragment(visit, "paper_state.html", _state(visit, job, asked))


def _named(form: PaperForm) -> tuple[str, str]:
    """The form and the format that are asked for; raises `NotFound` where there is no such paper."""
    name, _, format_ = form.paper.partition(".")
    if name not in FORMS or format_ not in FORMATS:
        raise NotFound
    return name, format_


def _address(job: str, form: PaperForm, part: str = "") -> str:
    """Where it is fetched; what was asked for travels along, since the job itself does not survive a restart."""
    return f"/papers/{job}{part}?{urlencode(form.asked)}"


def _state(visit: Visit, job: str, asked: AskedBefore) -> dict[str, Any]:
    """How far it is, for the templates."""
    found = visit.house.printing.job(visit.who.id, job)
    if found is None:
        _named(asked)
        return {"state": "lost", "asked": asked.asked}
    here = {"here": _address(job, asked), "state_here": _address(job, asked, "/state")}
    if found.task.done():
        is_made = found.task.exception() is None and isinstance(found.task.result(), PrintedFile)
        return {"state": "made" if is_made else "failed", **here}
    stage = paper_stage(found.progress.stage, visit.house.printing.ahead_of(found), visit.say)
    seconds = round(asyncio.get_running_loop().time() - found.asked_at_s)
    return {"state": "waiting", "stage": stage, "seconds": seconds, **here}


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
    return f"{visit.address}/public/{must_know(visit, Cooperative, form.cooperative).code}/{form.month}"


def _cooperative_of(visit: Visit, kind: type[Checkout | Handover], fact_id: str) -> str:
    """Whose checkout or handover it is; raises `NotFound` where there is none, or not for this person."""
    found = must_know(visit, kind, fact_id)
    if not may_see(visit.who, found.cooperative):
        raise NotFound
    return found.cooperative


async def _made(
    visit: Visit, wanted: Wanted, format_: str, progress: Progress, *, is_full: bool
) -> PrintedFile | Refused:
    """Read, draw, record: the file exists for others only once its entry is committed."""
    if is_full:
        await wait_for_witnesses(visit.house)
    paper = await asyncio.to_thread(_read, visit, replace(wanted, tell=progress.gathered), is_full=is_full)
    content = await asyncio.to_thread(drawn, paper, format_, progress.drew)
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
