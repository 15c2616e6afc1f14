"""The hall all these tests stand in: the same few people, two cabinets, permits that are valid unless told otherwise.

游少玉 keeps the accounts of 东坑一社, 廖坤东 heads it, 林少军 and 罗秀英 are cabinet officers, 何慧敏 reviews, and
宋水阿 keeps the accounts of another cooperative.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from device_agent.bundle import ServerKeys
from device_agent.custodian.contact import Contact
from device_agent.custodian.inputs import CardShown, Choice, ChoiceKind, ChoiceMade, Input, PinChecked, PinEntered
from device_agent.custodian.memory import Memory
from device_agent.custodian.state import Custody, Now, Site, Step
from device_agent.custodian.table import decide
from firmware_protocol.checkpoints import Checkpoint
from firmware_protocol.credentials import card_hash, pin_hash
from firmware_protocol.log_heads import Head, Shown
from firmware_protocol.messages import Ack
from firmware_protocol.notes import Signer
from firmware_protocol.permit_checks import Clock
from firmware_protocol.permits import Party, Permit, PermitItem, ReturnGrant
from firmware_protocol.rosters import Cooperative, Person, RoleGrant, Roster
from firmware_protocol.slips import Slip

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
AGENT = "hall-1"
FIRST = "c-aaaaaaaaaaaaaaaa"
OTHER = "c-bbbbbbbbbbbbbbbb"
SEAL, LEDGER_SEAL = "i-aaaaaaaaaaaaaaaa", "i-bbbbbbbbbbbbbbbb"
PLACE = "CAB-01/7"
PIN = "246810"
SALT = bytes(16)

AGENT_SIGNER = Signer(f"gongguan.test/agent/{AGENT}", b"a" * 32)
SERVER_SIGNER = Signer("gongguan.test/permit", b"s" * 32)
LOG_SIGNER = Signer("gongguan.test/log", b"l" * 32)
LOG_HEAD = Shown(Head(Checkpoint(LOG_SIGNER.name, 1, bytes(32)), b"", NOON), 0, (), False, b"")
KEYS = ServerKeys(SERVER_SIGNER.verifier, LOG_SIGNER.verifier)


def ack(seq: int = 0, at: datetime = NOON, *, roster_version: int = 0, revocations_version: int = 0) -> Ack:
    """The server has committed so many entries; what it answers is for the link to compare."""
    return Ack(AGENT, 1, seq, at, "nonce", roster_version, revocations_version)


def person(letter: str, name: str, *grants: RoleGrant, active: bool = True) -> Person:
    """Someone whose id, card and PIN hash follow from one letter; nothing here is worth a real hash."""
    return Person(f"p-{letter * 16}", name, grants, active=active, card=f"card-{letter}", pin=f"pin-{letter}")


YOU = person("y", "游少玉", RoleGrant("accountant", FIRST))
LIAO = person("l", "廖坤东", RoleGrant("head", FIRST))
LIN = person("n", "林少军", RoleGrant("cabinet_officer"))
LUO = person("u", "罗秀英", RoleGrant("cabinet_officer"))
HE = person("h", "何慧敏", RoleGrant("reviewer"))
SONG = person("s", "宋水阿", RoleGrant("accountant", OTHER))
BLOCKED = person("z", "吴停用", RoleGrant("cabinet_officer"), active=False)
EVERYONE = (YOU, LIAO, LIN, LUO, HE, SONG, BLOCKED)

ROSTER = Roster(
    agent=AGENT,
    version=1,
    at=NOON,
    card_salt=SALT,
    people=EVERYONE,
    cooperatives=(
        Cooperative(FIRST, "清溪镇东坑村第一经济合作社", "东坑一社"),
        Cooperative(OTHER, "清溪镇东坑村第四经济合作社", "东坑四社"),
    ),
)
SITE = Site(
    AGENT,
    {f"CAB-01/{n}": "left:1" for n in range(1, 25)} | {f"CAB-02/{n}": f"right:{n // 17}" for n in range(1, 25)},
)
OFFICER = Party(roles=("cabinet_officer",))


def real_roster(cards: dict[str, str], version: int = 1) -> Roster:
    """The roster with real hashes: a card number by person id, and everybody's PIN `PIN`."""
    hashed = pin_hash(PIN, SALT)
    people = tuple(
        replace(each, card=card_hash(cards[each.id], SALT) if each.id in cards else None, pin=hashed)
        for each in EVERYONE
    )
    return replace(ROSTER, people=people, version=version)


