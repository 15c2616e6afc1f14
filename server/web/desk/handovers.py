"""交接: how far the township has come, one handover with its list, and everything people do at it."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Form
from starlette.responses import Response

from server.custody.handovers.states import HandoverKind, HandoverState, Part
from server.custody.refusals import Refused
from server.custody.roles import MAY_COUNT, MAY_DOCUMENT_HANDOVERS, MAY_READ_THE_WHOLE_LOG, MAY_RUN_HANDOVERS
from server.custody.states import KIND_TITLES, SEAL_TITLES
from server.documents.papers import handover_list, inventory
from server.store import find
from server.store.database import Reader
from server.store.fact_rows import FactRows
from server.store.lists import handovers
from server.usecases.count_handover import ListAgain, add_surprise, count_line, list_again, settle_line
from server.usecases.file_evidence import FileEvidence, file_evidence
from server.usecases.off_loop import off_loop
from server.usecases.open_handover import (
    BeginHandover,
    CancelHandover,
    HandoverStands,
    begin_handover,
    cancel_handover,
    open_handover,
)
from server.usecases.sign_handover import SignHandover, SignHere, sign_handover, sign_handover_here
from server.usecases.sign_in import SignInClaim, check_password
from server.web.access import MAY_READ_A_LOG, declared_router, may, may_see
from server.web.desk.cooperatives import cooperative_page
from server.web.desk.forms import Typed, WithDocuments, attachments_in
from server.web.desk.handover_forms import (
    CountForm,
    OpeningForm,
    ReasonForm,
    SettleForm,
    SignatureForm,
    SignatureHereForm,
    SurpriseForm,
    chosen,
)
from server.web.desk.page import go, once_key, page_after
from server.web.desk.progress_page import progress_page
from server.web.troubles import NotFound
from server.web.views.documents import documents, handed_in
from server.web.views.handovers import sheet_view
from server.web.views.papers import papers
from server.web.views.reading import Reading
from server.web.visit import Arriving, Visit

router = declared_router(include_in_schema=False)
Answer = HandoverStands | Refused


@router.get("/handovers", dependencies=may(MAY_READ_THE_WHOLE_LOG))
async def show_progress(visit: Arriving) -> Response:
    """How many cooperatives are done, being counted, not begun, and what is missing at each; live."""
    return progress_page(visit)


@router.post("/cooperatives/{cooperative}/handovers", dependencies=may(MAY_RUN_HANDOVERS))
async def open_one(visit: Arriving, cooperative: str, form: Annotated[OpeningForm, Form()]) -> Response:
    """Draft a list."""

    async def act() -> Response:
        stands = await visit.house.writer.run(open_handover, form.asked(visit.who.id, cooperative))
        if isinstance(stands, Refused):
            return cooperative_page(visit, cooperative, stands, form)
        return go(page_of(stands.handover), "handover_opened")

    return await visit.house.once.answer(once_key(visit, form), act)


@router.get("/handovers/{handover}", dependencies=may(MAY_READ_A_LOG))
async def show_handover(visit: Arriving, handover: str) -> Response:
    """One handover: its list, its differences, its signatures."""
    return _page(visit, handover)


@router.post("/handovers/{handover}/begin", dependencies=may(MAY_RUN_HANDOVERS))
async def begin(visit: Arriving, handover: str, form: Annotated[Typed, Form()]) -> Response:
    """The list was looked through; count."""
    asked = BeginHandover(by=visit.who.id, handover=handover)
    return await _act(visit, handover, form, "counting", lambda: visit.house.writer.run(begin_handover, asked))


@router.post("/handovers/{handover}/list", dependencies=may(MAY_COUNT))
async def bring_up_to_date(visit: Arriving, handover: str, form: Annotated[Typed, Form()]) -> Response:
    """Put onto the list what was registered since."""
    asked = ListAgain(by=visit.who.id, handover=handover)
    return await _act(visit, handover, form, "listed", lambda: visit.house.writer.run(list_again, asked))


@router.post("/handovers/{handover}/cancel", dependencies=may(MAY_RUN_HANDOVERS))
async def cancel(visit: Arriving, handover: str, form: Annotated[ReasonForm, Form()]) -> Response:
    """Break it off."""
    asked = CancelHandover(by=visit.who.id, handover=handover, reason=form.reason)
    return await _act(visit, handover, form, "handover_off", lambda: visit.house.writer.run(cancel_handover, asked))


@router.post("/handovers/{handover}/lines/{item}/count", dependencies=may(MAY_COUNT))
async def count(visit: Arriving, handover: str, item: str, form: Annotated[CountForm, Form()]) -> Response:
    """Take down what was found, and go on at the next line. Said twice, it is one count."""
    stands = await visit.house.writer.run(count_line, form.asked(visit.who.id, handover, item))
    return _page(visit, handover, stands, form) if isinstance(stands, Refused) else _to_the_next(visit, handover, item)


@router.post("/handovers/{handover}/lines/{item}/settle", dependencies=may(MAY_COUNT))
async def settle(visit: Arriving, handover: str, item: str, form: Annotated[SettleForm, Form()]) -> Response:
    """Settle a difference."""
    asked = form.asked(visit.who.id, handover, item)
    return await _act(visit, handover, form, "settled", lambda: visit.house.writer.run(settle_line, asked))


@router.post("/handovers/{handover}/surprises", dependencies=may(MAY_COUNT))
async def add(visit: Arriving, handover: str, form: Annotated[SurpriseForm, Form()]) -> Response:
    """Add a thing that nobody had in the book."""
    asked = form.asked(visit.who.id, handover)
    return await _act(visit, handover, form, "surprise", lambda: visit.house.writer.run(add_surprise, asked))


@router.post("/handovers/{handover}/signatures", dependencies=may(MAY_READ_A_LOG))
async def sign(visit: Arriving, handover: str, form: Annotated[SignatureForm, Form()]) -> Response:
    """Sign by one's own session."""
    asked = SignHandover(by=visit.who.id, handover=handover, part=chosen(Part, form.part), content=form.content)
    return await _act(visit, handover, form, "signed", lambda: visit.house.writer.run(sign_handover, asked))


