"""Handovers in any order: whatever people count, settle, sign and put behind doors, the promises hold."""

from dataclasses import replace
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from server.custody.facts import Cooperative, Item
from server.custody.handovers.content import content_of
from server.custody.handovers.counting import Count, Settlement, refuse_count, refuse_settlement
from server.custody.handovers.facts import Handover, HandoverLine, line_id
from server.custody.handovers.lifecycle import OPEN_HANDOVERS, HandoverCommand, course_of, handover_after
from server.custody.handovers.opening import Plan, refuse_beginning, refuse_cancelling, refuse_opening
from server.custody.handovers.reading import lines_of, signatures_of
from server.custody.handovers.signing import Signing, parts_left, refuse_signing
from server.custody.handovers.states import Found, HandoverKind, HandoverState, Part, Resolution
from server.custody.people import Standing
from server.custody.refusals import Refused
from tests.server.cast import CABINET_OFFICER, DONGKENG_1, HEAD, NEIGHBOUR, NOW, OFFICE_HEAD, REVIEWER
from tests.server.custody.handovers.lists import INSPECTOR
from tests.server.happen import FINANCE, SEAL, at_server, furnished_world, moved

THINGS = (SEAL, FINANCE)
people = st.sampled_from((HEAD, CABINET_OFFICER, INSPECTOR, OFFICE_HEAD, REVIEWER, NEIGHBOUR))
things = st.sampled_from(THINGS)
kinds = st.sampled_from((HandoverKind.FIRST, HandoverKind.INVENTORY))


def is_open(machine: "Handovers") -> bool:
    return machine.open_one() is not None


