"""One checkout's page, and what may be done from there: withdraw it, replace or revoke its permit."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Form
from pydantic import Field
from starlette.responses import Response

from server.custody.attachments import DOCUMENT_KIND_TITLES, DOCUMENTS_FIXED
from server.custody.facts import Checkout, IssuedPermit
from server.custody.lifecycle import CheckoutCommand, checkout_after
from server.custody.matters import kind_to_add
from server.custody.refusals import Refused
from server.custody.requests import refuse_extension
from server.custody.roles import MAY_ATTACH, MAY_EXTEND, MAY_FILE, MAY_REISSUE, MAY_REVOKE
from server.custody.states import CheckoutState, PermitState
from server.documents.papers import approval_form
from server.store import find
from server.store.fact_rows import FactRows
from server.store.lists import entries
from server.usecases.extend_checkout import ExtendCheckout, extend_checkout
from server.usecases.reissue_permit import ReissuePermit, reissue_permit
from server.usecases.revoke_permit import RevokePermit, revoke_permit
from server.usecases.withdraw_checkout import WithdrawCheckout, withdraw_checkout
from server.web.access import SIGNED_IN, declared_router, may, may_see
from server.web.desk.forms import Typed, attachments_in
from server.web.desk.page import go, once_key, page_after, proof_of
from server.web.sight import must_know
from server.web.troubles import NotFound
from server.web.views.documents import documents, handed_in
from server.web.views.papers import papers
from server.web.views.reading import Reading
from server.web.views.story import story
from server.web.views.waiting import deciders
from server.web.visit import Arriving, Visit

router = declared_router(include_in_schema=False)


class ReasonForm(Typed):
    """Why something is done."""

    reason: str = Field("", max_length=300)


@dataclass(frozen=True, slots=True)
class Deed:
    """Something the visitor may do here: one tap, one tap and a reason (`asks` for it), or a page of its own.

    `is_grave`: the request ends with it.
    """

    href: str
    word: str
    hint: str
    asks: str = ""
    is_page: bool = False
    is_grave: bool = False


@router.get("/checkouts/{checkout}", dependencies=SIGNED_IN)
async def show_checkout(visit: Arriving, checkout: str) -> Response:
    """Its whole life, for its cooperative's people and whoever reads the log."""
    return checkout_page(visit, checkout)


@router.post("/checkouts/{checkout}/withdraw", dependencies=may(MAY_FILE))
async def withdraw(visit: Arriving, checkout: str, form: Annotated[Typed, Form()]) -> Response:
    """Take the request back."""

    async def act() -> Response:
        asked = WithdrawCheckout(by=visit.who.id, checkout=checkout)
        done = await visit.house.writer.run(withdraw_checkout, asked)
        return _answer(visit, checkout, done, "withdrawn")

    return await visit.house.once.answer(once_key(visit, form), act)


@router.post("/checkouts/{checkout}/reissue", dependencies=may(MAY_REISSUE))
async def reissue(visit: Arriving, checkout: str, form: Annotated[Typed, Form()]) -> Response:
    """Replace the permit under the same approvals: two people at the kiosk are not sent home."""

    async def act() -> Response:
        asked = ReissuePermit(by=visit.who.id, permit=_permit_of(visit, checkout))
        done = await visit.house.writer.run(reissue_permit, asked)
        return _answer(visit, checkout, done, "reissued")

    return await visit.house.once.answer(once_key(visit, form), act)


@router.post("/checkouts/{checkout}/extend", dependencies=may(MAY_EXTEND))
async def extend(visit: Arriving, checkout: str, form: Annotated[ReasonForm, Form()]) -> Response:
    """Give more time to bring it back, once, with a reason."""

    async def act() -> Response:
        asked = ExtendCheckout(by=visit.who.id, checkout=checkout, reason=form.reason)
        done = await visit.house.writer.run(extend_checkout, asked)
        return _answer(visit, checkout, done, "extended", form)

    return await visit.house.once.answer(once_key(visit, form), act)


@router.post("/checkouts/{checkout}/revoke", dependencies=may(MAY_REVOKE))
async def revoke(visit: Arriving, checkout: str, form: Annotated[ReasonForm, Form()]) -> Response:
    """Take the permit back, with a reason."""

    async def act() -> Response:
        asked = RevokePermit(by=visit.who.id, permit=_permit_of(visit, checkout), reason=form.reason)
        done = await visit.house.writer.run(revoke_permit, asked)
        return _answer(visit, checkout, done, "revoked", form)

    return await visit.house.once.answer(once_key(visit, form), act)