@router.post("/handovers/{handover}/signatures/here", dependencies=may(MAY_READ_A_LOG))
async def sign_here(visit: Arriving, handover: str, form: Annotated[SignatureHereForm, Form()]) -> Response:
    """Sign on somebody else's screen, by one's own phone number and password."""
    part = chosen(Part, form.part)

    async def run() -> Answer:
        claim = SignInClaim(phone=form.phone.strip(), password=form.password, source=visit.source)
        checked = await off_loop(check_password, visit.house.database, claim, visit.now)
        if isinstance(checked, Refused):
            return checked
        asked = SignHere(claim=checked, handover=handover, part=part, content=form.content)
        return await visit.house.writer.run(sign_handover_here, asked)

    return await _act(visit, handover, form, "signed", run)


@router.post("/handovers/{handover}/documents", dependencies=may(MAY_DOCUMENT_HANDOVERS))
async def add_documents(visit: Arriving, handover: str, form: Annotated[WithDocuments, Form()]) -> Response:
    """Add photos and scans to a handover, in whatever state it is: the signed paper comes last."""

    async def act() -> Response:
        asked = FileEvidence(by=visit.who.id, subject=handover, attachments=tuple(form.attachments))
        filed = await visit.house.writer.run(file_evidence, asked)
        return _page(visit, handover, filed, form) if isinstance(filed, Refused) else go(page_of(handover), "documents")

    return await visit.house.once.answer(once_key(visit, form), act)


def page_of(handover: str) -> str:
    """The address of a handover's page."""
    return f"/handovers/{handover}"


async def _act(visit: Visit, handover: str, form: Typed, told: str, run: Callable[[], Awaitable[Answer]]) -> Response:
    async def act() -> Response:
        stands = await run()
        if isinstance(stands, Refused):
            return _page(visit, handover, stands, form)
        is_done = stands.state is HandoverState.DONE
        return go(page_of(handover), "handover_done" if is_done else told)

    return await visit.house.once.answer(once_key(visit, form), act)


def _page(visit: Visit, handover: str, refused: Refused | None = None, form: Typed | None = None) -> Response:
    """The page; after a refusal with what was written still there."""
    with visit.house.database.reading() as reader:
        context = _context(visit, handover, form, reader)
    return page_after(visit, "handover.html", context, refused, form)


def _context(visit: Visit, handover: str, form: Typed | None, reader: Reader) -> dict[str, object]:
    sheet = _sheet(visit, handover, reader)
    reading = Reading(FactRows(reader), visit.now, visit.language)
    return {
        "sheet": sheet_view(sheet, visit.who, reading),
        "cooperative": sheet.cooperative,
        "page": page_of(handover),
        "documents": documents(find.attachments_of(FactRows(reader), handover), reading),
        "chosen": documents(handed_in(attachments_in(form), visit.who.id, reading), reading),
        "attach_for": sheet.cooperative.id if visit.who.holds_any(MAY_DOCUMENT_HANDOVERS, sheet.cooperative.id) else "",
        "papers": papers((_paper_of(sheet.handover.kind),), visit.say),
        "handover": handover,
        "kinds": [(kind, visit.say(word)) for kind, word in KIND_TITLES.items()],
        "seal_types": [(seal_type, visit.say(word)) for seal_type, word in SEAL_TITLES.items()],
    }


def _paper_of(kind: HandoverKind) -> str:
    """Which paper a handover's list is printed as."""
    return inventory.FORM if kind is HandoverKind.INVENTORY else handover_list.FORM


def _sheet(visit: Visit, handover: str, reader: Reader) -> handovers.HandoverSheet:
    """The handover, for whoever may see its cooperative; raises `NotFound`."""
    found = handovers.sheet(reader, handover)
    if found is None or not may_see(visit.who, found.cooperative.id):
        raise NotFound
    return found


def _to_the_next(visit: Visit, handover: str, item: str) -> Response:
    """Back to the list, at the first line after this one that nobody has counted yet."""
    with visit.house.database.reading() as reader:
        lines = _sheet(visit, handover, reader).lines
    here = next((line.number for line in lines if line.item == item), 0)
    open_ones = [line.number for line in lines if line.found is None]
    after = [number for number in open_ones if number > here] or open_ones
    return go(f"{page_of(handover)}#line-{after[0]}" if after else page_of(handover))
