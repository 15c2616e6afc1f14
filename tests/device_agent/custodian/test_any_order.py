"""Whatever happens in whatever order, crashes included, the promises at the door hold.

A simulated agent carries out what the custodian decides: records go into a list that survives, pulses into another.
The power may fail before the records are written, after them, or after the pulse; then a new custodian starts from the
list.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from device_agent.custodian.beginning import Paper, Past, remember
from device_agent.custodian.contact import Contact
from device_agent.custodian.decisions import Burn, Decision, Forget, Pulse, Record
from device_agent.custodian.every_door import EveryDoorAsked
from device_agent.custodian.inputs import (
    Acknowledged,
    AllTicked,
    BackAsked,
    BoardSeen,
    Choice,
    ChoiceKind,
    ChoiceMade,
    CloseSkipped,
    ContactMade,
    CopiesStated,
    DiskSeen,
    DoorAnswered,
    DoorSeen,
    EndAsked,
    Input,
    ItemTicked,
    LockAnswered,
    MissingNamed,
    OpenAsked,
    PermitReceived,
    PersonConfirmed,
    PhotoSkipped,
    PhotoTaken,
    RestAnswered,
    RevocationsReceived,
    Started,
    Ticked,
)
from device_agent.custodian.memory import Memory
from device_agent.custodian.offers import judge, offers
from device_agent.custodian.state import Choosing, Custody, Jammed, Now, Ready, Step, Unlocking, Waiting
from device_agent.custodian.table import decide
from firmware_protocol.permit_checks import Allowed, Clock
from firmware_protocol.permits import Permit
from firmware_protocol.slips import Slip
from tests.device_agent.hall import (
    EVERYONE,
    HE,
    LEDGER_SEAL,
    LIAO,
    LIN,
    LOG_HEAD,
    LUO,
    NOON,
    PLACE,
    ROSTER,
    SEAL,
    SITE,
    SONG,
    YOU,
    count_permit,
    deposit_permit,
    identified,
    slip_for,
    take_permit,
)

PAIRS = [(YOU, LIN), (LIN, YOU), (LIAO, LUO), (YOU, LIAO), (SONG, LIN), (YOU, HE), (LIN, LUO)]
PERMITS = [
    take_permit("a"),
    take_permit("b", compartment=8, not_before=NOON + timedelta(hours=2), not_after=NOON + timedelta(hours=50)),
    take_permit("c", checkout="k-" + "a" * 16),
    deposit_permit("d", compartment=9),
    take_permit("e", agent="hall-2"),
    take_permit("f", approvers=(HE.id,)),
]
PLACES = [PLACE, "CAB-01/8", "CAB-01/9"]
TOUCHES: list[Input] = [
    EveryDoorAsked(),
    BackAsked(),
    EndAsked(),
    Acknowledged(),
    MissingNamed(),
    CloseSkipped(),
    ItemTicked(SEAL),
    ItemTicked(LEDGER_SEAL),
    AllTicked(),
    CopiesStated(2),
    PhotoSkipped(),
    RestAnswered(is_all_there=True),
    RestAnswered(is_all_there=False),
    DoorAnswered(is_open=True),
    DoorAnswered(is_open=False),
    *(PersonConfirmed(person.id) for person in EVERYONE),
]


def slip_of(permit: Permit) -> Slip:
    """Its slip; two copies may be stamped."""
    return replace(slip_for(permit), copies=2)


HALL = replace(SITE, has_camera=True)
ITEMS = st.sets(st.sampled_from([SEAL, LEDGER_SEAL]))
CRASHES = st.sampled_from([None, None, None, 0, 1, 2])


class Hall(RuleBasedStateMachine):
    """One kiosk, its people, its doors, a clock that may lose its way, and power that may fail."""

    def __init__(self) -> None:
        super().__init__()
        self.true_s = 0
        self.quality = "sync"
        self.ids = 0
        self.log: list[Past] = []
        self.papers: dict[str, Permit] = {}
        self.burns: dict[Burn, str] = {}
        self.pulses: list[str] = []
        self.custody = Custody(HALL, roster=ROSTER, contact=Contact(NOON, 0))
        self.feed(Started(1))
        self.issued = {permit.id: permit for permit in PERMITS}

    @property
    def now(self) -> Now:
        """What the agent can know of the true time."""
        at = NOON + timedelta(seconds=self.true_s)
        error = timedelta(seconds=2)
        is_bounded = self.quality in ("sync", "rtc")
        clock = Clock(at - error, at + error if is_bounded else None, self.quality)  # type: ignore[arg-type]
        return Now(at, clock, self.true_s * 1000)

    def feed(self, given: Input, crash_after: int | None = None) -> None:
        """Decide and carry out; with `crash_after`, lose power after so many transactions and pulses."""
        step = decide(self.custody, given, self.now)
        done = self.carry_out(step, crash_after)
        if done:
            self.custody = step.custody
        else:
            self.restart()

    def carry_out(self, step: Step, crash_after: int | None) -> bool:
        """Carry out the step; False when the power failed before its end."""
        units = _units(step.decisions)
        for number, unit in enumerate(units):
            if crash_after == number:
                return False
            for decision in unit:
                self.do(decision)
        return crash_after is None or crash_after > len(units)

    def do(self, decision: Decision) -> None:
        """Make one decision true."""
        if isinstance(decision, Record):
            self.log.append(Past(decision.type, decision.about, self.now.at))
            if decision.burn is not None:
                assert decision.burn not in self.burns, "a burn is spent once"
                self.burns[decision.burn] = decision.about["opening"]
            if decision.type == "permit_received":
                permit = self.issued[decision.about["permit"]]
                self.papers[permit.id] = permit
        elif isinstance(decision, Forget):
            for name in decision.names:
                self.papers.pop(name.removeprefix("permit:"), None)
        elif isinstance(decision, Pulse):
            self.check_pulse(decision)
            self.pulses.append(decision.opening)

    def check_pulse(self, pulse: Pulse) -> None:
        """No pulse without its durable burn, outside its window, of a revoked permit, or with the wrong people."""
        intent = next(past for past in reversed(self.log) if past.type == "opening_intended")
        assert intent.about["opening"] == pulse.opening
        assert intent.about["compartment"] == pulse.compartment
        assert pulse.opening in self.burns.values()
        assert pulse.opening not in self.pulses
        people = intent.about["persons"]
        assert len(set(people)) == len(people) >= 2
        assert any(person in people for person in (LIN.id, LUO.id))
        if intent.about["action"] != "return":
            self.check_take(self.papers[intent.about["permit"]], intent.about)

    def check_take(self, permit: Permit, about: Any) -> None:
        """What holds for taking and putting in alone."""
        at = NOON + timedelta(seconds=self.true_s)
        assert permit.not_before <= at <= permit.not_after
        assert self.quality in ("sync", "rtc")
        assert permit.id not in self.custody.revoked
        assert not set(about["persons"]) & set(permit.approvers)
        assert about["attempt"] <= permit.attempts
        assert self.custody.contact is not None
        assert at - self.custody.contact.at <= timedelta(hours=4 if permit.has_seal else 24)
        assert self.custody.memory.holdings[permit.id].proven_size is not None

    def restart(self) -> None:
        """The power comes back: everything is what the journal says."""
        self.custody = replace(self.custody, memory=self.remembered(), stage=Waiting(), doors={}, pulse=None)
        self.custody = replace(self.custody, declined=frozenset())
        self.feed(Started(2))

    def remembered(self) -> Memory:
        """What a fresh start would know."""
        return remember([Paper(permit, slip_of(permit), 1) for permit in self.papers.values()], self.log)

    def fresh_opening(self) -> str:
        """An id nobody has used."""
        self.ids += 1
        return f"o-{self.ids:016}"

    @rule(permit=st.sampled_from(PERMITS), crash=st.sampled_from([None, 0, 1]))
    def a_permit_arrives(self, permit: Permit, crash: int | None) -> None:
        """Also twice, also for another agent."""
        is_spent = any(burn.permit == permit.id for burn in self.burns)
        self.feed(
            PermitReceived(
                permit, slip_of(permit), {f"permit:{permit.id}": b""}, is_spent, shown=LOG_HEAD, is_issued=True
            ),
            crash,
        )

    @rule(
        action=st.sampled_from([take_permit, take_permit, deposit_permit, count_permit]), compartment=st.integers(7, 9)
    )
    def a_good_moment_comes(self, action: Callable[..., Permit], compartment: int) -> None:
        """The clock is right, the server answers, the boards too, and somebody may open a compartment."""
        self.quality = "sync"
        self.the_server_answers()
        self.the_machine_suffers(is_lost=False, is_low=False)
        self.ids += 1
        window = {"not_before": self.now.at - timedelta(minutes=5), "not_after": self.now.at + timedelta(hours=6)}
        permit = replace(action("x", compartment=compartment, **window), id=f"m-{self.ids:016}")
        self.issued[permit.id] = permit
        self.a_permit_arrives(permit, None)

    @rule(pair=st.sampled_from(PAIRS))
    def two_people_identify(self, pair: Any) -> None:
        """They may find somebody else in the middle of something; then nothing happens."""
        for given in identified(*pair):
            self.feed(given)

    @rule(is_good=st.booleans(), which=st.integers(0, 3), crash=CRASHES)
    def two_people_come_to_open(self, is_good: bool, which: int, crash: int | None) -> None:
        """The usual way to a pulse; the power may fail before the record, before the pulse, after it."""
        if is_good:
            self.a_good_moment_comes(take_permit, 7 + which % 3)
        self.feed(EndAsked())
        self.two_people_identify((YOU, LIN))
        self.they_choose(which)
        self.feed(OpenAsked(self.fresh_opening()), crash)

    @rule(which=st.integers(0, 3), items=ITEMS, crash=st.integers(0, 12))
    def an_ordinary_opening(self, which: int, items: set[str], crash: int) -> None:
        """From the first card to the last confirmation; the power may fail on the way, and they do not notice."""
        self.two_people_come_to_open(True, which, crash if crash < 3 else None)
        if isinstance(self.custody.stage, Unlocking):
            self.the_lock_answers("opened", crash - 3 if crash in (3, 4) else None)
        self.they_finish(items)

    @rule(which=st.integers(0, 3))
    def it_changes_hands(self, which: int) -> None:
        """游少玉 and 廖坤东 come for what one of them has out."""
        self.feed(EndAsked())
        self.two_people_identify((YOU, LIAO))
        self.they_choose(which)
        for person in (YOU, LIAO):
            self.feed(PersonConfirmed(person.id))

    @rule(which=st.integers(0, 3))
    def they_choose(self, which: int) -> None:
        """What is offered, or something that is not."""
        present = self.custody.stage.present if isinstance(self.custody.stage, Choosing) else ()
        offered = [offer.choice for offer in offers(self.custody, present, self.now)]
        choices = offered or [Choice("take", PERMITS[1].id)]
        self.feed(ChoiceMade(choices[which % len(choices)]))

    @precondition(lambda self: isinstance(self.custody.stage, Ready | Jammed))
    @rule(crash=CRASHES)
    def they_open(self, crash: int | None) -> None:
        """The first time, or once more."""
        self.feed(OpenAsked(self.fresh_opening()), crash)

    @precondition(lambda self: isinstance(self.custody.stage, Unlocking))
    @rule(
        outcome=st.sampled_from(["opened", "opened", "refused", "unknown"]), crash=st.sampled_from([None, None, 0, 1])
    )
    def the_lock_answers(self, outcome: Any, crash: int | None) -> None:
        """For the opening that waits for it."""
        assert isinstance(self.custody.stage, Unlocking)
        self.feed(LockAnswered(self.custody.stage.opening, outcome), crash)

    @rule(place=st.sampled_from(PLACES), is_open=st.sampled_from([True, False, None]))
    def a_door_moves(self, place: str, is_open: bool | None) -> None:
        """Any door, at any time."""
        self.feed(DoorSeen(place, is_open))

    @rule(touch=st.sampled_from(TOUCHES), crash=st.sampled_from([None, None, None, 0, 1]))
    def somebody_touches_the_screen(self, touch: Input, crash: int | None) -> None:
        """Any key, meaningful or not."""
        self.feed(touch, crash)

    @rule(items=ITEMS)
    def they_finish(self, items: set[str]) -> None:
        """The usual way to the end from an open door."""
        for item in sorted(items):
            self.feed(ItemTicked(item))
        self.feed(RestAnswered(is_all_there=True))
        for place in PLACES:
            self.feed(DoorSeen(place, is_open=False))
        self.feed(CopiesStated(len(items)))
        self.feed(PhotoTaken("ab" * 32, 9))
        for person in EVERYONE:
            self.feed(PersonConfirmed(person.id))

    @rule(seconds=st.sampled_from([1, 5, 20, 70, 400, 3600, 5 * 3600, 30 * 3600]))
    def time_passes(self, seconds: int) -> None:
        """A second, or days."""
        self.true_s += seconds
        self.feed(Ticked())

    @rule(quality=st.sampled_from(["sync", "rtc", "floor", "unknown"]))
    def the_clock_changes_its_mind(self, quality: str) -> None:
        """It is never wrong about itself, but may know nothing."""
        self.quality = quality

    @rule()
    def the_server_answers(self) -> None:
        """An acknowledgement is signed now."""
        self.feed(ContactMade(Contact(self.now.at, self.now.elapsed_ms)))

    @rule(permit=st.sampled_from(PERMITS))
    def a_permit_is_revoked(self, permit: Permit) -> None:
        """At any time, also while its door is open."""
        revoked = self.custody.revoked | {permit.id}
        self.feed(RevocationsReceived(self.custody.revocations_version + 1, revoked, {}))

    @rule()
    def the_disk_is_replaced(self) -> None:
        """A new journal remembers nothing; the server tells it what is out."""
        out = self.things_out()
        self.log, self.papers, self.burns, self.pulses = [], {}, {}, []
        self.custody = Custody(HALL, roster=ROSTER, contact=self.custody.contact)
        self.feed(Started(1))
        for permit_id, items in out.items():
            permit = self.issued[permit_id]
            notes = {f"permit:{permit.id}": b""}
            out_now = tuple(sorted(items))
            self.feed(PermitReceived(permit, slip_of(permit), notes, out=out_now, shown=LOG_HEAD, is_issued=True))

    @rule(is_lost=st.booleans(), is_low=st.booleans())
    def the_machine_suffers(self, is_lost: bool, is_low: bool) -> None:
        """A board is silent, the disk fills up."""
        self.feed(BoardSeen("left", 1, is_lost))
        self.feed(DiskSeen(is_low))

    @invariant()
    def what_is_known_is_what_was_recorded(self) -> None:
        """A crash at any moment loses nothing that anybody saw."""
        assert self.custody.memory == self.remembered()

    @invariant()
    def each_burn_is_at_most_one_pulse(self) -> None:
        """And every pulse has one."""
        assert len(self.pulses) == len(set(self.pulses))
        assert set(self.pulses) <= set(self.burns.values())

    @invariant()
    def bringing_back_is_never_blocked(self) -> None:
        """The holder and an officer can bring back what is out, or first say what may be; always, by the log alone."""
        for permit, kind in self.owed().items():
            offer = judge(self.custody, Choice(kind, permit), (YOU.id, LIN.id), self.now)
            assert isinstance(offer.verdict, Allowed), (permit, kind)

    def owed(self) -> dict[str, ChoiceKind]:
        """What the log alone says is outside, or may be, by permit."""
        kinds: dict[str, ChoiceKind] = dict.fromkeys(self.things_out(), "return")
        for past in self.log:
            if past.type == "opening_intended" and self.may_have_moved(past.about["opening"]):
                kinds[past.about["permit"]] = "declare"
        return kinds

    def things_out(self) -> dict[str, set[str]]:
        """What the log alone says is outside, by permit."""
        out: dict[str, set[str]] = {}
        for past in self.log:
            if past.type in ("items_taken", "custody_resumed"):
                out.setdefault(past.about["permit"], set()).update(past.about["items"])
            elif past.type == "items_returned":
                out[past.about["permit"]] -= set(past.about["items"])
        return {permit: items for permit, items in out.items() if items}

    def may_have_moved(self, opening: str) -> bool:
        """Whether nobody has said what this opening moved and the board did not prove that it stayed shut."""
        log = [past for past in self.log if past.about.get("opening") == opening]
        said = {past.about["outcome"] for past in log if past.type == "opening_finished"} - {"jammed", "abandoned"}
        types = {past.type for past in log}
        return not said and ("door_opened" in types or "door_jammed" not in types)

    @invariant()
    def a_further_attempt_follows_only_a_proven_failure(self) -> None:
        """After a door that opened, or may have, the permit's own attempts are over."""
        for holding in self.custody.memory.holdings.values():
            assert all(pulse == "refused" for pulse in holding.attempts[:-1])

    @invariant()
    def nobody_is_stuck(self) -> None:
        """Left alone for six minutes, the kiosk is at its start again."""
        custody = self.custody
        for seconds in (15, 330, 330, 5):
            now = replace(self.now, elapsed_ms=self.now.elapsed_ms + seconds * 1000)
            custody = decide(replace(custody, touched_ms=0, since_ms=0), Ticked(), now).custody
        assert custody.stage == Waiting()


def _units(decisions: tuple[Decision, ...]) -> list[list[Decision]]:
    """What the agent does in one go: neighbouring records are one transaction, a pulse stands alone."""
    units: list[list[Decision]] = []
    for decision in decisions:
        if isinstance(decision, Pulse) or not units or isinstance(units[-1][0], Pulse):
            units.append([decision])
        else:
            units[-1].append(decision)
    return units


TestHall = Hall.TestCase
TestHall.settings = settings(stateful_step_count=60, max_examples=settings().max_examples // 2)