def _answer(visit: Visit, checkout: str, done: object, told: str, form: Typed | None = None) -> Response:
    if isinstance(done, Refused):
        return checkout_page(visit, checkout, done, form)
    return go(f"/checkouts/{checkout}", told)


def checkout_page(
    visit: Visit, checkout_id: str, refused: Refused | None = None, form: Typed | None = None
) -> Response:
    """The page, with what a rule said to the last thing done there, which was written in `form`."""
    with visit.house.database.reading() as reader:
        facts = FactRows(reader)
        reading = Reading(facts, visit.now, visit.language)
        checkout = reading.must(Checkout, checkout_id)
        if not may_see(visit.who, checkout.cooperative):
            raise NotFound
        officers = find.officers(facts, checkout.cooperative)
        able = deciders(checkout, facts, reading)
        lines = entries.story(reader, checkout.id)
        context = {
            "story": story(checkout, lines, officers, able, reading),
            **proof_of(reader, lines[-1].position if lines else None),
            "deeds": list(_deeds(visit, checkout, facts)),
            "papers": papers((approval_form.FORM,), visit.say),
            **_documents(visit, checkout, facts, reading),
            "chosen": documents(handed_in(attachments_in(form), visit.who.id, reading), reading),
            "pages_stated": checkout.pages if checkout.taken_at else None,
            "path": f"/checkouts/{checkout.id}",
        }
        return page_after(visit, "checkout.html", context, refused, form)


def _documents(visit: Visit, checkout: Checkout, facts: FactRows, reading: Reading) -> dict[str, Any]:
    """What was handed in, and what the visitor may add: at first what is lacking, once it is taken the sealed paper."""
    attached = find.attachments_of(facts, checkout.id)
    kind = kind_to_add(checkout, {each.kind for each in attached})
    return {
        "documents": documents(attached, reading),
        "attach_for": checkout.cooperative if _may_add_documents(visit, checkout) else "",
        "attach_kind": kind,
        "attach_word": reading.say(DOCUMENT_KIND_TITLES[kind]),
    }


def _may_add_documents(visit: Visit, checkout: Checkout) -> bool:
    return checkout.state not in DOCUMENTS_FIXED and visit.who.holds_any(MAY_ATTACH, checkout.cooperative)


def _deeds(visit: Visit, checkout: Checkout, facts: FactRows) -> Iterator[Deed]:
    here = f"/checkouts/{checkout.id}"
    mine = visit.who.id in {checkout.applicant, checkout.holder} and visit.who.holds_any(MAY_FILE)
    if mine and checkout_after(checkout.state, CheckoutCommand.WITHDRAW) is not None:
        hint = visit.say("不用了就撤回，东西马上可以给别人用。")
        yield Deed(f"{here}/withdraw", visit.say("撤回申请"), hint, is_grave=True)
    yield from _deeds_of_time(visit, checkout)
    if checkout.state is not CheckoutState.PERMITTED:
        return
    if visit.who.holds_any(MAY_REISSUE):
        hint = visit.say("门没打开、或者开了没取，按原来的审批再发一张，不用重新申请。")
        yield Deed(f"{here}/reissue", visit.say("补发许可"), hint)
    permit = facts.get(IssuedPermit, checkout.permit) if checkout.permit else None
    if permit is not None and permit.state is PermitState.LIVE and visit.who.holds_any(MAY_REVOKE):
        hint = visit.say("马上送到柜子，这份申请也就结束了。")
        yield Deed(f"{here}/revoke", visit.say("作废许可"), hint, visit.say("作废的原因"), is_grave=True)


def _deeds_of_time(visit: Visit, checkout: Checkout) -> Iterator[Deed]:
    if visit.who.id == checkout.applicant and checkout_after(checkout.state, CheckoutCommand.CORRECT) is not None:
        hint = visit.say("照退回的原因改，改好再送，不用重新申请。")
        yield Deed(f"/requests/{checkout.id}/correct", visit.say("修改再送"), hint, is_page=True)
    if refuse_extension(visit.who, checkout, "?") is None:
        hint = visit.say("只能延长一次，台账里会写明。")
        yield Deed(f"/checkouts/{checkout.id}/extend", visit.say("延长归还时限"), hint, visit.say("延长的原因"))


def _permit_of(visit: Visit, checkout_id: str) -> str:
    permit = must_know(visit, Checkout, checkout_id).permit
    if permit is None:
        raise NotFound
    return permit
