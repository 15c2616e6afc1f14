"""Deeds on permits, and what thieves of the server's keys can do with them: the agent answers at the door."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from device_agent.arrivals import Declined, Holdings, receive
from device_agent.custodian.contact import Contact
from device_agent.custodian.inputs import Input, RevocationsReceived
from device_agent.custodian.log_view import HeadShown
from device_agent.custodian.offers import judge
from device_agent.custodian.state import Custody, Now
from device_agent.kiosk.words import REFUSALS
from firmware_protocol import permits, slips
from firmware_protocol.cosignatures import Cosigner
from firmware_protocol.log_policy import parse_policy
from firmware_protocol.messages import PermitDelivery, down_topic, encode_delivery
from firmware_protocol.notes import Signer
from firmware_protocol.permit_checks import Refused, TrustLevel
from firmware_protocol.permits import Permit
from tests.device_agent.custodian.at_the_door import taken
from tests.device_agent.hall import (
    AGENT,
    LIN,
    NOON,
    SERVER_SIGNER,
    SITE,
    YOU,
    after,
    choose,
    hall,
    now_at,
    slip_for,
    take_permit,
)
from tests.device_agent.township_log import TownshipLog, addressee, permit_input, proven, shown
from tests.drills.noticed import CABINET, Drill, Noticed

PERMIT = take_permit()
JIWEI = Signer("jiwei.test/w1", b"j" * 32)
POLICY = parse_policy(f"witness jiwei {Cosigner.of(JIWEI.verifier).vkey}\nquorum jiwei\n")
STRANGER = Signer(SERVER_SIGNER.name, b"x" * 32)


def at_the_door(custody: Custody, now: Now | None = None, permit: Permit = PERMIT) -> Noticed:
    """What the kiosk tells the right two people at the last touch; nothing where it opens."""
    verdict = judge(custody, choose("take", permit).choice, (YOU.id, LIN.id), now or now_at()).verdict
    if not isinstance(verdict, Refused):
        return Noticed(CABINET)
    refusal = REFUSALS[verdict.rule]
    return Noticed(CABINET, f"{refusal.title}：{refusal.why}")


def log_with(permit: Permit = PERMIT) -> TownshipLog:
    """A township's log that has this permit as its fourth entry."""
    log = TownshipLog().grow(3)
    log.issue(permit)
    return log


def _after(*given: Input, level: TrustLevel = "log") -> Noticed:
    return at_the_door(after(hall(site=replace(SITE, level=level)), *given).custody)


def _never_logged(_folder: Path) -> Noticed:
    return _after(permit_input(PERMIT, None))


def _with_another_permits_place(_folder: Path) -> Noticed:
    return _after(permit_input(PERMIT, log_with(take_permit("b")).step(permit=take_permit("b"))))


def _in_a_log_beside(_folder: Path) -> Noticed:
    log = log_with()
    return _after(HeadShown(shown(TownshipLog().grow(2).step())), permit_input(PERMIT, log.step(3, PERMIT)))


def _in_a_forked_log(_folder: Path) -> Noticed:
    """Both keys of the server are stolen: the permit stands in another history of the same log."""
    honest = TownshipLog().grow(4)
    return _after(HeadShown(shown(honest.step())), permit_input(PERMIT, log_with().step(4, PERMIT)))


def _in_a_longer_fork(_folder: Path) -> Noticed:
    honest, forged = TownshipLog().grow(5), log_with().grow(4)
    return _after(HeadShown(shown(honest.step())), permit_input(PERMIT, forged.step(5, PERMIT)))


def _in_a_log_put_back(_folder: Path) -> Noticed:
    honest, forged = TownshipLog().grow(9), log_with()
    forged.at = honest.at + timedelta(minutes=1)
    return _after(HeadShown(shown(honest.step())), permit_input(PERMIT, forged.step(9, PERMIT)))


