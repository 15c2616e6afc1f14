"""Which permit follows, and that a cabinet accepts exactly the right people under it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from firmware_protocol import permit_checks, permits
from firmware_protocol.notes import Signer
from firmware_protocol.permit_checks import Allowed, Clock, Situation
from firmware_protocol.rosters import Person as RosterPerson
from firmware_protocol.rosters import RoleGrant
from firmware_protocol.times import CHINA
from server.custody.facts import Agent, Deposit
from server.custody.people import Standing
from server.custody.permits import (
    Ground,
    agent_of,
    permit_to_deposit,
    permit_to_take,
    refuse_reissue,
    refuse_revocation,
    window_end,
    window_start,
)
from server.custody.refusals import Refused
from server.custody.states import CheckoutState, DepositState, PermitState, Step
from server.custody.working_days import WEEKDAYS, Calendar
from tests.server.cast import (
    ACCOUNTANT,
    AGENT,
    CABINET_OFFICER,
    DONGKENG_1,
    HEAD,
    NEIGHBOUR,
    NOW,
    OFFICE_HEAD,
    REVIEWER,
    SECURITY_ADMIN,
    checkout,
    decision,
    issued_permit,
    seal,
)

GROUND = Ground(
    permit="m-1",
    cooperative=DONGKENG_1,
    agent=AGENT,
    items=(seal(),),
    now=NOW,
    calendar=WEEKDAYS,
    revocations_version=4,
)
APPROVED = checkout(
    CheckoutState.PERMITTED,
    permit="m-1",
    decisions=(decision(Step.HEAD, HEAD), decision(Step.OFFICE, REVIEWER)),
)
ARRANGED = Deposit(
    id="d-1", cooperative=DONGKENG_1.id, items=(seal().id,), arranged_by=REVIEWER.id, arranged_at=NOW, permit="m-1"
)

WINDOWS = {
    "on a Monday until Tuesday night": ("2026-11-23 09:00", "2026-11-24 23:59:59"),
    "late on a Monday all the same": ("2026-11-23 23:30", "2026-11-24 23:59:59"),
    "on a Friday for 72 hours at most": ("2026-11-27 09:00", "2026-11-30 08:55:00"),
    "on a Saturday until Monday night": ("2026-11-28 09:00", "2026-11-30 23:59:59"),
}


def at_the_door(*people: Standing, **changes: object) -> Situation:
    """The people stand at the cabinet a minute after the permit was issued, with everything in order."""
    now = NOW + timedelta(minutes=1)
    usual = Situation(
        agent=AGENT,
        clock=Clock(now, now, "sync"),
        persons=tuple(_on_the_roster(who) for who in people),
        contact_age_max=timedelta(0),
        revocations_version=4,
        is_in_log=True,
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


def _on_the_roster(who: Standing) -> RosterPerson:
    grants = tuple(RoleGrant(str(grant.role), grant.cooperative) for grant in who.grants)
    return RosterPerson(who.id, who.name, grants, who.person.is_active)


@pytest.mark.parametrize(("now", "until"), WINDOWS.values(), ids=WINDOWS.keys())
def test_a_permit_lasts_until_the_end_of_the_next_working_day(now: str, until: str) -> None:
    issued_at, end = (datetime.fromisoformat(text).replace(tzinfo=CHINA) for text in (now, until))
    assert window_end(issued_at, DONGKENG_1, WEEKDAYS) == end


def test_a_holiday_never_stretches_a_permit_beyond_72_hours() -> None:
    week_off = Calendar(holidays=frozenset(NOW.date() + timedelta(days=n) for n in range(8)))
    assert window_end(NOW, DONGKENG_1, week_off) == window_start(NOW) + timedelta(hours=72)


def test_a_permit_ends_with_the_mandate() -> None:
    ending = replace(DONGKENG_1, expires_on=NOW.date())
    assert window_end(NOW, ending, WEEKDAYS) == datetime(2026, 11, 23, 23, 59, 59, tzinfo=CHINA)


def test_the_cabinet_lets_holder_and_officer_take() -> None:
    permit = permit_to_take(APPROVED, GROUND)
    assert permit_checks.check_take(permit, at_the_door(ACCOUNTANT, CABINET_OFFICER)) == Allowed(1)


@pytest.mark.parametrize(
    ("first", "second"),
    [(ACCOUNTANT, ACCOUNTANT), (HEAD, CABINET_OFFICER), (ACCOUNTANT, HEAD), (NEIGHBOUR, CABINET_OFFICER)],
    ids=["one person twice", "another holder", "no officer", "a neighbour"],
)
def test_the_cabinet_lets_nobody_else_take(first: Standing, second: Standing) -> None:
    permit = permit_to_take(APPROVED, GROUND)
    assert isinstance(permit_checks.check_take(permit, at_the_door(first, second)), permit_checks.Refused)


def test_an_approver_who_is_a_cabinet_officer_too_does_not_open_what_they_approved() -> None:
    both = Standing(REVIEWER.person, REVIEWER.grants | CABINET_OFFICER.grants)
    permit = permit_to_take(APPROVED, GROUND)
    assert permit_checks.check_take(permit, at_the_door(ACCOUNTANT, both)) == permit_checks.Refused(
        "no_approver_present"
    )


@pytest.mark.parametrize("returner", [ACCOUNTANT, HEAD], ids=["the holder", "the head instead"])
def test_the_grant_lets_the_cooperative_bring_back_with_an_officer(returner: Standing) -> None:
    permit = permit_to_take(APPROVED, GROUND)
    situation = at_the_door(returner, CABINET_OFFICER, checkout_open=True)
    assert isinstance(permit_checks.check_return(permit, situation), Allowed)


@pytest.mark.parametrize("holder", [ACCOUNTANT, HEAD], ids=["accountant", "head"])
def test_anybody_of_the_cooperative_may_deposit_with_an_officer(holder: Standing) -> None:
    permit = permit_to_deposit(ARRANGED, GROUND)
    assert permit_checks.check_take(permit, at_the_door(holder, CABINET_OFFICER)) == Allowed(1)
    assert permit.return_grant is None


def test_a_permit_survives_its_own_document() -> None:
    signer = Signer("gongguan.test/permit", bytes(32))
    permit = permit_to_take(APPROVED, GROUND)
    assert permits.parse(permits.encode(permit, signer), [signer.verifier]) == permit


def test_a_cabinet_without_an_agent_gets_no_permit() -> None:
    agent = Agent(id=AGENT, epoch=1, key="")
    assert agent_of(agent, DONGKENG_1) == AGENT
    assert isinstance(agent_of(replace(agent, is_active=False), DONGKENG_1), Refused)
    assert isinstance(agent_of(None, DONGKENG_1), Refused)


@pytest.mark.parametrize("who", [REVIEWER, OFFICE_HEAD], ids=["reviewer", "office head"])
@pytest.mark.parametrize("state", [PermitState.LIVE, PermitState.USED], ids=["jammed", "opened, nothing taken"])
def test_the_office_replaces_a_permit_whose_door_gave_nothing(who: Standing, state: PermitState) -> None:
    assert refuse_reissue(who, issued_permit(state=state), APPROVED, NOW) is None
    assert refuse_reissue(who, issued_permit(state=state), ARRANGED, NOW) is None


REISSUES_REFUSED = {
    "by a cabinet officer": (CABINET_OFFICER, issued_permit(), APPROVED, NOW),
    "by an administrator": (SECURITY_ADMIN, issued_permit(), APPROVED, NOW),
    "revoked": (REVIEWER, issued_permit(state=PermitState.REVOKED), APPROVED, NOW),
    "of what is out": (
        REVIEWER,
        issued_permit(state=PermitState.USED),
        replace(APPROVED, state=CheckoutState.OUT),
        NOW,
    ),
    "of what was deposited": (REVIEWER, issued_permit(), replace(ARRANGED, state=DepositState.DEPOSITED), NOW),
    "of an older permit": (REVIEWER, issued_permit(id="m-0"), APPROVED, NOW),
    "after its window": (REVIEWER, issued_permit(), APPROVED, NOW + timedelta(days=3)),
}


@pytest.mark.parametrize(("who", "permit", "reason", "now"), REISSUES_REFUSED.values(), ids=REISSUES_REFUSED.keys())
def test_nothing_else_is_replaced(who: Standing, permit: object, reason: object, now: datetime) -> None:
    assert isinstance(refuse_reissue(who, permit, reason, now), Refused)  # type: ignore[arg-type]


def test_only_the_office_revokes_only_what_lives_and_says_why() -> None:
    assert refuse_revocation(REVIEWER, issued_permit(), "手续有误") is None
    assert isinstance(refuse_revocation(HEAD, issued_permit(), "手续有误"), Refused)
    assert isinstance(refuse_revocation(REVIEWER, issued_permit(), " "), Refused)
    assert isinstance(refuse_revocation(REVIEWER, issued_permit(state=PermitState.USED), "手续有误"), Refused)