class Handovers(RuleBasedStateMachine):
    """Rules refuse or events happen; a cabinet's reports come whenever they like."""

    def __init__(self) -> None:
        super().__init__()
        self.world = furnished_world()
        self.serial = 0

    def happens(self, event_type: str, about: dict[str, Any], body: dict[str, Any] | None = None) -> None:
        self.world.happen(at_server(event_type, {"cooperative": DONGKENG_1.id, **about}, body))

    def cooperative(self) -> Cooperative:
        found = self.world.get(Cooperative, DONGKENG_1.id)
        assert found is not None
        return replace(found, expires_on=DONGKENG_1.expires_on)

    def open_one(self) -> Handover | None:
        return next((each for each in self.world.of_kind(Handover) if each.state in OPEN_HANDOVERS), None)

    def going_on(self) -> Handover:
        handover = self.open_one()
        assert handover is not None
        return handover

    def line(self, item: str) -> HandoverLine | None:
        return self.world.get(HandoverLine, line_id(self.going_on().id, item))

    def listed(self) -> tuple[Item, ...]:
        return tuple(each for each in self.world.of_kind(Item) if each.id in THINGS)

    @initialize()
    def open_the_first(self) -> None:
        self.open_another(REVIEWER, HandoverKind.FIRST)
        self.begin(REVIEWER)

    @rule(who=people, kind=kinds)
    def open_another(self, who: Standing, kind: HandoverKind) -> None:
        was_counted_in = any(each.state is HandoverState.DONE for each in self.world.of_kind(Handover))
        plan = Plan(
            opened_by=who,
            cooperative=self.cooperative(),
            kind=kind,
            reason="",
            outgoing=None,
            incoming=None,
            was_counted_in=was_counted_in,
            now=NOW,
        )
        if refuse_opening(plan) is None:
            self.serial += 1
            about = {"handover": f"h-{self.serial}", "kind": kind, "compartment": DONGKENG_1.place, "person": who.id}
            self.happens("handover_opened", {**about, "items": list(THINGS)}, {"reason": "", "salt": "00"})

    @precondition(is_open)
    @rule(who=people)
    def begin(self, who: Standing) -> None:
        if refuse_beginning(who, self.going_on()) is None:
            about = {"handover": self.going_on().id, "items": list(THINGS), "person": who.id}
            self.happens("handover_begun", about)

    @precondition(is_open)
    @rule(who=people, item=things, found=st.sampled_from(Found), note=st.sampled_from(["", "缺角"]))
    def count(self, who: Standing, item: str, found: Found, note: str) -> None:
        handover = self.going_on()
        count = Count(
            who=who, cooperative=self.cooperative(), handover=handover, line=self.line(item), found=found, note=note
        )
        if refuse_count(count) is None:
            about = {"handover": handover.id, "item": item, "found": found, "person": who.id}
            self.happens("handover_counted", about, {"condition": "", "note": note})

    @precondition(is_open)
    @rule()
    def count_everything(self) -> None:
        for item in THINGS:
            self.count(CABINET_OFFICER, item, Found.AS_LISTED, "")

    @precondition(is_open)
    @rule(item=things, resolution=st.sampled_from(Resolution))
    def settle(self, item: str, resolution: Resolution) -> None:
        handover = self.going_on()
        settlement = Settlement(
            who=CABINET_OFFICER,
            cooperative=self.cooperative(),
            handover=handover,
            line=self.line(item),
            resolution=resolution,
            note="已核实",
            name="公章",
        )
        if refuse_settlement(settlement) is None:
            about = {"handover": handover.id, "item": item, "resolution": resolution, "person": CABINET_OFFICER.id}
            self.happens("handover_resolved", about, {"note": "已核实"})

    @precondition(is_open)
    @rule(who=people, part=st.sampled_from(Part), is_stale=st.booleans())
    def sign(self, who: Standing, part: Part, is_stale: bool) -> None:
        handover = self.going_on()
        content = "00" if is_stale else content_of(handover, lines_of(self.world, handover))
        if self.refused_to_sign(who, part, content) is not None:
            return
        about = {"handover": handover.id, "part": part, "person": who.id, "content": content}
        self.happens("handover_signed", {**about, "signed_by": "session"})
        if not parts_left(handover, signatures_of(self.world, handover)):
            self.happens("handover_completed", {"handover": handover.id, "kind": handover.kind, "content": content})

    @precondition(is_open)
    @rule(who=st.sampled_from(((Part.HANDS_OVER, HEAD), (Part.RECEIVES, CABINET_OFFICER), (Part.WATCHES, INSPECTOR))))
    def sign_where_one_should(self, who: tuple[Part, Standing]) -> None:
        self.sign(who[1], who[0], is_stale=False)

    def refused_to_sign(self, who: Standing, part: Part, content: str) -> Refused | None:
        handover = self.going_on()
        signing = Signing(
            who=who,
            part=part,
            content=content,
            cooperative=self.cooperative(),
            handover=handover,
            lines=tuple(lines_of(self.world, handover)),
            signatures=tuple(signatures_of(self.world, handover)),
            items=self.listed(),
            unlisted=(),
            codes=(),
            now=NOW,
        )
        return refuse_signing(signing)

    @precondition(is_open)
    @rule(who=people, reason=st.sampled_from(["", "", "", "改期"]))
    def break_off(self, who: Standing, reason: str) -> None:
        if refuse_cancelling(who, self.going_on(), reason) is None:
            about = {"handover": self.going_on().id, "person": who.id}
            self.happens("handover_cancelled", about, {"reason": "改期"})

    @rule(item=things, event=st.sampled_from(["items_deposited", "items_returned", "items_taken", "items_missing"]))
    def report_from_the_door(self, item: str, event: str) -> None:
        self.world.happen(moved(event, [item], deposit="d-1"))

    @invariant()
    def one_goes_on_at_a_time_and_its_cooperative_knows_it(self) -> None:
        going_on = [each.id for each in self.world.of_kind(Handover) if each.state in OPEN_HANDOVERS]
        assert going_on == [each for each in [self.cooperative().handover] if each is not None]

    @invariant()
    def whoever_signed_signed_the_list_as_it_is(self) -> None:
        for handover in self.world.of_kind(Handover):
            content = content_of(handover, lines_of(self.world, handover))
            valid = [each for each in signatures_of(self.world, handover) if each.is_valid]
            assert all(each.content == content for each in valid)
            assert len({each.person for each in valid}) == len(valid)
            assert bool(valid) <= (handover.state not in {HandoverState.RESOLVED, HandoverState.COUNTING})

    @invariant()
    def what_is_done_was_counted_settled_and_signed_in_every_part(self) -> None:
        for handover in self.world.of_kind(Handover):
            lines = lines_of(self.world, handover)
            if handover.state is HandoverState.DONE:
                assert course_of(lines) is HandoverCommand.SETTLE
                assert parts_left(handover, signatures_of(self.world, handover)) == ()
            elif handover.state not in {HandoverState.DRAFT, HandoverState.SIGNING, HandoverState.CANCELLED}:
                assert handover_after(handover.state, course_of(lines)) is handover.state


TestHandovers = Handovers.TestCase
TestHandovers.settings = settings(max_examples=50, stateful_step_count=50)
