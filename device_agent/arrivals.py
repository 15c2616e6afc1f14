"""What comes down to an agent, believed or declined: pure.

A message is believed when the newest permit key signed it, it names this agent and it says more than what is held
already; and never when the broker had kept it, for nobody knows since when. Whether a permit is still good is not
asked here: the custodian judges that, with the time, at the door.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from device_agent.addressee import Addressee
from device_agent.custodian.log_view import KeysView
from firmware_protocol import permits, rosters, slips
from firmware_protocol.key_changes import KeyHistory, is_in_order, parse_changes
from firmware_protocol.log_heads import Shown, is_issued, read_head
from firmware_protocol.log_steps import LogStep, parse_step
from firmware_protocol.messages import (
    Ack,
    Outstanding,
    PermitDelivery,
    PhotoDoorbell,
    Revocations,
    RosterDoorbell,
    decode,
    decode_delivery,
    down_topic,
)
from firmware_protocol.notes import MalformedNote, UnverifiedNote
from firmware_protocol.permits import Permit
from firmware_protocol.rosters import Roster
from firmware_protocol.slips import Slip

Reason = Literal[
    "unexpected", "retained", "malformed", "unverified", "misaddressed", "other epoch", "unasked", "held already"
]


@dataclass(frozen=True, slots=True)
class Holdings:
    """What the agent holds of the server's documents already; the server is told, and sends what is missing."""

    roster_version: int = 0
    revocations_version: int = 0
    permits: frozenset[str] = frozenset()
    log_size: int = 0
    keys: KeysView = field(default_factory=KeysView)

    def lack(self, ack: Ack) -> bool:
        """Whether the server had more for us than this when it signed that."""
        held = self.roster_version, self.revocations_version, self.keys.version
        newest = ack.roster_version, ack.revocations_version, ack.keys_version
        return any(there > have for have, there in zip(held, newest, strict=True))


@dataclass(frozen=True, slots=True)
class Declined:
    """A message that is not believed, or that says nothing new."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class AckArrived:
    """The server answers what this run said at `asked_ms` of the clock that only grows. May repeat, may be late."""

    ack: Ack
    asked_ms: int


@dataclass(frozen=True, slots=True)
class PermitArrived:
    """A permit that is not held yet, with its slip; both verified, and as they came.

    `out` are the items that the log says are out under it, where it was used before this journal began. `shown` is the
    head of the log that came along; `is_issued`: its tree has the entry by which just this permit was issued.
    """

    permit: Permit
    slip: Slip
    delivery: PermitDelivery
    out: tuple[str, ...] = ()
    shown: Shown | None = None
    is_issued: bool = False


@dataclass(frozen=True, slots=True)
class HeadArrived:
    """The log's newest head by itself; its signatures are verified, its history is not."""

    shown: Shown


@dataclass(frozen=True, slots=True)
class KeysArrived:
    """The server's keys as they followed one another, up to the one that signed this; and as it came.

    Each change is in the tree of `shown`, whose history is not verified.
    """

    history: KeyHistory
    version: int
    shown: Shown
    note: bytes


@dataclass(frozen=True, slots=True)
class RevocationsArrived:
    """A newer list of permits that open nothing any more; verified, and as it came."""

    revocations: Revocations
    note: bytes

    @property
    def at(self) -> datetime:
        """When the server signed it."""
        return self.revocations.at


@dataclass(frozen=True, slots=True)
class RosterAnnounced:
    """A newer roster can be fetched."""

    doorbell: RosterDoorbell


@dataclass(frozen=True, slots=True)
class PhotoWanted:
    """The server lacks a photo that an entry of ours names."""

    doorbell: PhotoDoorbell


@dataclass(frozen=True, slots=True)
class RosterArrived:
    """A newer roster, fetched; verified, and as it came."""

    roster: Roster
    note: bytes

    @property
    def at(self) -> datetime:
        """When the server signed it."""
        return self.roster.at


@dataclass(frozen=True, slots=True)
class LinkChanged:
    """Whether the broker is reached and the server behind it says that it is there. A hint."""

    is_online: bool


Arrival = AckArrived | PermitArrived | RevocationsArrived | RosterArrived | HeadArrived | KeysArrived | LinkChanged
"""What is delivered to the agent."""

Received = (
    Ack | PermitArrived | RevocationsArrived | HeadArrived | KeysArrived | RosterAnnounced | PhotoWanted | Declined
)


def receive(addressee: Addressee, held: Holdings, topic: str, payload: bytes, *, is_retained: bool) -> Received:
    """Read a message from the broker. Never raises, whatever the bytes.

    Whether an acknowledgement answers anything that this run has said is for whoever said it.
    """
    reader = {down_topic(addressee.agent, name): reader for name, reader in _READERS.items()}.get(topic)
    if reader is None:
        return Declined("unexpected")
    if is_retained:
        return Declined("retained")
    try:
        return reader(addressee, held, payload)
    except (MalformedNote, UnverifiedNote) as error:
        return Declined(_reason(error))


def receive_roster(addressee: Addressee, held: Holdings, note: bytes) -> RosterArrived | Declined:
    """Read a fetched roster. Never raises, whatever the bytes."""
    try:
        roster = rosters.parse(note, [addressee.permit_key])
    except (MalformedNote, UnverifiedNote) as error:
        return Declined(_reason(error))
    if roster.agent != addressee.agent:
        return Declined("misaddressed")
    return RosterArrived(roster, note) if roster.version > held.roster_version else Declined("held already")


