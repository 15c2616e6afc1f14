"""Who must come along: a 监印人, a second carrier, both; in whatever order they show their cards."""

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_agent.custodian.decisions import Record
from device_agent.custodian.inputs import Acknowledged, BackAsked, OpenAsked, PersonAdded
from device_agent.custodian.places import missing_at
from device_agent.custodian.state import Choosing, Custody, Ready, Refusal, WaitingNext
from firmware_protocol.permits import Party, Permit
from firmware_protocol.rosters import Person, RoleGrant
from tests.device_agent.custodian.at_the_door import OPENING, taken
from tests.device_agent.hall import (
    EVERYONE,
    FIRST,
    HE,
    LIAO,
    LIN,
    LUO,
    ROSTER,
    SONG,
    YOU,
    after,
    choose,
    hall,
    identified,
    person,
    take_permit,
    types,
)

SUN = person("q", "孙辉", RoleGrant("supervisor", FIRST))
TANG = person("t", "唐杰豪", RoleGrant("accountant", FIRST), RoleGrant("supervisor", FIRST))
PEOPLE = (*EVERYONE, SUN, TANG)
WITNESSED = take_permit(extra=("supervisor",))
ESCORTED = take_permit(extra=("supervisor", "accountant"))


def with_everybody(*permits: Permit) -> Custody:
    """The hall with a 监事 and a second 报账员 in it."""
    return hall(*permits, roster=replace(ROSTER, people=PEOPLE))


def come(custody: Custody, *people: Person) -> Custody:
    """They identify one after the other."""
    custody = after(custody, *identified(*people[:2])).custody
    for each in people[2:]:
        custody = after(custody, PersonAdded(), *identified(each)).custody
    return custody


@pytest.mark.parametrize(
    "order", list(permutations((YOU, LIN, SUN))), ids=lambda order: "-".join(p.name for p in order)
)
def test_a_witness_may_identify_first_second_or_last(order: tuple[Person, ...]) -> None:
    step = after(come(with_everybody(WITNESSED), *order), choose("take", WITNESSED), OpenAsked(OPENING))
    assert types(step.decisions) == ["opening_intended", "Pulse"]
    record = step.decisions[0]
    assert isinstance(record, Record)
    assert record.about["persons"] == [YOU.id, LIN.id, SUN.id], "holder, second, then those who came along"


@pytest.mark.parametrize(
    ("permit", "people", "missing"),
    [
        pytest.param(WITNESSED, (), [YOU.id, "cabinet_officer", "supervisor"], id="nobody is there"),
        pytest.param(WITNESSED, (YOU, LIN), ["supervisor"], id="the witness"),
        pytest.param(WITNESSED, (SUN, LIN), [YOU.id], id="the holder"),
        pytest.param(WITNESSED, (SUN, YOU), ["cabinet_officer"], id="the officer"),
        pytest.param(WITNESSED, (YOU, LIN, LUO), ["supervisor"], id="a second officer is no witness"),
        pytest.param(WITNESSED, (YOU, LIN, SONG), ["supervisor"], id="another cooperative's accountant is no witness"),
        pytest.param(ESCORTED, (YOU, LIN, TANG), ["accountant"], id="one person fills one place"),
        pytest.param(ESCORTED, (YOU, LIN, TANG, SUN), [], id="the other place is found for them"),
        pytest.param(take_permit(), (YOU, LIN), [], id="nobody"),
    ],
)
def test_the_kiosk_knows_who_is_missing(permit: Permit, people: tuple[Person, ...], missing: list[str]) -> None:
    assert [party.person or party.roles[0] for party in missing_at(permit, people)] == missing


@given(order=st.permutations((YOU, LIN, SUN, TANG, LUO)), count=st.integers(0, 5))
def test_who_is_there_decides_and_not_in_which_order(order: list[Person], count: int) -> None:
    present = order[:count]
    names = sorted(present, key=lambda each: each.id)
    assert len(missing_at(ESCORTED, present)) == len(missing_at(ESCORTED, names))


def test_whoever_lacks_somebody_is_taken_to_the_reader_and_back() -> None:
    step = after(come(with_everybody(WITNESSED), YOU, LIN), choose("take", WITNESSED))
    assert step.custody.stage == Refusal("two_people", WaitingNext((YOU.id, LIN.id), WITNESSED.id), permit=WITNESSED.id)
    assert types(step.decisions) == ["opening_refused"]
    custody = after(step.custody, Acknowledged()).custody
    assert after(custody, BackAsked()).custody.stage == Choosing((YOU.id, LIN.id))
    custody = after(custody, *identified(SUN), choose("take", WITNESSED)).custody
    assert isinstance(custody.stage, Ready)


def test_a_witness_who_approved_is_turned_away() -> None:
    permit = take_permit(extra=("supervisor",), approvers=(SUN.id, HE.id))
    step = after(come(with_everybody(permit), YOU, LIN, SUN), choose("take", permit))
    assert isinstance(step.custody.stage, Refusal)
    assert step.custody.stage.rule == "no_approver_present"


def test_bringing_back_needs_nobody_else() -> None:
    permit = take_permit(extra=("supervisor",))
    custody = taken(*(item.id for item in permit.items))
    holding = next(iter(custody.memory.holdings.values()))
    memory = replace(custody.memory, holdings={permit.id: replace(holding, permit=permit)})
    for people in ((YOU, LIN), (LIAO, LIN)):
        step = after(replace(custody, memory=memory), *identified(*people), choose("return", permit))
        assert isinstance(step.custody.stage, Ready)


def test_a_party_of_several_roles_is_filled_by_any_of_them() -> None:
    permit = take_permit(holder=Party(roles=("accountant", "head")))
    assert missing_at(permit, (LIAO, LIN)) == ()
