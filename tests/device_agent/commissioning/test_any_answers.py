"""Whatever the technician answers and the line shows: no pulse without a yes, no end without a proof of every door."""

from dataclasses import dataclass, field

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from device_agent.commissioning import facts, steps
from device_agent.commissioning.answers import Unclear, read_answer
from device_agent.commissioning.fact_lines import read_fact, write_fact
from device_agent.commissioning.facts import Fact, FoundBoard, Place, RawDoor
from device_agent.commissioning.progress import Failure, Progress, after, progress_of
from device_agent.commissioning.report import report_fields
from device_agent.commissioning.steps import Ask, Step, Topic, next_step
from device_agent.commissioning.words import question
from firmware_protocol.boards import DIALECTS

AT = "2026-11-23T09:12:00.000+08:00"
STEPS_MAX = 120
ANSWERS = st.sampled_from(
    ["", "y", "n", "s", "0", "1", "2", "3", "4", "99", "CAB-01", "/dev/ttyUSB0", "胡说", "1 0", "r1"]
)
LIKELY = {
    Topic.CABINET: "CAB-01",
    Topic.PORT: "/dev/ttyUSB0",
    Topic.EXPECTED: "2",
    Topic.TOO_FEW: "3",
    Topic.BOARDS: "",
    Topic.CHANNELS: "2",
    Topic.SENSING: "",
    Topic.PULSE: "",
    Topic.ODD: "2",
    Topic.WHICH: "",
}
"""What gets a run to its end; elsewhere it is a yes."""


@dataclass
class Run:
    """One run, and what it ordered."""

    progress: Progress = field(default_factory=Progress)
    told: list[Fact] = field(default_factory=list)

    def tell(self, fact: Fact) -> None:
        self.told.append(fact)
        self.progress = after(self.progress, fact)

    def yes_is_fresh(self, place: Place) -> bool:
        """Whether the newest word about any pulse, since the last pulse and the last break, is a yes to this one."""
        for fact in reversed(self.told):
            if isinstance(fact, facts.Pulsed | facts.Began):
                return False
            if isinstance(fact, facts.PulseAgreed):
                return Place(fact.address, fact.channel) == place
        return False


def boards_of(family: str, draw) -> tuple[FoundBoard, ...]:
    family = family or draw(st.sampled_from(list(DIALECTS)))
    addresses = draw(st.lists(st.sampled_from(DIALECTS[family].addresses[:3]), unique=True, max_size=2))
    return tuple(FoundBoard(family, 9600, address, 2, has_echo=False) for address in sorted(addresses))


def observed(step: Step, run: Run, draw) -> Fact:
    """What the line or the files may show."""
    places = run.progress.places
    some = st.lists(st.sampled_from(places), unique=True, max_size=2).map(tuple) if places else st.just(())
    match step:
        case steps.Search():
            return facts.Searched(boards_of(run.progress.family or "", draw))
        case steps.Look():
            bit = st.sampled_from([0, 1, 1, None])
            return facts.Looked(tuple(RawDoor(place.address, place.channel, draw(bit), draw(bit)) for place in places))
        case steps.Pulse(place=place):
            is_sent, opened = draw(st.booleans()), draw(some)
            return facts.Pulsed(place.address, place.channel, is_sent, "", opened, draw(some), 90, AT, draw(some))
        case steps.AwaitShut(place=place):
            return facts.ShutSeen(place.address, place.channel, draw(st.booleans()), AT)
        case steps.TryTamper(address=address):
            return facts.TamperTried(address, draw(st.sampled_from([True, False, None])))
        case _:
            return hoped(step, run)


