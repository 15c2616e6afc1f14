"""What may be asked for, one reason after another."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from firmware_protocol.times import CHINA
from server.custody.attachments import DocumentKind
from server.custody.facts import Checkout
from server.custody.matters import door_roles
from server.custody.people import Standing
from server.custody.policy.demands import Demands
from server.custody.policy.words import Matter, Mode
from server.custody.refusals import Refused
from server.custody.requests import (
    due_at,
    everything_missing,
    extended_due,
    refuse_correction,
    refuse_extension,
    refuse_request,
    refuse_withdrawal,
)
from server.custody.roles import Role
from server.custody.states import CheckoutState, ItemState, SealType
from server.custody.working_days import WEEKDAYS
from tests.server.cast import (
    ACCOUNTANT,
    DONGKENG_1,
    DONGKENG_2,
    HEAD,
    NEIGHBOUR,
    NOW,
    OFFICE_HEAD,
    OFFICERS,
    REVIEWER,
    SUPERVISOR,
    application,
    blocked,
    checkout,
    contract,
    demanded,
    seal,
)
from tests.server.custody.policy.test_votes import ASSEMBLY, BOARD, REPRESENTATIVES

FORBIDDEN = (
    Matter.GUARANTEE,
    Matter.OFFICER_CREDIT,
    Matter.GOVERNMENT_DEBT,
    Matter.PARTNERSHIP,
    Matter.BLANK_PAPER,
)
LAND = {"matter": Matter.LAND, "counterparty": "李四", "amount_cents": 400_000, "term_months": 60}
LEASE = {"matter": Matter.LEASE, "counterparty": "恒达公司", "amount_cents": 1_999_900, "term_months": 36}
BOARDS = frozenset({DocumentKind.MINUTES})
ASSEMBLYS = frozenset({DocumentKind.MINUTES, DocumentKind.PARTY_DISCUSSION})
FINANCE, LEGAL = seal(SealType.FINANCE), seal(SealType.LEGAL_REPRESENTATIVE)
ALLOWED: dict[str, dict[str, Any]] = {
    "the accountant asks for the official seal": {},
    "the head asks, the supervisor decides": {"applicant": HEAD, "holder": HEAD},
    "the accountant asks, the head holds": {"holder": HEAD},
    "a contract is read, nothing is sealed": {
        "items": (contract(),),
        "mode": Mode.READ,
        "document": "",
        "copies": None,
    },
    "a seal beside its contract": {"items": (seal(), contract())},
    "off site to the bank": {"mode": Mode.OFF_SITE, "place": "清溪农商银行"},
    "off site, held by the head, the accountant carries along": {
        "mode": Mode.OFF_SITE,
        "place": "清溪农商银行",
        "holder": HEAD,
    },
    "a contract is taken away": {"items": (contract(),), "mode": Mode.AWAY, "place": "律师事务所", "document": ""},
    "a member reads": {"items": (contract(),), "mode": Mode.INSPECTION, "reader": "成员李四", "letter": "1234"},
    "a counterparty of mixed writing": {
        "matter": Matter.PURCHASE,
        "counterparty": "广东ABC（集团）·ＸＹ№1 有限公司",
        "amount_cents": 400_000,
    },
    "a small purchase": {"matter": Matter.PURCHASE, "counterparty": "恒达公司", "amount_cents": 400_000},
    "land, decided by all members": {**LAND, "meeting": ASSEMBLY, "documents": ASSEMBLYS},
    "a lease of 19,999 for three years, decided by the board": {**LEASE, "meeting": BOARD, "documents": BOARDS},
    "a lease on the platform, decided by representatives": {
        **LEASE,
        "amount_cents": 2_000_000,
        "meeting": REPRESENTATIVES,
        "transaction": "QX-2026-18",
        "documents": ASSEMBLYS,
    },
    "what is corrected may keep its items": {"items": (seal(checkout="k-1"),), "corrects": "k-1"},
    "a promised return": {"mode": Mode.OFF_SITE, "place": "银行", "expected_at": NOW + timedelta(hours=3)},
    "one of the bank pair alone": {"items": (FINANCE,)},
    "the mandate's last day": {"cooperative": replace(DONGKENG_1, expires_on=NOW.date())},
    "the pair is the holder's but other things are asked for": {"holder_seals": (FINANCE, LEGAL)},
}

REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "nothing asked for": ({"items": ()}, "no_items"),
    "a neighbour's seal too": ({"items": (seal(), seal(id="i-2", cooperative=DONGKENG_2.id))}, "one_cooperative"),
    "a neighbour applies": ({"applicant": NEIGHBOUR}, "applicant_role"),
    "the supervisor applies": ({"applicant": SUPERVISOR}, "applicant_role"),
    "the office applies": ({"applicant": REVIEWER}, "applicant_role"),
    "a blocked accountant applies": ({"applicant": blocked(ACCOUNTANT)}, "applicant_role"),
    "the supervisor would hold it": ({"holder": SUPERVISOR}, "holder_role"),
    "a blocked head would hold it": ({"holder": blocked(HEAD)}, "holder_role"),
    "no mandate": ({"cooperative": replace(DONGKENG_1, expires_on=None)}, "no_mandate"),
    "frozen": ({"cooperative": replace(DONGKENG_1, frozen_at=NOW)}, "frozen"),
    "left": ({"cooperative": replace(DONGKENG_1, revoked_on=NOW.date())}, "mandate_revoked"),
    "mandate over": ({"cooperative": replace(DONGKENG_1, expires_on=date(2026, 11, 22))}, "mandate_expired"),
    "never put in": ({"items": (seal(state=ItemState.REGISTERED),)}, "not_in_cabinet"),
    "already out": ({"items": (seal(state=ItemState.OUT),)}, "not_in_cabinet"),
    "missing": ({"items": (seal(state=ItemState.MISSING),)}, "not_in_cabinet"),
    "in another open request": ({"items": (seal(checkout="k-9"),)}, "item_claimed"),
    "the bank pair in one request": ({"items": (FINANCE, LEGAL)}, "bank_pair"),
    "the bank pair over two requests": ({"items": (LEGAL,), "holder_seals": (FINANCE,)}, "bank_pair"),
    "nobody could decide": ({"people": (ACCOUNTANT,)}, "nobody_decides"),
    "only a blocked head": ({"people": (ACCOUNTANT, blocked(HEAD))}, "nobody_decides"),
    "no purpose": ({"purpose": "  "}, "no_purpose"),
    "an unnamed paper": ({"document": ""}, "no_document"),
    "no number of copies": ({"copies": None}, "no_document"),
    "no copies": ({"copies": 0}, "no_document"),
    "off site to nowhere": ({"mode": Mode.OFF_SITE}, "no_place"),
    "a promised return in the past": (
        {"mode": Mode.OFF_SITE, "place": "银行", "expected_at": NOW - timedelta(hours=3)},
        "expected_past",
    ),
    "a seal is read": ({"mode": Mode.READ}, "mode_items"),
    "a contract is sealed without a seal": ({"items": (contract(),)}, "mode_no_seal"),
    "a member without a name": ({"items": (contract(),), "mode": Mode.INSPECTION, "letter": "1234"}, "no_reader"),
    "a counterparty with a Cyrillic letter": (
        {"matter": Matter.PURCHASE, "counterparty": "恒达Тrading", "amount_cents": 400_000},
        "counterparty_letters",
    ),
    "a member with a Greek letter": (
        {"items": (contract(),), "mode": Mode.INSPECTION, "reader": "李Τ", "letter": "1234"},
        "reader_letters",
    ),
    **{f"forbidden: {matter}": ({"matter": matter}, "matter_forbidden") for matter in FORBIDDEN},
    "a purchase from nobody": ({"matter": Matter.PURCHASE, "amount_cents": 100}, "deal_incomplete"),
    "a purchase without an amount": ({"matter": Matter.PURCHASE, "counterparty": "恒达公司"}, "deal_incomplete"),
    "a lease without a term": ({**LEASE, "term_months": None}, "no_term"),
    "a lease for more than twenty years": ({**LEASE, "term_months": 241}, "term_too_long"),
    "land for more than seventy years": ({**LAND, "term_months": 841, "meeting": ASSEMBLY}, "term_too_long"),
    "land without a meeting": (LAND, "vote_missing"),
    "land decided by representatives": ({**LAND, "meeting": REPRESENTATIVES}, "reserved_matter"),
    "an investment decided by the board": (
        {"matter": Matter.INVESTMENT, "counterparty": "恒达公司", "amount_cents": 100, "meeting": BOARD},
        "wrong_meeting",
    ),
    "a large lease that was not on the platform": (
        {**LEASE, "amount_cents": 2_000_000, "meeting": REPRESENTATIVES},
        "no_transaction",
    ),
    "land without the minutes": ({**LAND, "meeting": ASSEMBLY}, "no_evidence"),
    "nobody to approve for the township": (
        {"matter": Matter.PAYMENT, "amount_cents": 10_000_000, "people": (*OFFICERS, REVIEWER)},
        "nobody_decides",
    ),
    "nobody to witness a major matter": (
        {"amount_cents": 2_000_000, "people": (ACCOUNTANT, HEAD, REVIEWER)},
        "nobody_present",
    ),
    "the only supervisor would approve and witness": (
        {"amount_cents": 2_000_000, "applicant": HEAD, "holder": HEAD},
        "nobody_present",
    ),
}


@pytest.mark.parametrize("changes", ALLOWED.values(), ids=ALLOWED.keys())
def test_a_proper_request_is_filed(changes: dict[str, Any]) -> None:
    assert refuse_request(application(**changes)) is None


@pytest.mark.parametrize(("changes", "rule"), REFUSED.values(), ids=REFUSED.keys())
def test_an_improper_request_is_refused_with_its_reason(changes: dict[str, Any], rule: str) -> None:
    refused = refuse_request(application(**changes))
    assert isinstance(refused, Refused)
    assert refused.rule == rule


def test_a_refusal_names_whom_to_ask_instead() -> None:
    refused = refuse_request(application(applicant=NEIGHBOUR))
    assert refused is not None
    assert refused.sentence == "您不是东坑一社的报账员或理事长，不能替它申请。需要时请联系报账员游少玉。"


DUE: dict[str, tuple[Demands, datetime | None, datetime]] = {
    "on site: half an hour": (demanded(), None, NOW + timedelta(minutes=30)),
    "off site: a day": (demanded(Mode.OFF_SITE), None, NOW + timedelta(hours=24)),
    "earlier where that was promised": (demanded(Mode.OFF_SITE), NOW + timedelta(hours=2), NOW + timedelta(hours=2)),
    "a later promise changes nothing": (demanded(), NOW + timedelta(hours=2), NOW + timedelta(minutes=30)),
    "a promise that was over when it was taken": (demanded(), NOW, NOW + timedelta(minutes=30)),
    "in working days": (demanded(Mode.SEIZURE), None, datetime(2027, 1, 4, 23, 59, 59, tzinfo=CHINA)),
}


@pytest.mark.parametrize(("demands", "expected_at", "due"), DUE.values(), ids=DUE)
def test_what_was_taken_is_due_as_its_demands_say(
    demands: Demands, expected_at: datetime | None, due: datetime
) -> None:
    assert due_at(NOW, demands, WEEKDAYS, expected_at) == due


def test_everything_that_is_missing_is_said_at_once() -> None:
    asked = application(
        **{**LAND, "counterparty": "", "meeting": replace(ASSEMBLY, present=70, agreed=60), "purpose": ""}
    )
    rules = [each.rule for each in everything_missing(asked)]
    assert rules == ["no_purpose", "deal_incomplete", "attendance_low", "approval_low", "no_evidence"]


def test_only_the_applicant_corrects_only_what_was_sent_back_and_only_for_the_same_cooperative() -> None:
    sent_back = checkout(CheckoutState.RETURNED_FOR_CORRECTION)
    assert refuse_correction(ACCOUNTANT, sent_back, sent_back.cooperative) is None
    refusals = [
        refuse_correction(HEAD, sent_back, sent_back.cooperative),
        refuse_correction(ACCOUNTANT, checkout(), sent_back.cooperative),
        refuse_correction(ACCOUNTANT, sent_back, "c-other"),
    ]
    assert [each and each.rule for each in refusals] == ["correction_not_yours", "not_correctable", "one_cooperative"]


OUT = {"due_at": NOW + timedelta(hours=1)}
EXTENSIONS: dict[str, tuple[Standing, Checkout, str, str | None]] = {
    "the reviewer, once": (REVIEWER, checkout(CheckoutState.OUT, **OUT), "路上堵车", None),
    "the office's head": (OFFICE_HEAD, checkout(CheckoutState.OUT, **OUT), "路上堵车", None),
    "the applicant": (ACCOUNTANT, checkout(CheckoutState.OUT, **OUT), "路上堵车", "extend_role"),
    "a reviewer for themselves": (REVIEWER, checkout(CheckoutState.OUT, holder=REVIEWER.id, **OUT), "x", "own_request"),
    "a second time": (REVIEWER, checkout(CheckoutState.OUT, extended_at=NOW, **OUT), "x", "extended_before"),
    "without a reason": (REVIEWER, checkout(CheckoutState.OUT, **OUT), " ", "no_reason"),
    "nothing is out": (REVIEWER, checkout(CheckoutState.PERMITTED), "x", "not_out"),
}


@pytest.mark.parametrize(("who", "what", "reason", "rule"), EXTENSIONS.values(), ids=EXTENSIONS)
def test_time_is_given_once_by_the_office(who: Standing, what: Checkout, reason: str, rule: str | None) -> None:
    refused = refuse_extension(who, what, reason)
    assert (None if refused is None else refused.rule) == rule


def test_an_extension_adds_what_the_policy_says() -> None:
    assert extended_due(checkout(CheckoutState.OUT, **OUT), WEEKDAYS) == NOW + timedelta(minutes=90)
    with pytest.raises(ValueError, match="k-1"):
        extended_due(checkout(), WEEKDAYS)


@pytest.mark.parametrize(
    ("mode", "cents", "holder", "roles"),
    [
        (Mode.ON_SITE, 0, ACCOUNTANT, ()),
        (Mode.ON_SITE, 2_000_000, ACCOUNTANT, (Role.SUPERVISOR,)),
        (Mode.OFF_SITE, 0, ACCOUNTANT, (Role.SUPERVISOR,)),
        (Mode.OFF_SITE, 2_000_000, ACCOUNTANT, (Role.SUPERVISOR,)),
        (Mode.OFF_SITE, 0, HEAD, (Role.ACCOUNTANT,)),
        (Mode.OFF_SITE, 2_000_000, HEAD, (Role.SUPERVISOR, Role.ACCOUNTANT)),
    ],
    ids=["routine", "major", "off site", "major off site: one for both", "the head carries", "the head carries, major"],
)
def test_who_else_comes_to_the_door(mode: Mode, cents: int, holder: Standing, roles: tuple[Role, ...]) -> None:
    assert door_roles(demanded(mode, amount_cents=cents), holder, DONGKENG_1.id) == roles


@pytest.mark.parametrize("state", list(CheckoutState))
def test_a_request_is_taken_back_only_until_something_was_taken(state: CheckoutState) -> None:
    refused = refuse_withdrawal(ACCOUNTANT, checkout(state))
    may_be = state in (
        CheckoutState.FILED,
        CheckoutState.ENDORSED,
        CheckoutState.RETURNED_FOR_CORRECTION,
        CheckoutState.PERMITTED,
    )
    assert (refused is None) == may_be


def test_nobody_takes_back_what_others_asked_for() -> None:
    refused = refuse_withdrawal(HEAD, checkout())
    assert refused is not None
    assert refused.rule == "not_yours"


def test_a_mandate_ends_with_its_last_day_in_china() -> None:
    last_minute = datetime(2030, 9, 21, 23, 59, tzinfo=CHINA)
    assert refuse_request(application(now=last_minute)) is None
    over = refuse_request(application(now=last_minute + timedelta(minutes=1)))
    assert over is not None
    assert over.rule == "mandate_expired"
