"""Two people at a cabinet: they identify, choose, open, move things, say so, and sometimes do none of that."""

from collections.abc import Callable, Mapping
from typing import ClassVar

from device_agent.custodian.inputs import (
    Acknowledged,
    BackAsked,
    CardShown,
    ChoiceMade,
    CloseSkipped,
    CopiesStated,
    DoorAnswered,
    EndAsked,
    Input,
    ItemTicked,
    MissingNamed,
    OpenAsked,
    PersonConfirmed,
    PhotoSkipped,
    PinEntered,
    RestAnswered,
)
from device_agent.custodian.moving import movable
from device_agent.custodian.offers import Offer, offers
from device_agent.custodian.state import (
    Choosing,
    Closing,
    Confirming,
    Done,
    EnteringPin,
    Jammed,
    Moving,
    NamingMissing,
    Photographing,
    Ready,
    Refusal,
    StatingCopies,
    Transferred,
    Transferring,
    Unsure,
    Waiting,
    WaitingNext,
)
from firmware_protocol.permit_checks import Allowed
from tests.simulation.chance import Chance
from tests.simulation.pi import Pi

HAND_MS = (50, 500)
TOUCHES_MAX = 60
OPENINGS_MAX = 3


class Things:
    """Where each thing really is, and what each opening really moved."""

    def __init__(self) -> None:
        self.out: set[str] = set()
        self.moved: dict[str, tuple[str, ...]] = {}


class Visit:
    """One visit, from the first card to the end. `haste` is how likely they leave at each step."""

    def __init__(self, pi: Pi, people: tuple[str, ...], things: Things, chance: Chance, haste: float) -> None:
        self._pi, self._people, self._things, self._chance, self._haste = pi, people, things, chance, haste
        self._touches, self._weary_at = 0, TOUCHES_MAX
        self._is_known = False
        self._opened = 0
        self.is_over = False
        self._go_on()

    def _go_on(self) -> None:
        self._pi.timeline.after(self._chance.uniform(*HAND_MS), self._touch)

    def _touch(self) -> None:
        self._touches += 1
        if self._touches > self._weary_at or not self._pi.is_up or self._chance.random() < self._haste:
            self.is_over = True
            return
        stage = self._pi.agent.custody.stage
        self._go_on()
        if (hand := self._HANDS.get(type(stage))) is not None:
            hand(self, stage)
        elif (said := self._SAID.get(type(stage))) is not None:
            self._pi.do(said)

    def _begin(self, _stage: Waiting) -> None:
        if self._is_known:
            self.is_over, self._weary_at = True, 0
        else:
            self._show_card(self._people[0])

    def _next(self, stage: WaitingNext) -> None:
        missing = [person for person in self._people if person not in stage.present]
        if missing:
            self._show_card(missing[0])
        else:
            self._pi.do(BackAsked())

    def _show_card(self, person: str) -> None:
        roster = self._pi.agent.custody.roster
        known = None if roster is None else roster.person(person)
        self._is_known = True
        self._pi.do(CardShown(None if known is None else known.card or "no card"))

    def _pin(self, stage: EnteringPin) -> None:
        if not stage.is_checking:
            self._pi.do(PinEntered())

    def _choose(self, stage: Choosing) -> None:
        if not set(stage.present) <= set(self._people):
            self._pi.do(EndAsked())  # those before went away without saying so
            return
        now, _ = self._pi.agent.look_at_clock()
        there = offers(self._pi.agent.custody, stage.present, now)
        allowed = [offer for offer in there if isinstance(offer.verdict, Allowed)]
        wanted = allowed if allowed and self._chance.random() < 0.95 else list(there)
        if not wanted or self._opened >= OPENINGS_MAX:
            self._pi.do(EndAsked())
            return
        self._pi.do(ChoiceMade(self._pick(wanted).choice))

    def _pick(self, wanted: list[Offer]) -> Offer:
        likely = [offer for offer in wanted if offer.choice.kind != "transfer"] or wanted
        return self._chance.choice(likely if self._chance.random() < 0.9 else wanted)

    def _open(self, _stage: Ready | Jammed) -> None:
        if self._chance.random() < 0.05:
            self._pi.do(BackAsked())
            return
        self._opened += 1
        if self._opened <= OPENINGS_MAX:
            # However often they were refused before: nobody tires with the thing in the hand.
            self._weary_at = self._touches + TOUCHES_MAX
        self._pi.do(OpenAsked(f"o-{self._chance.randbytes(10).hex()}"))

    def _answer(self, stage: Unsure) -> None:
        place = self._place_of(stage.opening)
        self._pi.do(DoorAnswered(place is not None and self._is_open(place)))

    def _move(self, stage: Moving) -> None:
        """Really move something, once, where the door is open; then tick just that."""
        found = self._pi.agent.custody.memory.find(stage.opening)
        if found is None:
            return
        holding, opening = found
        if stage.opening not in self._things.moved and not stage.is_late and self._is_open(opening.compartment):
            self._things.moved[stage.opening] = self._really_move(opening.action, movable(holding, opening))
        moved = self._things.moved.get(stage.opening, ())
        wrong = (set(moved) & set(movable(holding, opening))) ^ stage.ticked
        self._pi.do(ItemTicked(min(wrong)) if wrong else RestAnswered(is_all_there=True))

    def _really_move(self, action: str, may_be_moved: tuple[str, ...]) -> tuple[str, ...]:
        """Only what is there can be taken, only what is out be put back."""
        there = [item for item in may_be_moved if (item in self._things.out) is (action == "return")]
        moved = tuple(item for item in there if self._chance.random() < 0.85)
        change = self._things.out.difference_update if action == "return" else self._things.out.update
        change(moved)
        return moved

    def _close(self, stage: Closing) -> None:
        place = self._place_of(stage.moving.opening)
        if place is not None and self._is_open(place):
            if self._chance.random() < 0.9:
                self._pi.hardware.lock(place).close()
        elif self._touches % 5 == 0:
            self._pi.do(CloseSkipped())

    def _confirm(self, stage: Confirming | Transferring) -> None:
        both = stage.moving.present if isinstance(stage, Confirming) else stage.present
        left = [person for person in both if person not in stage.confirmed]
        if left:
            self._pi.do(PersonConfirmed(left[0]))

    def _place_of(self, opening: str) -> str | None:
        found = self._pi.agent.custody.memory.find(opening)
        return None if found is None else found[1].compartment

    def _is_open(self, place: str) -> bool:
        return self._pi.hardware.lock(place).is_open(self._pi.timeline.now_ms)

    _HANDS: ClassVar[Mapping[type, Callable[..., None]]] = {
        Waiting: _begin,
        WaitingNext: _next,
        EnteringPin: _pin,
        Choosing: _choose,
        Ready: _open,
        Jammed: _open,
        Unsure: _answer,
        Moving: _move,
        Closing: _close,
        Confirming: _confirm,
        Transferring: _confirm,
    }
    _SAID: ClassVar[Mapping[type, Input]] = {
        NamingMissing: MissingNamed(),
        StatingCopies: CopiesStated(2),
        Photographing: PhotoSkipped(),
        Transferred: EndAsked(),
        Refusal: Acknowledged(),
        Done: EndAsked(),
    }