def _reason(error: MalformedNote | UnverifiedNote) -> Reason:
    return "unverified" if isinstance(error, UnverifiedNote) else "malformed"


def _read_ack(addressee: Addressee, _held: Holdings, payload: bytes) -> Ack | Declined:
    ack = decode(payload, Ack, addressee.upward_keys)
    if ack.agent != addressee.agent:
        return Declined("misaddressed")
    if ack.epoch != addressee.epoch:
        return Declined("other epoch")
    return ack


def _read_permit(addressee: Addressee, held: Holdings, payload: bytes) -> PermitArrived | Declined:
    delivery = decode_delivery(payload)
    ring = addressee.keys.permit
    keys = ring.believed if delivery.outstanding is None else ring.every
    permit, slip = permits.parse(delivery.permit, keys), slips.parse(delivery.slip, keys)
    if {permit.agent, slip.agent} != {addressee.agent}:
        return Declined("misaddressed")
    if slip.permit != permit.id:
        return Declined("malformed")
    if permit.id in held.permits:
        return Declined("held already")
    out = _read_outstanding(addressee, permit, delivery.outstanding)
    if isinstance(out, Declined):
        return out
    arrived = PermitArrived(permit, slip, delivery, out)
    return arrived if delivery.step is None else _with_proof(addressee, arrived, delivery.step)


def _read_outstanding(addressee: Addressee, permit: Permit, note: bytes | None) -> tuple[str, ...] | Declined:
    if note is None:
        return ()
    outstanding = decode(note, Outstanding, [addressee.permit_key])
    if (outstanding.agent, outstanding.permit) != (addressee.agent, permit.id):
        return Declined("misaddressed")
    return outstanding.items if outstanding.epoch == addressee.epoch else Declined("other epoch")


def _with_proof(addressee: Addressee, arrived: PermitArrived, note: bytes) -> PermitArrived | Declined:
    step = parse_step(note, [addressee.permit_key])
    if step.agent != addressee.agent:
        return Declined("misaddressed")
    shown, issued = _shown(addressee, step, note), step.issued
    proves = (
        issued is not None
        and issued.permit == arrived.permit.id
        and is_issued(issued, arrived.delivery.permit, shown.head.checkpoint, *addressee.keys.permit.every)
    )
    return replace(arrived, shown=shown, is_issued=proves)


def _shown(addressee: Addressee, step: LogStep, note: bytes) -> Shown:
    head = read_head(step.checkpoint, addressee.keys.log.newest)
    return Shown(head, step.earlier, step.consistency, addressee.policy.is_met(step.checkpoint), note)


def _read_step(addressee: Addressee, _held: Holdings, payload: bytes) -> HeadArrived | Declined:
    step = parse_step(payload, [addressee.permit_key])
    is_ours = step.agent == addressee.agent
    return HeadArrived(_shown(addressee, step, payload)) if is_ours else Declined("misaddressed")


def _read_keys(addressee: Addressee, held: Holdings, payload: bytes) -> KeysArrived | Declined:
    delivery = parse_changes(payload)
    if len(delivery.changes) <= held.keys.version:
        return Declined("held already")
    followed = replace(addressee, keys=addressee.keys.learn(delivery.changes))
    step = parse_step(delivery.step, [followed.permit_key])
    if step.agent != addressee.agent:
        return Declined("misaddressed")
    shown = _shown(followed, step, delivery.step)
    is_proven = all(each.is_in(shown.head.checkpoint) for each in delivery.changes)
    if not is_proven or not is_in_order(delivery.changes):
        return Declined("unverified")
    return KeysArrived(followed.keys, len(delivery.changes), shown, payload)


def _read_revocations(addressee: Addressee, held: Holdings, payload: bytes) -> RevocationsArrived | Declined:
    revocations = decode(payload, Revocations, [addressee.permit_key])
    if revocations.agent != addressee.agent:
        return Declined("misaddressed")
    is_newer = revocations.version > held.revocations_version
    return RevocationsArrived(revocations, payload) if is_newer else Declined("held already")


def _read_doorbell(addressee: Addressee, held: Holdings, payload: bytes) -> RosterAnnounced | Declined:
    doorbell = decode(payload, RosterDoorbell, [addressee.permit_key])
    if doorbell.agent != addressee.agent:
        return Declined("misaddressed")
    return RosterAnnounced(doorbell) if doorbell.version > held.roster_version else Declined("held already")


def _read_photo_doorbell(addressee: Addressee, _held: Holdings, payload: bytes) -> PhotoWanted | Declined:
    doorbell = decode(payload, PhotoDoorbell, addressee.upward_keys)
    return PhotoWanted(doorbell) if doorbell.agent == addressee.agent else Declined("misaddressed")


_READERS: dict[str, Callable[[Addressee, Holdings, bytes], Received]] = {
    "ack": _read_ack,
    "permit": _read_permit,
    "revocations": _read_revocations,
    "roster": _read_doorbell,
    "photo": _read_photo_doorbell,
    "log": _read_step,
    "keys": _read_keys,
}
