"""我要用印: the new request on one page, with what it will need beside it."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Form, Query
from starlette.responses import Response

from server.custody.attachments import Attachment, DocumentKind
from server.custody.entitled import may_hold, modes_of
from server.custody.facts import Checkout, Cooperative
from server.custody.lifecycle import CheckoutCommand, checkout_after
from server.custody.people import Standing
from server.custody.policy.words import ORDERED, Mode
from server.custody.refusals import Refused
from server.custody.roles import COOPERATIVE_ROLES, MAY_APPLY, MAY_FILE, MAY_SEIZE, TITLES, Role
from server.store import find
from server.store.database import Reader
from server.store.fact_rows import FactRows
from server.usecases.file_checkout import file_checkout, outlook
from server.web.access import declared_router, may
from server.web.desk.earlier_words import earlier_words
from server.web.desk.page import fragment, go, once_key, page, refusal
from server.web.desk.request_form import RequestForm, form_of
from server.web.desk.shelves import to_choose_from
from server.web.sight import must_see_checkout, must_see_items
from server.web.troubles import NotFound, status_of_rule
from server.web.views.checkouts import request
from server.web.views.choices import choices
from server.web.views.documents import Document, documents, handed_in
from server.web.views.needs import needs
from server.web.views.reading import Reading
from server.web.views.words import say_names
from server.web.visit import Arriving, Visit

router = declared_router(include_in_schema=False)
APPLICANTS = may(MAY_FILE)

FIELD_OF_RULE = {
    "no_items": "items",
    "one_cooperative": "items",
    "not_in_cabinet": "items",
    "item_claimed": "items",
    "bank_pair": "items",
    "mode_items": "items",
    "mode_no_seal": "items",
    "matter_forbidden": "matter",
    "no_purpose": "purpose",
    "no_document": "document",
    "no_place": "place",
    "expected_past": "expected",
    "no_reader": "reader",
    "counterparty_letters": "counterparty",
    "reader_letters": "reader",
    "holder_role": "holder",
    "nobody_present": "holder",
    "deal_incomplete": "counterparty",
    "no_term": "term",
    "term_too_long": "term",
    "no_transaction": "transaction",
    "no_evidence": "attachments",
    "unknown_document": "attachments",
    "document_filed": "attachments",
    "vote_missing": "meeting_kind",
    "wrong_meeting": "meeting_kind",
    "reserved_matter": "meeting_kind",
    "meeting_figures": "meeting_agreed",
    "meeting_date": "meeting_held",
    "notice_missing": "meeting_noticed",
    "notice_short": "meeting_noticed",
    "assembly_small": "meeting_expected",
    "attendance_low": "meeting_present",
    "approval_low": "meeting_agreed",
}
"""Where on the form a rule's refusal is shown; the others stand above it."""


@router.get("/requests/new", dependencies=APPLICANTS)
async def new_request(visit: Arriving, form: Annotated[RequestForm, Query()]) -> Response:
    """The empty form, or one already begun in the address; whoever asks for any cooperative's things names it first."""
    if not (form.cooperative or applies_for(visit.who)):
        return go("/cooperatives")
    must_see_items(visit, form.items)
    return _form_page(visit, form, {}, HTTPStatus.OK)


@router.get("/requests/{checkout}/correct", dependencies=APPLICANTS)
async def correct_request(visit: Arriving, checkout: str) -> Response:
    """The form of a request that was sent back, as it was filed."""
    found = must_see_checkout(visit, checkout)
    if found.applicant != visit.who.id or checkout_after(found.state, CheckoutCommand.CORRECT) is None:
        raise NotFound
    return _form_page(visit, form_of(found), {}, HTTPStatus.OK)


@router.get("/requests/needs", dependencies=APPLICANTS)
async def show_needs(visit: Arriving, form: Annotated[RequestForm, Query()]) -> Response:
    """The panel beside the form, for what is written so far."""
    must_see_items(visit, form.items)
    with visit.house.database.reading() as reader:
        return fragment(visit, "needs.html", _panel(visit, form, reader))


@router.get("/requests/things", dependencies=APPLICANTS)
async def show_things(visit: Arriving, form: Annotated[RequestForm, Query()]) -> Response:
    """The things to choose from: what is chosen, and what has every word looked for."""
    must_see_items(visit, form.items)
    with visit.house.database.reading() as reader:
        reading = Reading(FactRows(reader), visit.now, visit.language)
        cooperative = _cooperative(visit.who, form.cooperative, reading)
        shown = to_choose_from(reader, form, cooperative.id, reading)
        return fragment(visit, "request_things.html", {"shelves": shown, "form": form})


