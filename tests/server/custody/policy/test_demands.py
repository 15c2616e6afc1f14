"""What a request needs under the policy a township begins with: its table, read row by row."""

from dataclasses import replace
from typing import Any

import pytest

from server.custody.policy.default import DEFAULT
from server.custody.policy.demands import Asked, Demands, resolve
from server.custody.policy.document import Period
from server.custody.policy.words import Evidence, Matter, Meeting, Mode, Presence, Tier
from server.custody.roles import Role
from server.custody.states import ItemKind, Step

YUAN = 100
SEAL, CONTRACT, VOUCHER = (frozenset({kind}) for kind in ItemKind)
HEAD_OFFICE = [Step.HEAD, Step.OFFICE]
WITNESS, COMPANION = Presence.WITNESS, Presence.COMPANION


def demanded(mode: Mode = Mode.ON_SITE, kinds: frozenset[ItemKind] = SEAL, **asked: Any) -> Demands:
    return resolve(DEFAULT, Asked(mode=mode, kinds=kinds, **asked))


BY_AMOUNT: dict[str, tuple[dict[str, Any], Tier, list[Step], tuple[Presence, ...]]] = {
    "no money": ({}, Tier.T0, HEAD_OFFICE, ()),
    "one 分": ({"amount_cents": 1}, Tier.T1, HEAD_OFFICE, ()),
    "4,999.99": ({"amount_cents": 5_000 * YUAN - 1}, Tier.T1, HEAD_OFFICE, ()),
    "5,000": ({"amount_cents": 5_000 * YUAN}, Tier.T2, HEAD_OFFICE, ()),
    "20,000": ({"amount_cents": 20_000 * YUAN}, Tier.T3, HEAD_OFFICE, (WITNESS,)),
    "99,999.99": ({"amount_cents": 100_000 * YUAN - 1}, Tier.T3, HEAD_OFFICE, (WITNESS,)),
    "100,000": ({"amount_cents": 100_000 * YUAN}, Tier.T4, [*HEAD_OFFICE, Step.LEADER], (WITNESS,)),
    "five years": ({"amount_cents": 1, "term_months": 60}, Tier.T1, HEAD_OFFICE, ()),
    "five years and a month": ({"term_months": 61}, Tier.T4, [*HEAD_OFFICE, Step.LEADER], (WITNESS,)),
}
BY_USE: dict[str, tuple[Mode, frozenset[ItemKind], list[Step], Period, tuple[Presence, ...]]] = {
    "a seal on site": (Mode.ON_SITE, SEAL, HEAD_OFFICE, Period(30), ()),
    "a seal off site": (Mode.OFF_SITE, SEAL, HEAD_OFFICE, Period(1440), (COMPANION,)),
    "a seal and a contract off site": (Mode.OFF_SITE, SEAL | CONTRACT, HEAD_OFFICE, Period(1440), (COMPANION,)),
    "vouchers read": (Mode.READ, VOUCHER, HEAD_OFFICE, Period(240), ()),
    "a contract taken away": (Mode.AWAY, CONTRACT, HEAD_OFFICE, Period(0, 5), ()),
    "vouchers taken away": (Mode.AWAY, VOUCHER, [*HEAD_OFFICE, Step.OFFICE_HEAD], Period(0, 3), ()),
    "both taken away: the stricter of each": (
        Mode.AWAY,
        CONTRACT | VOUCHER,
        [*HEAD_OFFICE, Step.OFFICE_HEAD],
        Period(0, 3),
        (),
    ),
    "a member reads": (Mode.INSPECTION, VOUCHER, HEAD_OFFICE, Period(240), ()),
    "seized: the cooperative is not asked": (Mode.SEIZURE, SEAL, [Step.OFFICE, Step.OFFICE_HEAD], Period(0, 30), ()),
}
BY_MATTER: dict[str, tuple[Matter, int, tuple[Meeting, ...], bool]] = {
    "a certificate": (Matter.ROUTINE, 0, (), False),
    "a purchase of 4,999": (Matter.PURCHASE, 4_999, (), False),
    "a purchase of 5,000": (Matter.PURCHASE, 5_000, tuple(Meeting), False),
    "a purchase of 100,000": (Matter.PURCHASE, 100_000, (Meeting.MEMBERS, Meeting.REPRESENTATIVES), False),
    "works of 20,000": (Matter.WORKS, 20_000, (Meeting.MEMBERS, Meeting.REPRESENTATIVES), True),
    "a lease of 300": (Matter.LEASE, 300, tuple(Meeting), False),
    "a lease of 20,000": (Matter.LEASE, 20_000, (Meeting.MEMBERS, Meeting.REPRESENTATIVES), True),
    "land": (Matter.LAND, 0, (Meeting.MEMBERS,), False),
    "an investment": (Matter.INVESTMENT, 0, (Meeting.MEMBERS, Meeting.REPRESENTATIVES), False),
}