def hoped(step: Step, run: Run) -> Fact:
    """What the line and the files show where nothing is amiss."""
    match step:
        case steps.Search():
            family = run.progress.family or "bcc-8a"
            found = DIALECTS[family].addresses[: run.progress.expected or 1]
            return facts.Searched(tuple(FoundBoard(family, 9600, address, 2, has_echo=False) for address in found))
        case steps.KeepSecret(address=address):
            return facts.SecretKept(address, "a.secret")
        case steps.Look():
            return facts.Looked(tuple(RawDoor(place.address, place.channel, 1) for place in run.progress.places))
        case steps.Pulse(place=place):
            return facts.Pulsed(place.address, place.channel, True, "", (place,), (), 90, AT, (place,))
        case steps.AwaitShut(place=place):
            return facts.ShutSeen(place.address, place.channel, True, AT)
        case steps.TryTamper(address=address):
            return facts.TamperTried(address, True)
        case steps.Write():
            return facts.Written(AT)
        case _:
            return facts.Reported("a report")


def next_fact(step: Step, run: Run, draw, *, is_amiss: bool) -> Fact | Unclear:
    """What comes of a step. A pulse is carried out only under a fresh yes: that is what is tested."""
    if isinstance(step, steps.Pulse):
        assert run.yes_is_fresh(step.place), run.told
    if not isinstance(step, Ask):
        return observed(step, run, draw) if is_amiss else hoped(step, run)
    assert question(run.progress, step).strip()
    usual = LIKELY.get(step.topic, "y")
    return read_answer(run.progress, step, draw(ANSWERS) if is_amiss else usual)


@settings(max_examples=150, deadline=None)
@given(data=st.data(), troubles=st.sampled_from([0, 1, 2, 5]))
def test_no_pulse_without_a_yes_to_that_very_door_and_no_end_with_a_door_unproven(data, troubles):
    run = Run()
    run.tell(facts.Began("钱工", AT))
    run.tell(facts.FamilyNamed(data.draw(st.sampled_from(["", *DIALECTS]))))
    for _ in range(STEPS_MAX):
        step = next_step(run.progress)
        if isinstance(step, steps.Over):
            break
        chance = data.draw(st.integers(0, 19))
        if chance == 19 and troubles:
            run.tell(facts.Began("孙工", AT))
            continue
        fact = next_fact(step, run, data.draw, is_amiss=chance < troubles)
        if not isinstance(fact, Unclear):
            run.tell(fact)
    assert_consistent(run)


def assert_consistent(run: Run) -> None:
    """No number twice, no end without every proof, and the same again from the diary."""
    progress = run.progress
    event(type(next_step(progress)).__name__)
    numbers = list(progress.numbers.values())
    assert len(set(numbers)) == len(numbers)
    assert set(numbers) <= set(range(1, len(progress.places) + 1))
    assert progress_of(read_fact(write_fact(fact)) for fact in run.told) == progress
    if isinstance(next_step(progress), steps.Over):
        assert sorted(numbers) == list(range(1, len(progress.places) + 1))
        assert set(progress.numbers) == set(progress.places)
        assert len(report_fields(progress, "hall-1", AT)["compartments"]) == len(progress.places)


def straight(*, channels: int = 2) -> Progress:
    """A run in which everything goes well, up to the first door."""
    places = range(1, channels + 1)
    return progress_of(
        [
            facts.Began("钱工", AT),
            facts.CabinetNamed("CAB-01"),
            facts.PortNamed("/dev/ttyUSB0"),
            facts.BoardsExpected(1),
            facts.FamilyNamed("bcc-8a"),
            facts.Searched((FoundBoard("bcc-8a", 9600, 1, 24, has_echo=False),)),
            facts.BoardsNamed((1,)),
            facts.ChannelsCounted(1, channels),
            facts.SensingNamed("door", "none"),
            facts.DoorsShut(),
            facts.Looked(tuple(RawDoor(1, channel, 0) for channel in places)),
        ]
    )


def proven(progress: Progress, channel: int, number: int) -> Progress:
    """The door behind this channel tried, and everything as it should be."""
    for fact in (
        facts.PulseAgreed(1, channel),
        facts.Pulsed(1, channel, True, "opened", (Place(1, channel),), (), 90, AT),
        facts.Labelled(1, channel, number),
        facts.ShutSeen(1, channel, True, AT),
    ):
        progress = after(progress, fact)
    return progress


