"""What is kept, who may put it in, and how the doors were opened."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Query
from pydantic import Field

from server.custody.facts import Checkout, Compartment
from server.custody.people import Standing
from server.custody.roles import MAY_ARRANGE_DEPOSITS, MAY_REISSUE, MAY_REVOKE
from server.store.fact_rows import FactRows
from server.store.lists import items, openings, registers
from server.store.lists.openings import OpeningFilter
from server.store.lists.pages import LIMIT_MAX
from server.usecases.arrange_deposit import ArrangeDeposit, arrange_deposit
from server.usecases.reissue_permit import ReissuePermit, reissue_permit
from server.usecases.revoke_permit import RevokePermit, revoke_permit
from server.web.access import MAY_READ_A_LOG, declared_router, may, may_see, readable_ones
from server.web.api.inputs import Input, NewDeposit, NewRevocation
from server.web.api.models import PROBLEMS, CooperativeOut, DepositOut, ItemOut, OpeningOut, PageOut, PermitOut, page_of
from server.web.troubles import NotFound, granted
from server.web.visit import Arriving

router = declared_router(prefix="/api/v1", tags=["cabinet"], responses=PROBLEMS)


class ItemQuery(Input):
    """Whose things, and which page of them."""

    cooperative: str = Field("", max_length=64)
    after: str = Field("", max_length=64)
    limit: int = Field(50, ge=1, le=LIMIT_MAX)


class OpeningQuery(Input):
    """Which openings, and which page of them: a compartment's (`CAB-01/7`), a request's, or all there are to see."""

    place: str = Field("", max_length=64)
    checkout: str = Field("", max_length=64)
    after: str = Field("", max_length=64)
    limit: int = Field(50, ge=1, le=LIMIT_MAX)


@router.get("/cooperatives", dependencies=may(MAY_READ_A_LOG))
async def list_cooperatives(visit: Arriving) -> list[CooperativeOut]:
    """The cooperatives this person may see."""
    with visit.house.database.reading() as reader:
        every = registers.every_cooperative(reader)
    return [CooperativeOut.of(each) for each in every if may_see(visit.who, each.id)]


@router.get("/items", dependencies=may(MAY_READ_A_LOG))
async def list_items(visit: Arriving, query: Annotated[ItemQuery, Query()]) -> PageOut[ItemOut]:
    """What is on record, within what this person may see."""
    wanted = readable_ones(visit.who, query.cooperative)
    with visit.house.database.reading() as reader:
        found = items.items(reader, wanted, query.after or None, query.limit)
    return page_of(found, [ItemOut.of(item) for item in found.rows])


@router.post("/deposits", dependencies=may(MAY_ARRANGE_DEPOSITS), status_code=HTTPStatus.CREATED)
async def arrange(visit: Arriving, new: NewDeposit) -> DepositOut:
    """Arrange that things are put in."""
    asked = ArrangeDeposit(by=visit.who.id, cooperative=new.cooperative, items=tuple(new.items))
    return DepositOut.model_validate(granted(await visit.house.writer.run(arrange_deposit, asked)))


@router.post("/permits/{permit}/reissue", dependencies=may(MAY_REISSUE), status_code=HTTPStatus.CREATED)
async def reissue(visit: Arriving, permit: str) -> PermitOut:
    """Replace a permit under the same approvals."""
    asked = ReissuePermit(by=visit.who.id, permit=permit)
    return PermitOut.model_validate(granted(await visit.house.writer.run(reissue_permit, asked)))


@router.post("/permits/{permit}/revocation", dependencies=may(MAY_REVOKE))
async def revoke(visit: Arriving, permit: str, new: NewRevocation) -> PermitOut:
    """Take a permit back."""
    asked = RevokePermit(by=visit.who.id, permit=permit, reason=new.reason)
    return PermitOut.model_validate(granted(await visit.house.writer.run(revoke_permit, asked)))


@router.get("/openings", dependencies=may(MAY_READ_A_LOG))
async def list_openings(visit: Arriving, query: Annotated[OpeningQuery, Query()]) -> PageOut[OpeningOut]:
    """Newest first, within what this person may see."""
    with visit.house.database.reading() as reader:
        wanted = _openings_wanted(visit.who, FactRows(reader), query)
        found = openings.openings(reader, wanted, query.after or None, query.limit)
    return page_of(found, [OpeningOut.of(opening) for opening in found.rows])


def _openings_wanted(who: Standing, facts: FactRows, query: OpeningQuery) -> OpeningFilter:
    checkout = facts.get(Checkout, query.checkout) if query.checkout else None
    compartment = facts.get(Compartment, query.place) if query.place else None
    if (query.checkout and checkout is None) or (query.place and compartment is None):
        raise NotFound
    named = [ground.cooperative for ground in (checkout, compartment) if ground is not None]
    if not all(may_see(who, cooperative) for cooperative in named):
        raise NotFound
    return OpeningFilter(
        cooperatives=None if named else readable_ones(who, ""),
        place=query.place or None,
        checkout=query.checkout or None,
    )
