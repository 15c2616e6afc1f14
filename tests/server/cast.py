"""The people and things of 东坑一社 who walk through the tests of the rules; every builder is valid by default."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from firmware_protocol.times import CHINA
from server.custody.applications import Application
from server.custody.approvals import Answer, next_step
from server.custody.attachments import Attachment, MediaType
from server.custody.facts import Cabinet, Checkout, Cooperative, Decision, IssuedPermit, Item
from server.custody.objections import Objection
from server.custody.people import Grant, Person, Standing
from server.custody.policy.default import DEFAULT
from server.custody.policy.demands import Asked, Demands, resolve
from server.custody.policy.words import Mode
from server.custody.roles import Role
from server.custody.states import CheckoutState, ItemKind, ItemState, SealType, Step

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=CHINA)  # a Monday
AGENT = "hall-1"


def somebody(person_id: str, name: str, *roles: Role, cooperative: str | None = None, **changes: Any) -> Standing:
    """A person with roles, in a cooperative or in the township."""
    person = Person(id=person_id, name=name, phone=f"138{len(name):08}", **{"unit": "", **changes})
    return Standing(person, frozenset(Grant(person=person_id, role=role, cooperative=cooperative) for role in roles))


def blocked(who: Standing) -> Standing:
    """The same person, blocked."""
    return Standing(replace(who.person, is_active=False), who.grants)


DONGKENG_1 = Cooperative(
    id="c-dongkeng1",
    code="44200101",
    village="东坑村",
    name="清溪镇东坑村第一经济合作社",
    short_name="东坑一社",
    credit_code=None,
    members=113,
    cabinet="CAB-01",
    compartment=1,
    resolved_on=date(2025, 9, 21),
    expires_on=date(2030, 9, 21),
)
DONGKENG_2 = replace(
    DONGKENG_1,
    id="c-dongkeng2",
    code="44200102",
    name="清溪镇东坑村第二经济合作社",
    short_name="东坑二社",
    compartment=2,
)
CABINET = Cabinet(
    id="CAB-01",
    place="镇政府一楼",
    compartments=24,
    board="",
    port="",
    baud=9600,
    board_addresses="1",
    lock_feedback="",
    agent=AGENT,
)

ACCOUNTANT = somebody("p-you", "游少玉", Role.ACCOUNTANT, cooperative=DONGKENG_1.id)
HEAD = somebody("p-liao", "廖坤东", Role.HEAD, cooperative=DONGKENG_1.id)
SUPERVISOR = somebody("p-sun", "孙辉", Role.SUPERVISOR, cooperative=DONGKENG_1.id)
OFFICERS = (ACCOUNTANT, HEAD, SUPERVISOR)
REVIEWER = somebody("p-he", "何慧敏", Role.REVIEWER)
OTHER_REVIEWER = somebody("p-xie", "谢文彬", Role.REVIEWER)
OFFICE_HEAD = somebody("p-zhao", "赵文斌", Role.OFFICE_HEAD)
CABINET_OFFICER = somebody("p-lin", "林少军", Role.CABINET_OFFICER)
SECURITY_ADMIN = somebody("p-pan", "潘振东", Role.SECURITY_ADMIN)
INSPECTOR = somebody("p-zhou", "周建国", Role.INSPECTOR)
LEADER = somebody("p-su", "苏志伟", Role.TOWNSHIP_LEADER)
PEOPLE = (*OFFICERS, REVIEWER, OTHER_REVIEWER, OFFICE_HEAD, LEADER)
"""Everybody who is asked about what 东坑一社 wants."""
NEIGHBOUR = somebody("p-ke", "柯火梅", Role.HEAD, Role.ACCOUNTANT, cooperative=DONGKENG_2.id)


def seal(seal_type: SealType = SealType.OFFICIAL, **changes: Any) -> Item:
    """A seal of 东坑一社 in the cabinet."""
    item = Item(
        id=f"i-{seal_type}",
        cooperative=DONGKENG_1.id,
        kind=ItemKind.SEAL,
        name=f"东坑一社{seal_type}",
        key=str(seal_type),
        seal_type=seal_type,
        details={},
        state=ItemState.IN_CABINET,
    )
    return replace(item, **changes)


def contract(**changes: Any) -> Item:
    """A contract of 东坑一社 in the cabinet."""
    return replace(seal(), **{"id": "i-contract-1", "kind": ItemKind.CONTRACT, "seal_type": None, **changes})


def application(**changes: Any) -> Application:
    """游少玉 asks for the official seal to sign two copies of a land contract."""
    usual = Application(
        applicant=ACCOUNTANT,
        holder=ACCOUNTANT,
        cooperative=DONGKENG_1,
        people=PEOPLE,
        items=(seal(),),
        holder_seals=(),
        policy=DEFAULT,
        purpose="签土地发包合同",
        document="土地发包合同",
        copies=2,
        now=NOW,
    )
    return replace(usual, **changes)


def demanded(mode: Mode = Mode.ON_SITE, **asked: Any) -> Demands:
    """What the first policy demands of using a seal."""
    return resolve(DEFAULT, Asked(mode=mode, kinds=frozenset({ItemKind.SEAL}), **asked))


def checkout(state: CheckoutState = CheckoutState.FILED, **changes: Any) -> Checkout:
    """What 游少玉 asked for, in the given state."""
    demands = changes.get("demands", demanded())
    decisions = changes.get("decisions", () if state is CheckoutState.FILED else (decision(Step.HEAD, HEAD),))
    is_waiting = state in (CheckoutState.FILED, CheckoutState.ENDORSED)
    usual = Checkout(
        id="k-1",
        cooperative=DONGKENG_1.id,
        applicant=ACCOUNTANT.id,
        holder=ACCOUNTANT.id,
        items=(seal().id,),
        purpose="签土地发包合同",
        document="土地发包合同",
        copies=2,
        state=state,
        filed_at=NOW,
        policy=1,
        demands=demands,
        step=next_step(demands, decisions, changes.get("revision", 1)) if is_waiting else None,
        waiting_since=NOW if is_waiting else None,
        decisions=decisions,
    )
    return replace(usual, **changes)


def decision(step: Step, who: Standing, **changes: Any) -> Decision:
    """A yes."""
    return replace(Decision(step=step, person=who.id, agreed=True, reason="", at=NOW), **changes)


def answer(**changes: Any) -> Answer:
    """廖坤东 agrees to what 游少玉 asked for."""
    usual = Answer(
        approver=HEAD,
        agrees=True,
        reason="",
        checkout=checkout(),
        cooperative=DONGKENG_1,
        people=PEOPLE,
        items=(seal(),),
        holder_seals=(),
        codes=(),
        now=NOW,
    )
    return replace(usual, **changes)


def attachment(**changes: Any) -> Attachment:
    """A scan of the contract that 游少玉 handed in, and that belongs to nothing yet."""
    usual = Attachment(
        id="u-1",
        cooperative=DONGKENG_1.id,
        sha256="ab" * 32,
        media_type=MediaType.PDF,
        size_bytes=4711,
        name="路灯采购合同.pdf",
        by=ACCOUNTANT.id,
        at=NOW,
    )
    return replace(usual, **changes)


def objection(**changes: Any) -> Objection:
    """What a villager has against 东坑一社's November."""
    usual = Objection(
        id="y-1",
        cooperative=DONGKENG_1.id,
        month="2026-11",
        text="公章用了两次，只公开了一次",
        phone="",
        raised_at=NOW,
    )
    return replace(usual, **changes)


def issued_permit(**changes: Any) -> IssuedPermit:
    """A live permit for 游少玉's checkout."""
    usual = IssuedPermit(
        id="m-1",
        agent=AGENT,
        place=DONGKENG_1.place,
        checkout="k-1",
        deposit=None,
        issued_at=NOW,
        not_after=datetime(2026, 11, 24, 23, 59, 59, tzinfo=CHINA),
        attempts=3,
        document="",
        slip="",
    )
    return replace(usual, **changes)