@pytest.mark.parametrize(("asked", "tier", "steps", "presence"), BY_AMOUNT.values(), ids=BY_AMOUNT)
def test_the_amount_and_the_term_decide_the_tier(
    asked: dict[str, Any], tier: Tier, steps: list[Step], presence: tuple[Presence, ...]
) -> None:
    demands = demanded(**asked)
    assert (demands.tier, [each.step for each in demands.steps], demands.presence) == (tier, steps, presence)
    assert demands.is_major == (tier in (Tier.T3, Tier.T4))


@pytest.mark.parametrize(("mode", "kinds", "steps", "due", "presence"), BY_USE.values(), ids=BY_USE)
def test_the_use_decides_who_is_asked_and_for_how_long(
    mode: Mode, kinds: frozenset[ItemKind], steps: list[Step], due: Period, presence: tuple[Presence, ...]
) -> None:
    demands = demanded(mode, kinds)
    assert [each.step for each in demands.steps] == steps
    assert (demands.due, demands.presence) == (due, presence)


@pytest.mark.parametrize(("matter", "yuan", "meetings", "platform"), BY_MATTER.values(), ids=BY_MATTER)
def test_the_matter_decides_who_votes(matter: Matter, yuan: int, meetings: tuple[Meeting, ...], platform: bool) -> None:
    demands = demanded(matter=matter, amount_cents=yuan * YUAN)
    assert (demands.meetings, demands.needs_transaction) == (meetings, platform)


def test_an_assemblys_decision_comes_with_its_minutes_and_the_partys() -> None:
    assert demanded(matter=Matter.CREDIT).evidence == (
        Evidence.DOCUMENT,
        Evidence.MINUTES,
        Evidence.PARTY_DISCUSSION,
    )
    board = demanded(matter=Matter.PURCHASE, amount_cents=600_000)
    assert board.evidence == (Evidence.DOCUMENT, Evidence.MINUTES)


def test_a_major_off_site_use_needs_everybody_the_rows_name() -> None:
    demands = demanded(Mode.OFF_SITE, amount_cents=2_000_000)
    assert demands.presence == (WITNESS, COMPANION)


def test_clocks_are_the_steps_own_and_longer_for_major_matters() -> None:
    assert [each.minutes for each in demanded().steps] == [240, 120]
    assert [each.minutes for each in demanded(amount_cents=2_000_000).steps] == [240, 390]


def test_a_township_can_ask_the_village_too() -> None:
    steps = (Step.HEAD, Step.VILLAGE, Step.OFFICE)
    tiers = tuple(replace(row, steps=steps) for row in DEFAULT.tiers)
    demands = resolve(replace(DEFAULT, tiers=tiers), Asked(mode=Mode.ON_SITE, kinds=SEAL))
    assert [each.step for each in demands.steps] == list(steps)
    assert demands.steps[1].roles == (Role.VILLAGE_SECRETARY, Role.VILLAGE_SUPERVISOR)


def test_seals_are_neither_read_nor_taken_away() -> None:
    without = {mode for mode in Mode if DEFAULT.use(mode, ItemKind.SEAL) is None}
    assert without == {Mode.READ, Mode.AWAY, Mode.INSPECTION}


@pytest.mark.parametrize("matter", Matter)
def test_every_matter_has_its_row(matter: Matter) -> None:
    assert DEFAULT.matter(matter).matter is matter


def test_a_row_that_is_not_there_is_an_error() -> None:
    with pytest.raises(LookupError):
        replace(DEFAULT, matters=()).matter(Matter.LEASE)
