"""合作社: what each one has and where, and arranging that the rest is put in."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import Form
from starlette.responses import Response

from server.custody.count_orders import OF_ONE_COOPERATIVE, PURPOSE_TITLES
from server.custody.deposits import DEPOSITABLE
from server.custody.entitled import modes_of
from server.custody.facts import Cabinet, Cooperative, IssuedPermit
from server.custody.policy.words import Mode
from server.custody.refusals import Refused
from server.custody.roles import MAY_ARRANGE_DEPOSITS, MAY_REISSUE, MAY_RUN_HANDOVERS, Role
from server.custody.states import DepositState, PermitState
from server.documents.papers import (
    archive_register,
    contract_catalogue,
    handover_list,
    inventory,
    opening_register,
    seal_register,
)
from server.store import find
from server.store.database import Reader
from server.store.fact_rows import FactRows
from server.store.find_counts import waiting_counts
from server.store.lists import checkouts, handovers, registers
from server.usecases.arrange_deposit import ArrangeDeposit, arrange_deposit
from server.usecases.reissue_permit import ReissuePermit, reissue_permit
from server.web.access import MAY_READ_A_LOG, declared_router, may, may_see
from server.web.desk.forms import Typed
from server.web.desk.page import go, once_key, page, page_after
from server.web.desk.shelves import first_of_each
from server.web.telling import say_place
from server.web.troubles import NotFound
from server.web.views.cooperative_handovers import handovers_here
from server.web.views.cooperatives import by_village, mandate, mandate_warning
from server.web.views.handovers import Choice
from server.web.views.papers import papers
from server.web.views.reading import Reading
from server.web.visit import Arriving, Visit

router = declared_router(include_in_schema=False)

PAPERS = (
    *(contract_catalogue.FORM, handover_list.FORM, inventory.FORM),
    *(seal_register.FORM, archive_register.FORM, opening_register.FORM),
)
"""The papers about one cooperative."""


@router.get("/cooperatives", dependencies=may(MAY_READ_A_LOG))
async def cooperatives(visit: Arriving) -> Response:
    """Those this person may see; whoever belongs to one alone goes straight there."""
    with visit.house.database.reading() as reader:
        mine = [line for line in registers.cooperatives(reader) if may_see(visit.who, line.cooperative.id)]
        if len(mine) == 1:
            return go(page_of(mine[0].cooperative.id))
        reading = Reading(FactRows(reader), visit.now, visit.language)
        return page(visit, "cooperatives.html", {"villages": by_village(mine, reading), "total": len(mine)})


@router.get("/cooperatives/{cooperative}", dependencies=may(MAY_READ_A_LOG))
async def show_cooperative(visit: Arriving, cooperative: str) -> Response:
    """One cooperative: its things kind by kind, its people, its mandate."""
    return cooperative_page(visit, cooperative)


@router.post("/cooperatives/{cooperative}/deposits", dependencies=may(MAY_ARRANGE_DEPOSITS))
async def arrange(visit: Arriving, cooperative: str, form: Annotated[Typed, Form()]) -> Response:
    """Arrange that everything registered is put into the compartment."""

    async def act() -> Response:
        asked = ArrangeDeposit(by=visit.who.id, cooperative=cooperative)
        done = await visit.house.writer.run(arrange_deposit, asked)
        return (
            cooperative_page(visit, cooperative, done)
            if isinstance(done, Refused)
            else go(page_of(cooperative), "arranged")
        )

    return await visit.house.once.answer(once_key(visit, form), act)


@router.post("/cooperatives/{cooperative}/deposits/reissue", dependencies=may(MAY_REISSUE))
async def reissue(visit: Arriving, cooperative: str, form: Annotated[Typed, Form()]) -> Response:
    """Replace the permit of the deposit that waits, under the same arrangement."""

    async def act() -> Response:
        with visit.house.database.reading() as reader:
            waiting = _waiting_permit(cooperative, reader, visit.now)
        if waiting is None:
            raise NotFound
        done = await visit.house.writer.run(reissue_permit, ReissuePermit(by=visit.who.id, permit=waiting.id))
        return (
            cooperative_page(visit, cooperative, done)
            if isinstance(done, Refused)
            else go(page_of(cooperative), "reissued")
        )

    return await visit.house.once.answer(once_key(visit, form), act)


def page_of(cooperative: str) -> str:
    """The address of a cooperative's page."""
    return f"/cooperatives/{cooperative}"


