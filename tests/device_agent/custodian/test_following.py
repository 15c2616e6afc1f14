"""The agent obeys only the log: what proves a permit, what a fork ends, and that bringing back needs none of it."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from device_agent.custodian.decisions import AskAnew, Cosign, Keep, Record
from device_agent.custodian.following import DISPUTE_NOTE, HEAD_NOTE, WITNESSED_NOTE
from device_agent.custodian.inputs import OpenAsked
from device_agent.custodian.log_view import HeadShown
from device_agent.custodian.offers import judge
from device_agent.custodian.state import Custody, Refusal, Step
from firmware_protocol.cosignatures import Cosigner
from firmware_protocol.log_policy import Policy, parse_policy
from firmware_protocol.notes import Signer
from firmware_protocol.permit_checks import Allowed, Refused, TrustLevel
from firmware_protocol.permits import Permit
from tests.device_agent.custodian.at_the_door import taken
from tests.device_agent.hall import LIN, SEAL, SITE, YOU, after, choose, hall, identified, now_at, take_permit, types
from tests.device_agent.township_log import TownshipLog, permit_input, shown

PERMIT = take_permit()
JIWEI = Signer("jiwei.test/w1", b"j" * 32)
POLICY = parse_policy(f"witness jiwei {Cosigner.of(JIWEI.verifier).vkey}\nquorum jiwei\n")


def agent(level: TrustLevel = "log", **changes: object) -> Custody:
    return hall(site=replace(SITE, level=level), **changes)


def verdict(custody: Custody, permit: Permit = PERMIT) -> Allowed | Refused:
    """What the last touch would say to the right two people."""
    return judge(custody, choose("take", permit).choice, (YOU.id, LIN.id), now_at()).verdict


def a_log_with_the_permit() -> tuple[TownshipLog, bytes]:
    log = TownshipLog().grow(3)
    return log, log.issue(PERMIT)


def head(log: TownshipLog, earlier: int = 0, witnesses: tuple[Signer, ...] = (), policy: Policy = POLICY) -> HeadShown:
    return HeadShown(shown(log.step(earlier, witnesses=witnesses), policy))


def test_a_permit_opens_once_the_log_is_shown_to_have_it() -> None:
    log, document = a_log_with_the_permit()
    step = after(agent(), permit_input(PERMIT, log.step(permit=PERMIT), document))
    assert types(step.decisions) == ["Keep", "Cosign", "permit_received"]
    assert verdict(step.custody) == Allowed(1)


def test_the_head_is_kept_before_anybody_hears_of_it() -> None:
    log, _ = a_log_with_the_permit()
    kept, cosigned = after(agent(), head(log)).decisions
    assert isinstance(kept, Keep)
    assert isinstance(cosigned, Cosign)
    assert kept.notes == {HEAD_NOTE: cosigned.head.note}


def test_a_permit_that_was_never_logged_opens_nothing_though_its_signature_is_right() -> None:
    step = after(agent(), permit_input(PERMIT, None))
    assert PERMIT.id in step.custody.memory.holdings
    assert verdict(step.custody) == Refused("in_log")
    refused = after(step.custody, *identified(YOU, LIN), choose("take", PERMIT))
    assert isinstance(refused.custody.stage, Refusal)
    assert types(refused.decisions) == ["opening_refused"]


def test_a_proof_in_a_log_that_the_agent_does_not_follow_proves_nothing() -> None:
    log, document = a_log_with_the_permit()
    known = after(agent(), head(TownshipLog().grow(2))).custody
    step = after(known, permit_input(PERMIT, log.step(permit=PERMIT), document))
    assert types(step.decisions) == ["AskAnew", "permit_received"]
    assert verdict(step.custody) == Refused("in_log")
    again = after(step.custody, permit_input(PERMIT, log.step(2, PERMIT), document))
    assert types(again.decisions) == ["Keep", "Cosign", "Keep"]
    assert verdict(again.custody) == Allowed(1)


def test_the_proof_of_a_permit_is_not_asked_for_twice() -> None:
    log, document = a_log_with_the_permit()
    held = after(agent(), permit_input(PERMIT, log.step(permit=PERMIT), document)).custody
    assert after(held, permit_input(PERMIT, log.step(log.size, PERMIT), document)).decisions == ()


LEVELS: dict[str, tuple[TrustLevel, bool, tuple[Signer, ...], str | None]] = {
    "signed, without a proof": ("signed", False, (), None),
    "log, without a proof": ("log", False, (), "in_log"),
    "log, with a proof": ("log", True, (), None),
    "quorum, without a proof": ("quorum", False, (JIWEI,), "in_log"),
    "quorum, before the witness came": ("quorum", True, (), "witnessed"),
    "quorum, witnessed": ("quorum", True, (JIWEI,), None),
}


@pytest.mark.parametrize(("level", "has_proof", "witnesses", "rule"), LEVELS.values(), ids=LEVELS)
def test_each_level_of_trust_asks_for_its_own(
    level: TrustLevel, has_proof: bool, witnesses: tuple[Signer, ...], rule: str | None
) -> None:
    log, document = a_log_with_the_permit()
    step = log.step(permit=PERMIT) if has_proof else None
    custody = after(agent(level), permit_input(PERMIT, step, document, POLICY)).custody
    custody = after(custody, head(log, custody.log.size, witnesses)).custody
    assert verdict(custody) == (Allowed(1) if rule is None else Refused(rule))


def test_a_witness_that_comes_later_makes_the_waiting_permit_usable() -> None:
    log, document = a_log_with_the_permit()
    waiting = after(agent("quorum"), permit_input(PERMIT, log.step(permit=PERMIT), document, POLICY)).custody
    log.grow(2)
    step = after(waiting, head(log, 4, (JIWEI,)))
    assert step.custody.log.witnessed_size == 6
    assert [each.notes.keys() for each in step.decisions if isinstance(each, Keep)] == [{HEAD_NOTE, WITNESSED_NOTE}]
    assert verdict(step.custody) == Allowed(1)


def test_the_same_head_is_vouched_for_again_when_the_log_says_that_it_lives() -> None:
    log, _ = a_log_with_the_permit()
    known = after(agent(), head(log)).custody
    assert after(known, head(log, log.size)).decisions == ()
    log.at = log.at.replace(minute=30)
    assert types(after(known, head(log, log.size)).decisions) == ["Cosign"]


def disputes() -> Iterable[tuple[str, TownshipLog, TownshipLog, int]]:
    log, _ = a_log_with_the_permit()
    other = TownshipLog().grow(3)
    other.issue(take_permit("b"))
    yield "forked", log, other, 0
    longer = other.fork().grow(3)
    yield "forked", log, longer, log.size
    yield "shrunk", log, TownshipLog(log.entries[:2], log.at.replace(minute=30)), log.size


DISPUTES = dict(zip(("one size", "longer", "put back"), disputes(), strict=True))


@pytest.mark.parametrize(("kind", "known", "other", "earlier"), DISPUTES.values(), ids=DISPUTES)
def test_two_histories_are_recorded_with_both_heads_and_end_all_taking(
    kind: str, known: TownshipLog, other: TownshipLog, earlier: int
) -> None:
    first = head(known)
    custody = after(agent(), first, permit_input(PERMIT, known.step(known.size, PERMIT))).custody
    custody = replace(custody, memory=custody.memory.prove(PERMIT.id, known.size))
    step = after(custody, head(other, earlier))
    (record,) = step.decisions
    assert isinstance(record, Record)
    assert (record.type, record.about["kind"], record.notes) == ("log_disputed", kind, {DISPUTE_NOTE: kind.encode()})
    assert record.body == {"known": first.shown.head.note.decode(), "shown": other.step(earlier).decode()}
    assert verdict(step.custody) == Refused("log_undisputed")
    assert after(step.custody, head(known, known.size)).decisions == ()


@pytest.mark.parametrize("level", ["signed", "log", "quorum"])
def test_bringing_back_is_never_stopped_by_any_of_it(level: TrustLevel) -> None:
    custody = taken(SEAL)
    log, _ = a_log_with_the_permit()
    custody = replace(custody, site=replace(SITE, level=level), log=replace(custody.log, dispute="forked"))
    holding = replace(custody.memory.holdings[PERMIT.id], proven_size=None)
    custody = replace(custody, memory=replace(custody.memory, holdings={PERMIT.id: holding}))
    custody = after(custody, head(log)).custody
    opened = after(custody, *identified(YOU, LIN), choose("return", PERMIT), OpenAsked("o-back"), now=now_at(60))
    assert types(opened.decisions) == ["opening_intended", "Pulse"]


def test_a_head_that_does_not_link_is_asked_for_anew_and_nothing_is_believed() -> None:
    log, _ = a_log_with_the_permit()
    known = after(agent(), head(TownshipLog().grow(2))).custody
    step: Step = after(known, head(log, 3))
    assert step == Step(known, (AskAnew(),))