def test_a_run_without_trouble_asks_each_door_once_and_ends():
    progress = straight()
    assert progress.closed_bit == 0
    assert next_step(progress) == Ask(Topic.OPEN, place=Place(1, 1))
    progress = proven(proven(progress, 1, 2), 2, 1)
    assert progress.numbers == {Place(1, 1): 2, Place(1, 2): 1}
    assert next_step(progress) == Ask(Topic.WRITE)
    for fact in (facts.WriteAgreed(), facts.Written(AT), facts.Reported("r")):
        progress = after(progress, fact)
    assert next_step(progress) == steps.Over()


def with_second_row(sensors: str, bits: tuple[int, ...]) -> Progress:
    """The same run on a board with a second row of inputs, wired to these, which rest at these bits."""
    looked = facts.Looked(tuple(RawDoor(1, channel, 0, bit) for channel, bit in enumerate(bits, start=1)))
    return after(after(straight(channels=len(bits)), facts.SensingNamed("lock", sensors)), looked)


def test_the_second_row_is_learnt_while_all_is_shut_and_empty_and_the_odd_one_named():
    contacts, barriers = with_second_row("doors", (0, 0, 1)), with_second_row("items", (0, 0, 1))
    assert (contacts.sensor_bit, barriers.sensor_bit) == (0, 1)
    assert contacts.odd == barriers.odd == (Place(1, 3),)


@pytest.mark.parametrize(
    ("contacts", "failure"),
    [((Place(1, 1),), None), ((), Failure.CONTACT), ((Place(1, 2),), Failure.CONTACT)],
    ids=["its own", "none", "another"],
)
def test_a_door_with_a_contact_is_proven_by_lock_and_contact(contacts, failure):
    progress = after(with_second_row("doors", (1, 1)), facts.PulseAgreed(1, 1))
    pulsed = facts.Pulsed(1, 1, True, "opened", (Place(1, 1),), (), 90, AT, contacts)
    progress = after(after(progress, pulsed), facts.Labelled(1, 1, 1))
    assert progress.failures.get(Place(1, 1)) == failure
    assert isinstance(next_step(progress), Ask if failure else steps.AwaitShut)


def test_a_yes_from_before_a_break_is_no_yes_any_more():
    agreed = after(straight(), facts.PulseAgreed(1, 1))
    assert next_step(agreed) == steps.Pulse(Place(1, 1))
    shut = after(after(agreed, facts.Began("孙工", AT)), facts.DoorsShut())
    assert next_step(shut) == Ask(Topic.OPEN, place=Place(1, 1))


def test_after_a_break_all_doors_are_shut_anew_if_one_may_stand_open_and_only_then():
    first, again = proven(straight(), 1, 1), facts.Began("孙工", AT)
    agreed = after(first, facts.PulseAgreed(1, 2))
    opened = after(agreed, facts.Pulsed(1, 2, True, "", (Place(1, 2),), (), 90, AT))
    labelled = after(opened, facts.Labelled(1, 2, 2))
    for broken_off in (agreed, opened, labelled):
        assert next_step(after(broken_off, again)) == Ask(Topic.ALL_SHUT)
    assert next_step(after(first, again)) == Ask(Topic.OPEN, place=Place(1, 2))


def test_one_number_is_on_one_door_only_and_a_misread_one_can_be_taken_back():
    first = proven(straight(), 1, 1)
    asked = after(after(first, facts.PulseAgreed(1, 2)), facts.Pulsed(1, 2, True, "", (Place(1, 2),), (), 90, AT))
    ask = next_step(asked)
    assert isinstance(ask, Ask)
    answer = read_answer(asked, ask, "1")
    assert isinstance(answer, Unclear)
    assert "已经验过" in answer.sentence
    assert after(asked, facts.Labelled(1, 2, 1)) == asked
    assert read_answer(asked, ask, "") == facts.Labelled(1, 2, 2)
    asked = after(asked, facts.Labelled(1, 2, 0))
    ask = next_step(asked)
    assert isinstance(ask, Ask)
    assert read_answer(asked, ask, "r1") == facts.Retracted(1)
    assert next_step(after(asked, facts.Retracted(1))) == Ask(Topic.OPEN, place=Place(1, 1))
