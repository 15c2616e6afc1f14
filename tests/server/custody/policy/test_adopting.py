"""Who may change the policy, and what it may never give up."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from server.custody.policy.adopting import Proposal, refuse_adoption, refuse_proposal
from server.custody.policy.default import DEFAULT
from server.custody.policy.document import Period, Policy, Share
from server.custody.policy.words import Matter, Mode
from server.custody.policy.writing import made, plain
from server.custody.roles import Role
from server.custody.states import Step
from tests.server.cast import OFFICE_HEAD, REVIEWER, blocked, somebody

INSPECTOR = somebody("p-zhou", "周建国", Role.INSPECTOR)
BOTH = somebody("p-zhao", "赵文斌", Role.OFFICE_HEAD, Role.INSPECTOR)


def rows(table: str, which: Callable[[Any], bool], **changes: Any) -> Policy:
    """The policy with some rows of one table changed."""
    changed: Any = tuple(replace(row, **changes) if which(row) else row for row in getattr(DEFAULT, table))
    return made(Policy, {**plain(DEFAULT), table: [plain(row) for row in changed]})


LOWER = rows("tiers", lambda row: row.tier == "t4", from_cents=8_000_000)


def proposal(**changes: Any) -> Proposal:
    usual = Proposal(by=OFFICE_HEAD, policy=LOWER, in_force=DEFAULT, note="镇里开会定的", is_another_waiting=False)
    return replace(usual, **changes)


FINE: dict[str, Policy] = {
    "a lower amount": LOWER,
    "the village is asked": rows("tiers", lambda row: row.is_major, steps=(Step.HEAD, Step.VILLAGE, Step.OFFICE)),
    "longer notice than the statute's": rows("votes", lambda row: row.meeting == "members", notice_days_min=15),
    "a larger majority than the statute's": rows("votes", lambda row: row.meeting == "board", agreed=Share(2, 3)),
    "shorter leases than the statute's": rows("matters", lambda row: row.matter is Matter.LEASE, term_months_max=120),
    "an hour on site": rows("uses", lambda row: row.mode is Mode.ON_SITE, due=Period(60)),
}
NOT_FINE: dict[str, tuple[dict[str, Any], str]] = {
    "the reviewer proposes": ({"by": REVIEWER}, "policy_role"),
    "a blocked office head": ({"by": blocked(OFFICE_HEAD)}, "policy_role"),
    "another one waits": ({"is_another_waiting": True}, "policy_waiting"),
    "no reason": ({"note": " "}, "policy_no_note"),
    "nothing changes": ({"policy": DEFAULT}, "policy_same"),
    "amounts that do not rise": (
        {"policy": rows("tiers", lambda row: row.tier == "t3", from_cents=1)},
        "policy_tables",
    ),
    "a matter left out": ({"policy": replace(DEFAULT, matters=DEFAULT.matters[1:])}, "policy_tables"),
    "a use made up": ({"policy": replace(DEFAULT, uses=DEFAULT.uses * 2)}, "policy_tables"),
    "one step only": ({"policy": rows("tiers", lambda _: True, steps=(Step.OFFICE,))}, "policy_two"),
    "without the office": ({"policy": rows("tiers", lambda _: True, steps=(Step.HEAD, Step.LEADER))}, "policy_two"),
    "one step twice": ({"policy": rows("tiers", lambda _: True, steps=(Step.OFFICE, Step.OFFICE))}, "policy_two"),
    "a clock of nothing": ({"policy": rows("steps", lambda _: True, minutes=0)}, "policy_two"),
    "the office takes the head's step": (
        {"policy": rows("steps", lambda row: row.step is Step.HEAD, roles=(Role.REVIEWER,))},
        "policy_roles",
    ),
    "out for ever": ({"policy": rows("uses", lambda row: row.mode is Mode.AWAY, due=Period(0, 400))}, "policy_due"),
    "four days off site": ({"policy": rows("uses", lambda _: True, due=Period(5760))}, "policy_due"),
    "off site alone": ({"policy": rows("uses", lambda _: True, presence=())}, "policy_escort"),
    "nine days' notice": ({"policy": rows("votes", lambda _: True, notice_days_min=9)}, "policy_statute"),
    "half the members": (
        {"policy": rows("votes", lambda _: True, agreed=Share(1, 2, is_exceeded=True))},
        "policy_statute",
    ),
    "half the board, not more": ({"policy": rows("votes", lambda _: True, agreed=Share(1, 2))}, "policy_statute"),
    "a share of nothing": ({"policy": rows("votes", lambda _: True, present=Share(0, 0))}, "policy_statute"),
    "guarantees allowed": ({"policy": rows("matters", lambda _: True, forbidden_by="")}, "policy_statute"),
    "land for representatives": ({"policy": rows("matters", lambda _: True, reserved_by="")}, "policy_statute"),
    "leases for thirty years": (
        {"policy": rows("matters", lambda row: row.matter is Matter.LEASE, term_months_max=360)},
        "policy_statute",
    ),
    "leases without end": (
        {"policy": rows("matters", lambda row: row.matter is Matter.LEASE, term_months_max=None)},
        "policy_statute",
    ),
}


@pytest.mark.parametrize("policy", FINE.values(), ids=FINE)
def test_a_policy_may_be_changed_and_made_stricter(policy: Policy) -> None:
    assert refuse_proposal(proposal(policy=policy)) is None


@pytest.mark.parametrize(("changes", "rule"), NOT_FINE.values(), ids=NOT_FINE)
def test_a_policy_never_falls_below_the_statute(changes: dict[str, Any], rule: str) -> None:
    refused = refuse_proposal(proposal(**changes))
    assert refused is not None
    assert refused.rule == rule


def test_two_people_are_needed_and_one_is_of_the_inspection() -> None:
    assert refuse_adoption(INSPECTOR, OFFICE_HEAD.id) is None
    rules = [refuse_adoption(who, OFFICE_HEAD.id) for who in (BOTH, REVIEWER, blocked(INSPECTOR))]
    assert [each.rule for each in rules if each] == ["policy_own", "policy_confirm_role", "policy_confirm_role"]
