"""Facts and rows: what is stored comes back equal."""

from dataclasses import replace
from datetime import timedelta

import pytest

from server.custody.administration.changes import Change, ChangeKind
from server.custody.administration.settings import Setting
from server.custody.delegations import Delegation
from server.custody.enrolments import Enrolment, EnrolmentState
from server.custody.facts import Agent, Compartment, Deposit, JournalBreak, Opening, RevocationList, Township
from server.custody.findings.emergencies import Emergency, EmergencyCause
from server.custody.findings.finding import Finding, FindingState, Level
from server.custody.handovers.states import Found, Resolution
from server.custody.happenings import Fact
from server.custody.holidays import Holidays
from server.custody.people import Credential, Grant, OneTimeCode, Person, SignIn
from server.custody.policy.default import DEFAULT
from server.custody.policy.versions import PolicyState, PolicyVersion
from server.custody.policy.words import Matter, Mode
from server.custody.policy.writing import write
from server.custody.roles import Role
from server.custody.rotations import Rotation
from server.custody.states import CheckoutState, CredentialKind, ItemState, SealLife, Step
from server.store.fact_rows import FactRows
from server.store.rows import TABLE_OF, from_row, to_row
from tests.server.cast import (
    CABINET,
    DONGKENG_1,
    HEAD,
    NOW,
    attachment,
    checkout,
    contract,
    decision,
    demanded,
    issued_permit,
    objection,
    seal,
)
from tests.server.custody.handovers.lists import handover, line, signature
from tests.server.custody.policy.test_votes import ASSEMBLY
from tests.server.town import Town

