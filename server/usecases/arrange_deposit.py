"""The office arranges that a cooperative puts its registered things into its compartment."""

from dataclasses import dataclass

from server.custody.counting import in_counting_order
from server.custody.deposits import DEPOSITABLE, Arrangement, refuse_arrangement
from server.custody.facts import Cooperative, Deposit
from server.custody.refusals import Refused
from server.store import find
from server.store.work import Work
from server.usecases.issuing import ground_of, issue_to_deposit
from server.usecases.refusing import UNKNOWN_COOPERATIVE, acting, refuse


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrangeDeposit:
    """Who arranges it, for which cooperative, and for which items; none named means all that are not in yet."""

    by: str
    cooperative: str
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DepositArranged:
    """The deposit and its permit, on its way to the cabinet."""

    deposit: str
    permit: str


def arrange_deposit(work: Work, asked: ArrangeDeposit) -> DepositArranged | Refused:
    """Arrange the deposit, or say why not."""
    cooperative = work.get(Cooperative, asked.cooperative)
    if cooperative is None:
        return refuse(work, UNKNOWN_COOPERATIVE, asked.by)
    arrangement = _arrangement(work, asked, cooperative)
    ground = ground_of(work, cooperative, arrangement.items)
    refused = refuse_arrangement(arrangement) or (ground if isinstance(ground, Refused) else None)
    if refused is not None or isinstance(ground, Refused):
        return refuse(work, refused or UNKNOWN_COOPERATIVE, asked.by, cooperative=cooperative.id)
    deposit = _record(work, arrangement)
    issue_to_deposit(work, deposit, ground)
    return DepositArranged(deposit.id, ground.permit)


def _arrangement(work: Work, asked: ArrangeDeposit, cooperative: Cooperative) -> Arrangement:
    waiting = [item for item in find.items_of(work.facts, cooperative.id) if item.state in DEPOSITABLE]
    return Arrangement(
        arranged_by=acting(work, asked.by),
        cooperative=cooperative,
        items=in_counting_order(find.items(work.facts, asked.items) if asked.items else waiting),
        is_waiting=find.has_waiting_deposit(work.facts, cooperative.id, work.now),
        now=work.now,
    )


def _record(work: Work, arrangement: Arrangement) -> Deposit:
    deposit_id = work.new_id("d")
    about = {
        "deposit": deposit_id,
        "cooperative": arrangement.cooperative.id,
        "items": [item.id for item in arrangement.items],
        "person": arrangement.arranged_by.id,
    }
    work.record("deposit_arranged", about)
    deposit = work.get(Deposit, deposit_id)
    if deposit is None:
        raise LookupError(deposit_id)
    return deposit
