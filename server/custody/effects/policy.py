"""What changes of the policy, of the calendar and of who stands in make true."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from server.custody.delegations import Delegation
from server.custody.happenings import Fact, Happening, Known
from server.custody.holidays import CALENDAR, Holidays
from server.custody.policy.versions import PolicyState, PolicyVersion
from server.custody.roles import Role


def _proposed(_known: Known, h: Happening) -> Sequence[Fact]:
    return [
        PolicyVersion(
            id=str(h.about["policy"]),
            document=h.body["document"],
            digest=h.about["document"],
            state=PolicyState.PROPOSED,
            note=h.body.get("note", ""),
            proposed_by=h.about.get("person"),
            proposed_at=h.at,
        )
    ]


def _adopted(known: Known, h: Happening) -> Sequence[Fact]:
    adopted = known.get(PolicyVersion, str(h.about["policy"]))
    before = known.get(PolicyVersion, str(h.about.get("replaces", "")))
    if adopted is None:
        return []
    replaced: list[Fact] = [] if before is None else [replace(before, state=PolicyState.REPLACED)]
    return [*replaced, _answered(adopted, PolicyState.IN_FORCE, h)]


def _declined(known: Known, h: Happening) -> Sequence[Fact]:
    declined = known.get(PolicyVersion, str(h.about["policy"]))
    return [] if declined is None else [_answered(declined, PolicyState.DECLINED, h)]


def _answered(version: PolicyVersion, state: PolicyState, h: Happening) -> PolicyVersion:
    return replace(version, state=state, decided_by=h.about.get("person"), decided_at=h.at)


def _delegation_given(_known: Known, h: Happening) -> Sequence[Fact]:
    return [
        Delegation(
            id=h.about["delegation"],
            giver=h.about["person"],
            substitute=h.about["substitute"],
            role=Role(h.about["role"]),
            cooperative=h.about.get("cooperative"),
            first_day=date.fromisoformat(h.about["first_day"]),
            last_day=date.fromisoformat(h.about["last_day"]),
            given_at=h.at,
        )
    ]


def _delegation_ended(known: Known, h: Happening) -> Sequence[Fact]:
    delegation = known.get(Delegation, h.about["delegation"])
    return [] if delegation is None else [replace(delegation, ended_at=h.at)]


def _holidays_set(_known: Known, h: Happening) -> Sequence[Fact]:
    return [Holidays(id=CALENDAR, holidays=tuple(h.about["holidays"]), exchanged=tuple(h.about["exchanged"]))]


POLICY_EFFECTS = {
    "policy_proposed": _proposed,
    "policy_adopted": _adopted,
    "policy_declined": _declined,
    "delegation_given": _delegation_given,
    "delegation_ended": _delegation_ended,
    "holidays_set": _holidays_set,
}