def take_permit(letter: str = "a", **changes: Any) -> Permit:
    """游少玉 may take the seal of 东坑一社 with a cabinet officer until five o'clock."""
    permit = Permit(
        id=f"m-{letter * 16}",
        action="take",
        agent=AGENT,
        cabinet="CAB-01",
        compartment=7,
        cooperative=FIRST,
        items=(PermitItem(SEAL, "seal"), PermitItem(LEDGER_SEAL, "seal")),
        holder=Party(person=YOU.id),
        second=OFFICER,
        not_before=NOON - timedelta(hours=1),
        not_after=NOON + timedelta(hours=5),
        checkout=f"k-{letter * 16}",
        approvers=(LIAO.id, HE.id),
        return_grant=ReturnGrant(("accountant", "head"), OFFICER),
    )
    return replace(permit, **changes)


def deposit_permit(letter: str = "d", **changes: Any) -> Permit:
    """Somebody of 东坑一社 may put the seals in with a cabinet officer."""
    permit = take_permit(letter, action="deposit", checkout=None, deposit=f"d-{letter * 16}", return_grant=None)
    return replace(permit, holder=Party(roles=("accountant", "head")), approvers=(), **changes)


def count_permit(letter: str = "n", **changes: Any) -> Permit:
    """Somebody of 东坑一社 and a cabinet officer may look at the seals; nothing is taken."""
    permit = take_permit(letter, action="count", checkout=None, return_grant=None)
    plain = {"holder": Party(roles=("supervisor", "head", "accountant")), "approvers": ()}
    return replace(permit, **{**plain, **changes})


def slip_for(permit: Permit) -> Slip:
    """The names that go with a permit."""
    names = {SEAL: "东坑一社公章", LEDGER_SEAL: "东坑一社财务专用章"}
    return Slip(
        agent=permit.agent,
        permit=permit.id,
        cooperative_name="清溪镇东坑村第一经济合作社",
        cooperative_short_name="东坑一社",
        holder_name=YOU.name if permit.holder.person else None,
        purpose="签订鱼塘承包合同",
        off_site=False,
        items=tuple((item.id, names.get(item.id, item.id)) for item in permit.items),
    )


def clock_at(at: datetime, *, error_s: float = 1) -> Clock:
    """A clock that agrees with the server to a second."""
    error = timedelta(seconds=error_s)
    return Clock(at - error, at + error, "sync")


def now_at(after_s: float = 0, clock: Clock | None = None) -> Now:
    """So many seconds after noon, with a good clock unless told otherwise."""
    at = NOON + timedelta(seconds=after_s)
    return Now(at, clock or clock_at(at), int(after_s * 1000))


def hall(*permits: Permit, **changes: Any) -> Custody:
    """An agent in contact with its server that holds these permits, all doors closed."""
    memory = Memory()
    for permit in permits:
        memory = memory.hold(permit, slip_for(permit), proven_size=1)
    custody = Custody(site=SITE, memory=memory, roster=ROSTER, contact=Contact(NOON, 0))
    return replace(custody, **changes)


def after(custody: Custody, *given: Input, now: Now | None = None) -> Step:
    """The last step after these inputs, all at one moment."""
    step = Step(custody)
    for each in given:
        step = decide(step.custody, each, now or now_at())
    return step


def identified(*people: Person) -> tuple[Input, ...]:
    """What the kiosk says when these people identify in turn."""
    inputs: list[Input] = []
    for each in people:
        inputs += [CardShown(each.card), PinEntered(), PinChecked(each.id, fits=True)]
    return tuple(inputs)


def choose(kind: ChoiceKind, permit: Permit) -> ChoiceMade:
    """They touch one offer."""
    return ChoiceMade(Choice(kind, permit.id))


def types(decisions: Iterable[object]) -> list[str]:
    """What was decided, in a word each: the type of a record, the class of anything else."""
    return [getattr(each, "type", type(each).__name__) for each in decisions]
