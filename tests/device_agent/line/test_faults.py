"""What becomes of an unlock under every fault on every family: one table, which docs/install/faults.md shows to people.

The master is the agent's own, the boards are the emulated ones, the clock is told. Whatever is wrong: one order is one
pulse at most, "refused" is never said of a door that opened, and "opened" of a closed door only where the sensor lies;
a sensor that begins to lie at the touch itself can make anything be said.
"""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device_agent.line.reports import Outcome
from firmware_protocol.emulators.mishaps import KINDS, Mishap, befall
from tests.device_agent.line.simulation import FIRST, SIZES, Simulation

PAGE = Path("docs/install/faults.md")
FROM_THE_START, AT_THE_TOUCH = "一开始就有", "开锁那一刻才有"
THE_SENSOR_LIES = {"inverted", "cut-wire"}
A_LONG_WHILE_MS = 7000
CHANNEL = 7


def unlocked(family, faults, moment, seed="1"):
    """One unlock on a line with these faults, and enough time after it for a second pulse to show."""
    hall = Simulation(family, sizes={min(SIZES[family]): CHANNEL + 1})
    mishaps = [Mishap.read(fault) for fault in faults]
    if moment == FROM_THE_START:
        befall(hall.line, mishaps, seed)
    hall.run(4000)
    if moment == AT_THE_TOUCH:
        befall(hall.line, mishaps, seed)
    hall.unlock(hall.first, CHANNEL)
    hall.outcome(for_ms=A_LONG_WHILE_MS)
    hall.run(A_LONG_WHILE_MS)
    return hall


def word(hall):
    """The outcome as the page has it."""
    outcome = hall.outcomes[FIRST]
    if outcome.sent_at_ms is None:
        return "没有发出"
    return {Outcome.CONFIRMED: "开了", Outcome.REFUSED: "没有开", Outcome.UNKNOWN: "不知道"}[outcome.outcome]


def assert_honest(hall, faults, moment):
    lock, outcome = hall.lock(hall.first, CHANNEL), hall.outcomes[FIRST]
    lies = bool(THE_SENSOR_LIES & {fault.partition("=")[0] for fault in faults})
    has_opened = lock.is_open(hall.now_ms)
    assert lock.pulses <= 1
    assert len(hall.unlocks) <= 1 or hall.line.dialect.has_operation_ids
    if outcome.sent_at_ms is None:
        assert lock.pulses == 0
    if outcome.outcome is Outcome.REFUSED and not (lies and moment == AT_THE_TOUCH):
        assert not has_opened
    if outcome.outcome is Outcome.CONFIRMED and not lies:
        assert has_opened


def rows(moment):
    """The page's table for one moment: the outcomes by fault, in the order of the families."""
    section = PAGE.read_text("utf-8").partition(f"## {moment}")[2].partition("\n## ")[0]
    cells = [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in section.splitlines() if "|" in line]
    assert cells[0][1:] == list(SIZES)
    return {row[0]: row[1:] for row in cells[2:]}


@pytest.mark.parametrize("moment", [FROM_THE_START, AT_THE_TOUCH], ids=["from the start", "at the touch"])
@pytest.mark.parametrize("fault", list(KINDS))
def test_every_fault_has_its_outcome_on_every_family_and_one_pulse_at_most(fault, moment):
    halls = [unlocked(family, [fault], moment) for family in SIZES]
    for hall in halls:
        assert_honest(hall, [fault], moment)
    outcomes = [word(hall) for hall in halls]
    assert rows(moment).get(fault) == outcomes, f"{PAGE}: | `{fault}` | {' | '.join(outcomes)} |"


def test_the_page_knows_no_fault_that_there_is_not():
    for moment in (FROM_THE_START, AT_THE_TOUCH):
        assert rows(moment).keys() == KINDS.keys()


@settings(max_examples=settings().max_examples // 4)
@given(
    family=st.sampled_from(list(SIZES)),
    faults=st.lists(st.sampled_from([*KINDS, "noise=40", "dropped=40", "late=20", "late=280"]), max_size=4),
    moment=st.sampled_from([FROM_THE_START, AT_THE_TOUCH]),
    seed=st.text(max_size=3),
)
def test_no_faults_together_make_a_second_pulse_or_a_false_refusal(family, faults, moment, seed):
    assert_honest(unlocked(family, faults, moment, seed), faults, moment)


def test_the_page_is_about_these_outcomes():
    assert set(re.findall(r"\*\*(.+?)\*\*", PAGE.read_text("utf-8"))) == {"开了", "没有开", "不知道", "没有发出"}