def _without_the_witnesses(_folder: Path) -> Noticed:
    """The same thief before a cabinet that has seen no log yet, under the policy's quorum."""
    return _after(permit_input(PERMIT, log_with().step(permit=PERMIT), policy=POLICY), level="quorum")


def _valid_for_a_year(_folder: Path) -> Noticed:
    permit = take_permit(not_after=NOON + timedelta(days=365))
    return _after(permit_input(permit, log_with(permit).step(permit=permit)))


def _used(_folder: Path) -> Noticed:
    return at_the_door(taken())


def _delivered_again(_folder: Path) -> Noticed:
    return at_the_door(after(taken(), proven(PERMIT)).custody)


def _revoked(_folder: Path) -> Noticed:
    return _after(proven(PERMIT), RevocationsReceived(5, frozenset({PERMIT.id}), {}))


def _unrevoked(_folder: Path) -> Noticed:
    revoked = RevocationsReceived(5, frozenset({PERMIT.id}), {})
    return _after(proven(PERMIT), revoked, RevocationsReceived(4, frozenset(), {}))


def _expired(_folder: Path) -> Noticed:
    custody = after(hall(), proven(PERMIT)).custody
    late = now_at(timedelta(hours=6).total_seconds())
    return at_the_door(replace(custody, contact=Contact(late.at, late.elapsed_ms)), late)


def _cut_off(_folder: Path) -> Noticed:
    """The network is cut before a revocation can come."""
    return at_the_door(after(hall(), proven(PERMIT)).custody, now_at(timedelta(hours=4).total_seconds()))


def _on_the_wire(deed: Callable[[], bytes], *, is_retained: bool = False) -> Drill:
    """What the agent puts into its own log about a permit that comes so."""

    def run(_folder: Path) -> Noticed:
        delivery = encode_delivery(PermitDelivery(deed(), slips.encode(slip_for(PERMIT), SERVER_SIGNER)))
        topic = down_topic(AGENT, "permit")
        arrival = receive(addressee(), Holdings(), topic, delivery, is_retained=is_retained)
        return Noticed(CABINET, f"declined a message: {arrival.reason}" if isinstance(arrival, Declined) else "")

    return run


def _signed(permit: Permit = PERMIT, signer: Signer = SERVER_SIGNER) -> bytes:
    return permits.encode(permit, signer)


def _edited(old: bytes, new: bytes, permit: Permit = PERMIT) -> Drill:
    return _on_the_wire(lambda: _signed(permit).replace(old, new))


DRILLS: Mapping[str, Drill] = {
    "a permit that was never logged": _never_logged,
    "a stolen permit key borrows another permit's place in the log": _with_another_permits_place,
    "a permit in a log that the cabinet does not follow": _in_a_log_beside,
    "both server keys stolen: a permit in a forked log": _in_a_forked_log,
    "both server keys stolen: a permit in a longer fork": _in_a_longer_fork,
    "both server keys stolen: a permit in a log put back": _in_a_log_put_back,
    "both server keys stolen, before a cabinet under quorum": _without_the_witnesses,
    "a stolen server key signs and logs a permit for a year": _valid_for_a_year,
    "a permit is used again": _used,
    "a used permit is delivered again": _delivered_again,
    "a revoked permit": _revoked,
    "an older list of revocations is sent again": _unrevoked,
    "an expired permit": _expired,
    "a cabinet cut off from news of revocations": _cut_off,
    "a permit signed by somebody else": _on_the_wire(lambda: _signed(signer=STRANGER)),
    "a permit edited to another compartment": _edited(b'"compartment":7', b'"compartment":8'),
    "a permit re-addressed by editing it": _edited(b'"hall-2"', b'"hall-1"', take_permit(agent="hall-2")),
    "a permit sent to another cabinet": _on_the_wire(lambda: _signed(take_permit(agent="hall-2"))),
    "a permit kept by the broker and played again": _on_the_wire(_signed, is_retained=True),
}
