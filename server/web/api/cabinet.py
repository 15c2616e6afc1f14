"""What is kept, who may put it in, and how the doors were opened."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Query
from pydantic import Field

from server.custody.facts import Checkout, Compartment
from server.custody.roles import MAY_ARRANGE_DEPOSITS, MAY_REISSUE, MAY_REVOKE
from server.store import find
from server.store.database import Reader
from server.store.fact_rows import FactRows
from server.store.lists import checkouts, registers
from server.store.lists.pages import LIMIT_MAX
from server.usecases.arrange_deposit import ArrangeDeposit, arrange_deposit
from server.usecases.reissue_permit import ReissuePermit, reissue_permit
from server.usecases.revoke_permit import RevokePermit, revoke_permit
from server.web.access import MAY_READ_A_LOG, declared_router, may, may_see
from server.web.api.inputs import Input, NewDeposit, NewRevocation
from server.web.api.models import PROBLEMS, CooperativeOut, DepositOut, ItemOut, OpeningOut, PermitOut
from server.web.troubles import NotFound, granted
from server.web.visit import Arriving

router = declared_router(prefix="/api/v1", tags=["cabinet"], responses=PROBLEMS)


class OpeningQuery(Input):
    """Whose openings: a checkout's (all, oldest first) or a compartment's (`CAB-01/7`, the newest first)."""

    place: str = Field("", max_length=64)
    checkout: str = Field("", max_length=64)
    limit: int = Field(50, ge=1, le=LIMIT_MAX)


@router.get("/cooperatives", dependencies=may(MAY_READ_A_LOG))
async def list_cooperatives(visit: Arriving) -> list[CooperativeOut]:
    """The cooperatives this person may see."""
    with visit.house.database.reading() as reader:
        every = [line.cooperative for line in registers.cooperatives(reader)]
    return [CooperativeOut.of(each) for each in every if may_see(visit.who, each.id)]


@router.get("/items", dependencies=may(MAY_READ_A_LOG))
async def list_items(visit: Arriving, cooperative: str) -> list[ItemOut]:
    """Everything a cooperative has on record."""
    if not may_see(visit.who, cooperative):
        raise NotFound
    with visit.house.database.reading() as reader:
        return [ItemOut.of(item) for item in find.items_of(FactRows(reader), cooperative)]


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
async def list_openings(visit: Arriving, query: Annotated[OpeningQuery, Query()]) -> list[OpeningOut]:
    """The openings of a compartment or of a checkout."""
    with visit.house.database.reading() as reader:
        if (cooperative := _cooperative(reader, query)) is None or not may_see(visit.who, cooperative):
            raise NotFound
        if query.checkout:
            found = checkouts.openings_of(reader, query.checkout)
        else:
            found = checkouts.openings_at(reader, query.place, query.limit)
    return [OpeningOut.of(opening) for opening in found]


def _cooperative(reader: Reader, query: OpeningQuery) -> str | None:
    facts = FactRows(reader)
    ground = facts.get(Checkout, query.checkout) if query.checkout else facts.get(Compartment, query.place)
    return None if ground is None else ground.cooperative