@router.post("/requests", dependencies=APPLICANTS)
async def file_request(visit: Arriving, form: Annotated[RequestForm, Form()]) -> Response:
    """File it; what cannot be filed comes back as it was, with the reason at its place."""
    return await visit.house.once.answer(once_key(visit, form), lambda: _file(visit, form))


async def _file(visit: Visit, form: RequestForm) -> Response:
    if mistakes := form.mistakes(visit.say):
        return _form_page(visit, form, mistakes, HTTPStatus.UNPROCESSABLE_ENTITY)
    filed = await visit.house.writer.run(file_checkout, form.asked(visit.who.id))
    if isinstance(filed, Refused):
        must_see_items(visit, form.items)
        errors = refusal(visit, filed, FIELD_OF_RULE.get(filed.rule, "form"))
        return _form_page(visit, form, errors, status_of_rule(filed.rule))
    told = "corrected" if form.corrects else "filed"
    return go(f"/checkouts/{filed.checkout}" if form.mode in ORDERED else "/", told)


def _form_page(visit: Visit, form: RequestForm, errors: dict[str, str], status: HTTPStatus) -> Response:
    with visit.house.database.reading() as reader:
        facts = FactRows(reader)
        reading = Reading(facts, visit.now, visit.language)
        cooperative = _cooperative(visit.who, form.cooperative, reading)
        modes = modes_of(visit.who, cooperative.id)
        form = form.model_copy(update={"mode": form.mode if form.mode in modes else modes[0]})
        context = {
            "is_order": form.mode in ORDERED,
            "cooperative": cooperative,
            "others": [reading.cooperative(each) for each in applies_for(visit.who) if each != cooperative.id],
            "shelves": to_choose_from(reader, form, cooperative.id, reading),
            "holders": _holders(facts, form.mode, cooperative.id, visit),
            "form": form.model_copy(update={"holder": form.holder or visit.who.id}),
            "earlier": earlier_words(reader, cooperative.id),
            "errors": errors,
            "returned": _returned(facts, form, reading),
            "documents": _by_kind(handed_in(form.attachments, visit.who.id, reading), reading),
            **_panel(visit, form, reader),
            **choices(modes, reading),
        }
        return page(visit, "request_new.html", context, status)


def _returned(facts: FactRows, form: RequestForm, reading: Reading) -> str:
    """Who sent the request back and why, where the form corrects one; its page has been checked already."""
    checkout = facts.get(Checkout, form.corrects) if form.corrects else None
    if checkout is None or checkout.cooperative != form.cooperative:
        return ""
    return request(checkout, (), reading).waiting


def applies_for(who: Standing) -> list[str]:
    """The cooperatives of their own a person may file requests for."""
    return sorted(each for each in who.cooperatives() if who.holds_any(MAY_APPLY, each))


def _cooperative(who: Standing, wanted: str, reading: Reading) -> Cooperative:
    mine = applies_for(who)
    if not wanted and not mine:
        raise NotFound
    cooperative = reading.cooperative(wanted or mine[0])
    if not modes_of(who, cooperative.id):
        raise NotFound
    return cooperative


def _holders(facts: FactRows, mode: Mode, cooperative: str, visit: Visit) -> list[dict[str, str]]:
    """Whoever may come and take in such a use, the visitor first."""
    known = find.people_with(facts, MAY_SEIZE) if mode in ORDERED else find.officers(facts, cooperative)
    able = [who for who in known if who.person.is_active and may_hold(who, mode, cooperative)]
    return [
        {"id": who.id, "name": who.name, "title": _title(who, cooperative, visit)}
        for who in sorted(able, key=lambda who: who.id != visit.who.id)
    ]


def _title(who: Standing, cooperative: str, visit: Visit) -> str:
    named = COOPERATIVE_ROLES | MAY_SEIZE
    held = (role for role in Role if role in named and who.holds(role, cooperative))
    return say_names((visit.say(TITLES[role]) for role in held), visit.say)


def _panel(visit: Visit, form: RequestForm, reader: Reader) -> dict[str, Any]:
    """What it will need, and the kind of the first paper that is lacking, '' where none is."""
    facts, asked = FactRows(reader), form.asked(visit.who.id)
    expected = outlook(reader, asked, visit.now)
    officers = tuple(who.name for who in find.people_with(facts, [Role.CABINET_OFFICER]) if who.person.is_active)
    told = needs(expected, asked, officers, Reading(facts, visit.now, visit.language))
    return {"needs": told, "lacking": next(iter(expected.lacking), "")}


def _by_kind(found: list[Attachment], reading: Reading) -> dict[DocumentKind, tuple[Document, ...]]:
    kinds = {each.kind for each in found}
    return {kind: documents([each for each in found if each.kind is kind], reading) for kind in kinds}
