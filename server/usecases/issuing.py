"""Issuing and taking back permits, shared by every use case that ends in one."""

import hashlib
from dataclasses import dataclass, replace

from firmware_protocol import permits, slips
from firmware_protocol.permits import Permit
from firmware_protocol.slips import Slip
from firmware_protocol.times import write_time
from server.custody.count_orders import PURPOSE_TITLES, CountPurpose
from server.custody.counting import in_counting_order
from server.custody.effects.permits import REVOCATIONS
from server.custody.facts import Agent, Cabinet, Checkout, Cooperative, Deposit, IssuedPermit, Item, RevocationList
from server.custody.holidays import calendar_of
from server.custody.matters import door_roles
from server.custody.news import PermitReady, RevocationsChanged
from server.custody.permits import Ground, agent_of, permit_to_count, permit_to_deposit, permit_to_take
from server.custody.refusals import Refused
from server.store import find
from server.store.work import Work


def ground_of(work: Work, cooperative: Cooperative, items: tuple[Item, ...]) -> Ground | Refused:
    """What a permit for this cooperative's compartment rests on now, or why there cannot be one."""
    cabinet = work.get(Cabinet, cooperative.cabinet)
    driver = work.get(Agent, cabinet.agent) if cabinet is not None and cabinet.agent is not None else None
    agent = agent_of(driver, cooperative)
    if isinstance(agent, Refused):
        return agent
    return Ground(
        permit=work.new_id("m"),
        cooperative=cooperative,
        agent=agent,
        items=in_counting_order(items),
        now=work.now,
        calendar=calendar_of(work),
        revocations_version=_revocations_version(work),
    )


def issue_to_take(work: Work, checkout: Checkout, ground: Ground) -> None:
    """Issue the permit of an approved checkout."""
    holder = find.standing(work.facts, checkout.holder)
    names = NamesOnSlip(
        purpose=checkout.purpose,
        holder_name=None if holder is None else holder.name,
        off_site=checkout.off_site,
        copies=checkout.copies,
        keep_minutes=checkout.demands.due.minutes or None,
    )
    extra = () if holder is None else door_roles(checkout.demands, holder, checkout.cooperative)
    issue(work, permit_to_take(checkout, replace(ground, extra=extra)), ground, names)


def issue_to_deposit(work: Work, deposit: Deposit, ground: Ground) -> None:
    """Issue the permit of an arranged deposit."""
    issue(work, permit_to_deposit(deposit, ground), ground, NamesOnSlip("入柜"))


def issue_to_count(work: Work, purpose: CountPurpose, ordered_by: str, ground: Ground) -> None:
    """Issue the permit of an opening that was ordered to look, not to take."""
    issue(work, permit_to_count(purpose, ordered_by, ground), ground, NamesOnSlip(PURPOSE_TITLES[purpose]))


@dataclass(frozen=True, slots=True)
class NamesOnSlip:
    """What the slip beside a permit says in people's words; `keep_minutes` None: no such limit."""

    purpose: str
    holder_name: str | None = None
    off_site: bool = False
    copies: int | None = None
    keep_minutes: int | None = None


def issue(work: Work, permit: Permit, ground: Ground, names: NamesOnSlip) -> None:
    """Sign the permit and its slip, record them, and have them delivered once that is committed."""
    document = permits.encode(permit, work.keys.permit)
    about = {
        "permit": permit.id,
        "checkout": permit.checkout,
        "deposit": permit.deposit,
        "agent": permit.agent,
        "compartment": permit.place,
        "document": hashlib.sha256(document).hexdigest(),
    }
    body = {
        "document": document.decode(),
        "slip": slips.encode(_slip(permit, ground, names), work.keys.permit).decode(),
        "not_after": write_time(permit.not_after),
        "attempts": permit.attempts,
    }
    work.record("permit_issued", about, body)
    work.tell(PermitReady(permit.agent, permit.id))


def _slip(permit: Permit, ground: Ground, names: NamesOnSlip) -> Slip:
    return Slip(
        agent=permit.agent,
        permit=permit.id,
        cooperative_name=ground.cooperative.name,
        cooperative_short_name=ground.cooperative.short_name,
        holder_name=names.holder_name,
        purpose=names.purpose,
        off_site=names.off_site,
        items=tuple((item.id, item.name) for item in ground.items),
        copies=names.copies,
        keep_minutes=names.keep_minutes,
    )


def revoke(work: Work, permit: IssuedPermit, person: str | None, reason: str, text: str = "") -> int:
    """Revoke a permit, and issue and return the next version of the list of revoked ones.

    `reason` is a fixed word, `text` what was written.
    """
    about = {"permit": permit.id, "person": person, "reason": reason}
    work.record("permit_revoked", about, {"reason": text} if text else None)
    version = _revocations_version(work) + 1
    work.record("revocations_issued", {"version": version, "document": _digest_of_list(work)})
    work.tell(RevocationsChanged(version))
    return version


def _revocations_version(work: Work) -> int:
    issued = work.get(RevocationList, REVOCATIONS)
    return 0 if issued is None else issued.version


def _digest_of_list(work: Work) -> str:
    revoked = [permit.id for permit in find.revoked_permits(work.facts, work.now)]
    return hashlib.sha256("\n".join(sorted(revoked)).encode()).hexdigest()