def cooperative_page(
    visit: Visit, cooperative_id: str, refused: Refused | None = None, form: Typed | None = None
) -> Response:
    """The page, with what a rule said to the last thing done there, which was written in `form`."""
    with visit.house.database.reading() as reader:
        facts = FactRows(reader)
        reading = Reading(facts, visit.now, visit.language)
        cooperative = reading.cooperative(cooperative_id)
        if not may_see(visit.who, cooperative.id):
            raise NotFound
        officers = find.officers(facts, cooperative.id)
        context = {
            **_of_itself(visit, cooperative, facts),
            "shelves": first_of_each(reader, cooperative.id, reading),
            "facts": mandate(cooperative, officers, reading),
            "papers": papers(PAPERS, visit.say),
            "warning": mandate_warning(cooperative, reading),
            "handovers": handovers_here(
                cooperative,
                handovers.handovers_of(reader, cooperative.id),
                visit.who,
                (*officers, *find.people_with(facts, [Role.CABINET_OFFICER])),
                reading,
            ),
            **_deposit(visit, cooperative, reader, reading),
            "count": _count(visit, cooperative, facts, reading),
        }
        return page_after(visit, "cooperative.html", context, refused, form)


def _of_itself(visit: Visit, cooperative: Cooperative, facts: FactRows) -> dict[str, Any]:
    """What it is called, where its things are, and whether the visitor may order that some be brought in."""
    cabinet = facts.get(Cabinet, cooperative.cabinet)
    return {
        "cooperative": cooperative,
        "place": say_place(cooperative.place, visit.say),
        "location": cabinet.place if cabinet else "",
        "may_seize": Mode.SEIZURE in modes_of(visit.who, cooperative.id),
    }


def _deposit(visit: Visit, cooperative: Cooperative, reader: Reader, reading: Reading) -> dict[str, Any]:
    """What the office is told about putting things in: how much is left, and whether that is arranged already."""
    kept = registers.kept_by(reader, cooperative.id)
    waiting = _waiting_permit(cooperative.id, reader, visit.now)
    said = visit.say("已安排入柜，%(until)s 前社里的人和一位柜管员到柜前点数放入。")
    return {
        "may_arrange": visit.who.holds_any(MAY_ARRANGE_DEPOSITS),
        "may_reissue": visit.who.holds_any(MAY_REISSUE) and waiting is not None,
        "arranged": said % {"until": reading.moment(waiting.not_after)} if waiting else "",
        "left": sum(number for (_kind, state), number in kept.items() if state in DEPOSITABLE),
    }


def _count(visit: Visit, cooperative: Cooperative, facts: FactRows, reading: Reading) -> dict[str, Any]:
    """What the office is told about opening the compartment to look: what for, and whether that is ordered already."""
    waiting = waiting_counts(facts, cooperative, visit.now)
    said = visit.say("已安排清点开柜，%(until)s 前到柜前开。")
    return {
        "may_order": visit.who.holds_any(MAY_RUN_HANDOVERS) and cooperative.id not in visit.who.cooperatives(),
        "purposes": [Choice(purpose, visit.say(PURPOSE_TITLES[purpose])) for purpose in OF_ONE_COOPERATIVE],
        "ordered": said % {"until": reading.moment(waiting[0].not_after)} if waiting else "",
    }


def _waiting_permit(cooperative: str, reader: Reader, now: datetime) -> IssuedPermit | None:
    """The newest permit with which things can be put in, or None."""
    facts = FactRows(reader)
    waiting = checkouts.deposits(reader, cooperative=cooperative, state=DepositState.ARRANGED)
    permits = [facts.get(IssuedPermit, each.permit) for each in waiting if each.permit]
    open_ones = [p for p in permits if p is not None and p.state is PermitState.LIVE and p.not_after >= now]
    return max(open_ones, key=lambda permit: permit.issued_at, default=None)
