"""What the server sent, verified already: permits, rosters, revocations, and the proof that it is there."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from device_agent.custodian.decisions import Decision, Forget, Keep, Record
from device_agent.custodian.every_door import ReadyForAll
from device_agent.custodian.following import follow
from device_agent.custodian.inputs import (
    ContactMade,
    DiskSeen,
    PermitReceived,
    RevocationsReceived,
    RosterReceived,
)
from device_agent.custodian.memory import Holding
from device_agent.custodian.opening import about_permit
from device_agent.custodian.state import (
    Choosing,
    Custody,
    EnteringPin,
    Now,
    Ready,
    Refusal,
    Stage,
    Step,
    Transferring,
    Waiting,
    WaitingNext,
)
from firmware_protocol.permits import Permit

ACTIONS_KNOWN = ("take", "deposit", "count")
SETTLED_AFTER = timedelta(hours=24)


def permit_note(permit_id: str) -> str:
    """The name a permit's note is kept under."""
    return f"permit:{permit_id}"


def slip_note(permit_id: str) -> str:
    """The name a slip's note is kept under."""
    return f"slip:{permit_id}"


def proof_note(permit_id: str) -> str:
    """The name under which the step along the log is kept that proves a permit's issuance."""
    return f"proof:{permit_id}"


def permit_received(custody: Custody, _stage: Stage, given: PermitReceived, now: Now) -> Step:
    """Hold a permit that can be of use here, once; turn any other away, and say so once.

    One that was settled and comes again is ignored: holding it would be to forget what was done under it. Without a
    proof that the log has its issuance it is held all the same, for bringing back; it opens nothing to take.
    """
    custody, followed = Step(custody) if given.shown is None else follow(custody, given.shown)
    held = _proven(custody, given) if given.permit.id in custody.memory.holdings else _new(custody, given, now)
    return Step(held.custody, (*followed, *held.decisions))


def _new(custody: Custody, given: PermitReceived, now: Now) -> Step:
    permit = given.permit
    if given.is_spent or permit.id in custody.declined:
        return Step(custody)
    if rule := _decline(custody, given, now):
        declined = replace(custody, declined=custody.declined | {permit.id})
        return Step(declined, (Record("permit_declined", {"permit": permit.id, "rule": rule}),))
    proof, size = _proof(custody, given)
    held = replace(custody, memory=custody.memory.hold(permit, given.slip, size))
    received = Record("permit_received", {"permit": permit.id}, notes={**given.notes, **proof})
    return Step(held, (received, *_resumed(given)))


def _proven(custody: Custody, given: PermitReceived) -> Step:
    """The proof for a permit that came without one."""
    proof, size = _proof(custody, given)
    if size is None or custody.memory.holdings[given.permit.id].proven_size is not None:
        return Step(custody)
    return Step(replace(custody, memory=custody.memory.prove(given.permit.id, size)), (Keep(proof),))


def _proof(custody: Custody, given: PermitReceived) -> tuple[Mapping[str, bytes], int | None]:
    """What to keep of the proof, and the size of the head it is about; nothing unless that is the head held here."""
    shown, head = given.shown, custody.log.head
    if shown is None or head is None or not given.is_issued or shown.head.checkpoint != head.checkpoint:
        return {}, None
    return {proof_note(given.permit.id): shown.note}, head.size


def roster_received(custody: Custody, stage: Stage, given: RosterReceived, _now: Now) -> Step:
    """A newer roster of ours replaces the old one; whoever it no longer lets in is shown out, unless a door is open."""
    roster = given.roster
    is_newer = custody.roster is None or roster.version > custody.roster.version
    if roster.agent != custody.site.agent or not is_newer:
        return Step(custody)
    custody = replace(custody, roster=roster)
    custody = replace(custody, stage=stage if _are_welcome(custody, stage) else Waiting())
    return Step(custody, (Record("roster_received", {"version": roster.version}, notes=given.notes),))


def revocations_received(custody: Custody, _stage: Stage, given: RevocationsReceived, _now: Now) -> Step:
    """A newer list of revoked permits replaces the old one."""
    if given.version <= custody.revocations_version:
        return Step(custody)
    custody = replace(custody, revocations_version=given.version, revoked=given.revoked)
    return Step(custody, (Keep(given.notes),))


def contact_made(custody: Custody, _stage: Stage, given: ContactMade, _now: Now) -> Step:
    """What was asked last counts, whatever the server's clock says; an old answer told again changes nothing."""
    last = custody.contact
    is_older = last is not None and (last.asked_ms or 0) > (given.contact.asked_ms or 0)
    return Step(custody if is_older else replace(custody, contact=given.contact))


def disk_seen(custody: Custody, _stage: Stage, given: DiskSeen, _now: Now) -> Step:
    """A nearly full disk takes nothing out any more."""
    return Step(replace(custody, is_disk_low=given.is_low))


def settle(custody: Custody, now: Now) -> Step:
    """Forget permits that are surely over and have nothing outside."""
    over = [held.permit.id for held in custody.memory.holdings.values() if _is_settled(held, now)]
    if not over or not isinstance(custody.stage, Waiting):
        return Step(custody)
    names = tuple(name(permit) for permit in over for name in (permit_note, slip_note, proof_note))
    decisions: tuple[Decision, ...] = (Forget(names),)
    return Step(replace(custody, memory=custody.memory.without(over)), decisions)


def _resumed(given: PermitReceived) -> tuple[Record, ...]:
    """What is out under a permit that an earlier journal knew: from here on this one takes it back."""
    items = [item.id for item in given.permit.items if item.id in given.out]
    about = {**about_permit(given.permit), "items": items}
    return (Record("custody_resumed", about),) if items else ()


def _decline(custody: Custody, given: PermitReceived, now: Now) -> str | None:
    permit = given.permit
    if permit.agent != custody.site.agent:
        return "addressed_here"
    if permit.place not in custody.site.boards:
        return "compartment_known"
    if permit.action not in ACTIONS_KNOWN:
        return "action_known"
    return "not_expired" if _is_over(permit, now) and not given.out else None


def _are_welcome(custody: Custody, stage: Stage) -> bool:
    inside = stage.then if isinstance(stage, Refusal) else stage
    if not isinstance(inside, EnteringPin | WaitingNext | Choosing | Ready | ReadyForAll | Transferring):
        return True
    entering = (inside.person,) if isinstance(inside, EnteringPin) else ()
    people = custody.people((*inside.present, *entering))
    return len(people) == len(inside.present) + len(entering) and all(person.active for person in people)


def _is_settled(held: Holding, now: Now) -> bool:
    return _is_over(held.permit, now) and not held.is_open and held.undeclared is None


def _is_over(permit: Permit, now: Now) -> bool:
    return now.clock.is_bounded and now.clock.earliest > permit.not_after + SETTLED_AFTER