FACTS: tuple[Fact, ...] = (
    Township(id="township", name="清溪镇", origin="gongguan.test/qx", card_salt="00"),
    CABINET,
    replace(CABINET, id="CAB-02", out_of_service=(3, 7), retired_at=NOW),
    Agent(id="hall-1", epoch=2, key="vkey"),
    DONGKENG_1,
    Compartment(id="CAB-01/1", cooperative=DONGKENG_1.id),
    Person(id="p-囍", name="囍嬅喆", phone="13800000000", unit="东坑村", card="ff"),
    Grant(person="p-1", role=Role.HEAD, cooperative=DONGKENG_1.id),
    Grant(person="p-1", role=Role.REVIEWER, is_active=False),
    Grant(person="p-1", role=Role.HEAD, cooperative=DONGKENG_1.id, since=NOW.date(), until=NOW.date()),
    Person(id="p-1", name="甲", phone="13800000001", unit="村", card="ee", card_by="p-2", card_at=NOW),
    Change(id="g-1", kind=ChangeKind.ROLE, wanted={"role": "head"}, proposed_by="p-1", proposed_at=NOW),
    Setting(id="code_hours", value=24, set_by="p-1", set_at=NOW),
    Enrolment(
        id="e-1",
        agent="hall-1",
        cabinets=("CAB-01",),
        trust="quorum",
        policy="quorum none\n",
        server_url="https://gongguan.lan",
        broker_host="gongguan.lan",
        broker_port=8883,
        authority="",
        token="00",
        opened_by=None,
        opened_at=NOW,
        expires_at=NOW,
        state=EnrolmentState.PRESENTED,
        epoch=2,
        presented_at=NOW,
    ),
    Credential(person="p-1", kind=CredentialKind.PIN, digest="00", set_at=NOW),
    OneTimeCode(id="00", person="p-1", expires_at=NOW),
    OneTimeCode(id="01", person="p-1", expires_at=NOW, issued_by="p-2", used_at=NOW),
    SignIn(id="00", person="p-1", opened_at=NOW, expires_at=NOW + timedelta(milliseconds=1)),
    seal(state=ItemState.OUT, holder="p-1", since=NOW, details={"材质": "铜", "规格": "圆形 42mm"}),
    seal(life=SealLife.STOPPED, life_since=NOW, successor="i-2"),
    contract(),
    checkout(CheckoutState.ENDORSED, amount_cents=9_999_999_999_99, taken=("i-1",), due_at=NOW),
    checkout(decisions=(replace(decision(Step.HEAD, HEAD), agreed=False, reason="价格“偏低”"),)),
    Deposit(id="d-1", cooperative=DONGKENG_1.id, items=("i-1", "i-2"), arranged_by="p-1", arranged_at=NOW),
    issued_permit(),
    Opening(
        id="o-1",
        agent="hall-1",
        place="CAB-01/1",
        action="take",
        permit="m-1",
        checkout="k-1",
        deposit=None,
        persons=("p-1", "p-2"),
        intended_at=NOW,
    ),
    JournalBreak(id="hall-1/1/7/broken_chain", agent="hall-1", epoch=1, seq=7, rule="broken_chain", noticed_at=NOW),
    RevocationList(id="revocations", version=7),
    handover(outgoing="p-1", begun_at=NOW),
    line(found=Found.NOT_FOUND, resolution=Resolution.ACCEPTED_MISSING, resolved_at=NOW),
    signature(voided_at=NOW),
    attachment(),
    objection(answer="查过了", answered_by="p-1", answered_at=NOW),
    attachment(cooperative=None, subject="k-1", withdrawn_at=NOW),
    checkout(
        CheckoutState.RETURNED_FOR_CORRECTION,
        demands=demanded(Mode.OFF_SITE, matter=Matter.LAND, amount_cents=10**9),
        meeting=ASSEMBLY,
        decisions=(
            decision(Step.HEAD, HEAD, agreed=False, correction="amount", stands_for="p-1"),
            decision(Step.HEAD, HEAD, revision=2),
        ),
        expected_at=NOW,
        late_at=NOW,
        extended_at=NOW,
    ),
    PolicyVersion(
        id="1",
        document=write(DEFAULT),
        digest="00",
        state=PolicyState.IN_FORCE,
        note="",
        proposed_by=None,
        proposed_at=NOW,
    ),
    Delegation(
        id="v-1",
        giver="p-1",
        substitute="p-2",
        role=Role.HEAD,
        cooperative=None,
        first_day=NOW.date(),
        last_day=NOW.date(),
        given_at=NOW,
    ),
    Holidays(id="calendar", holidays=("2026-10-01",), exchanged=()),
    Finding(
        id="A03:k-1",
        rule="A03",
        level=Level.RED,
        state=FindingState.RAISED,
        cooperative=DONGKENG_1.id,
        checkout="k-1",
        compartment=None,
        items=("i-1",),
        persons=("p-1", "p-2"),
        entries=(7, 8),
        numbers={"minutes_late": 95},
        raised_at=NOW,
        due_at=NOW,
    ),
    Emergency(id="A02:n7", compartment=None, cooperative=None, opened_at=NOW, cause=EmergencyCause.RESCUE),
    Rotation(id="log-0a1b2c3d", role="log", succession="gongguan-succession/v1", rotated_at=NOW, until=NOW),
)


def test_every_kind_of_fact_is_tried_here() -> None:
    assert {type(fact) for fact in FACTS} == set(TABLE_OF)


@pytest.mark.parametrize("fact", FACTS, ids=[f"{n}-{type(fact).__name__}" for n, fact in enumerate(FACTS)])
def test_a_fact_is_its_row(fact: Fact) -> None:
    assert from_row(type(fact), to_row(fact)) == fact
    assert set(to_row(fact)) == set(TABLE_OF[type(fact)].columns.keys())


def test_every_fact_comes_back_from_the_database(empty: Town) -> None:
    with empty.database.writing.connect() as connection, connection.begin() as transaction:
        writing, reading = FactRows(connection), FactRows(connection)
        for fact in FACTS:
            writing.put(fact)
        writing.flush()
        newest = {(type(fact), fact.id): fact for fact in FACTS}
        assert {key: reading.get(*key) for key in newest} == newest
        transaction.rollback()
