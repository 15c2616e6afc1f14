"""What the agent must not forget: a fold over its own entries, the same while it runs and after it was killed.

Nothing in here changes but by an event that is recorded, so whatever a crash leaves in the journal is a state that the
agent was in, or decided to be in. `recall` is that fold, one small function an event type.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from firmware_protocol.permit_checks import PulseOutcome
from firmware_protocol.permits import Party, Permit
from firmware_protocol.slips import Slip

LockState = Literal["pending", "opened", "refused", "unknown"]
PIN_MEMORY = timedelta(hours=1)
DECLARED = frozenset({"taken", "part_taken", "nothing", "returned", "deposited", "counted", "cleared", "unknown"})
"""Outcomes of an opening after which nobody is asked what moved (`unknown`: the door was seen to stay shut)."""


@dataclass(frozen=True, slots=True)
class Opening:
    """One burned pulse and what became of it. `action` is the permit's, or `return`; `items` are those declared moved.

    `moved_at` is when that was said; `is_flagged`: somebody else than the holder brings back.
    `lock` goes from pending to refused or unknown, and to opened from anywhere: a door seen open did open. `outcome` is
    None until it is finished or was interrupted.
    """

    id: str
    action: str
    compartment: str
    persons: tuple[str, ...]
    attempt: int
    lock: LockState = "pending"
    outcome: str | None = None
    items: tuple[str, ...] = ()
    moved_at: datetime | None = None
    is_flagged: bool = False

    @property
    def pulse(self) -> PulseOutcome:
        """The pulse as the permit checks want it; one that nobody has answered for is unknown."""
        return "unknown" if self.lock == "pending" else self.lock

    @property
    def is_undeclared(self) -> bool:
        """Whether things may have moved and nobody has said what."""
        return self.lock != "refused" and self.outcome not in DECLARED


@dataclass(frozen=True, slots=True)
class Holding:
    """A permit held here, with its slip and its openings in order.

    `resumed` are the items that were out under it when this journal began, as the server's log had them; `held_by` is
    who was handed what is out since. `proven_size` is the size of the log's head that was shown to have its issuance.
    """

    permit: Permit
    slip: Slip
    openings: tuple[Opening, ...] = ()
    resumed: tuple[str, ...] = ()
    held_by: str | None = None
    proven_size: int | None = None

    @property
    def holder(self) -> Party:
        """Who answers for what is out: whoever the permit names, or who took it over at the kiosk."""
        return self.permit.holder if self.held_by is None else Party(person=self.held_by)

    @property
    def attempts(self) -> tuple[PulseOutcome, ...]:
        """The permit's own pulses, in order."""
        return tuple(opening.pulse for opening in self.openings if opening.action != "return")

    @property
    def returns(self) -> tuple[PulseOutcome, ...]:
        """The pulses under its return grant, in order."""
        return tuple(opening.pulse for opening in self.openings if opening.action == "return")

    @property
    def items(self) -> tuple[str, ...]:
        """The ids of all items the permit is about."""
        return tuple(item.id for item in self.permit.items)

    @property
    def out(self) -> tuple[str, ...]:
        """The items that people said they took and nobody said they brought back."""
        taken = {item for opening in self.openings if opening.action == "take" for item in opening.items}
        taken.update(self.resumed)
        back = {item for opening in self.openings if opening.action == "return" for item in opening.items}
        return tuple(item for item in self.items if item in taken - back)

    @property
    def taken_at(self) -> datetime | None:
        """When the first of the items was said to be taken; None where this journal does not know."""
        taken = (opening.moved_at for opening in self.openings if opening.action == "take")
        return next((at for at in taken if at is not None), None)

    @property
    def undeclared(self) -> Opening | None:
        """The first opening of which nobody has said what moved."""
        return next((opening for opening in self.openings if opening.is_undeclared), None)

    @property
    def is_open(self) -> bool:
        """Whether something is, or may be, outside under this permit."""
        return bool(self.out) or (self.permit.action == "take" and self.undeclared is not None)

    @property
    def has_served(self) -> bool:
        """Whether things have moved under the permit itself, which spends the approvals behind it."""
        return bool(self.resumed) or any(opening.items for opening in self.openings if opening.action != "return")

    def opening(self, opening_id: str) -> Opening | None:
        """The opening with this id."""
        return next((opening for opening in self.openings if opening.id == opening_id), None)


@dataclass(frozen=True, slots=True)
class Memory:
    """All that was recorded and still matters.

    `open_doors` are the compartments whose door was last recorded open, each with the opening it stands open for (None:
    forced); `pin_failures` the times of the last hour's wrong PINs by person.
    """

    holdings: Mapping[str, Holding] = field(default_factory=dict)
    open_doors: Mapping[str, str | None] = field(default_factory=dict)
    pin_failures: Mapping[str, tuple[datetime, ...]] = field(default_factory=dict)

    def hold(self, permit: Permit, slip: Slip, proven_size: int | None = None) -> "Memory":
        """The memory with one more permit."""
        holding = Holding(permit, slip, proven_size=proven_size)
        return replace(self, holdings={**self.holdings, permit.id: holding})

    def prove(self, permit_id: str, size: int) -> "Memory":
        """The memory after a head of this size was shown to have the issuance of a permit held here."""
        return _with_holding(self, replace(self.holdings[permit_id], proven_size=size))

    def without(self, permits: Iterable[str]) -> "Memory":
        """The memory without these permits."""
        gone = set(permits)
        return replace(self, holdings={name: held for name, held in self.holdings.items() if name not in gone})

    def find(self, opening_id: str) -> tuple[Holding, Opening] | None:
        """The opening with this id and the permit it belongs to."""
        for holding in self.holdings.values():
            if opening := holding.opening(opening_id):
                return holding, opening
        return None

    def undeclared_at(self, compartment: str) -> Opening | None:
        """An opening of this compartment of which nobody has said what moved."""
        found = (holding.undeclared for holding in self.holdings.values() if holding.permit.place == compartment)
        return next((opening for opening in found if opening is not None), None)


def recall(memory: Memory, event_type: str, about: Mapping[str, Any], at: datetime) -> Memory:
    """The memory after one more recorded event; events that change nothing here pass by."""
    fold = _FOLDS.get(event_type)
    return memory if fold is None else fold(memory, about, at)


_Fold = Callable[[Memory, Mapping[str, Any], datetime], Memory]


def _intended(memory: Memory, about: Mapping[str, Any], _at: datetime) -> Memory:
    holding = memory.holdings.get(about["permit"])
    if holding is None:
        return memory
    opening = Opening(
        id=about["opening"],
        action=about["action"],
        compartment=about["compartment"],
        persons=tuple(about["persons"]),
        attempt=about["attempt"],
        is_flagged=about.get("flagged", False),
    )
    return _with_holding(memory, replace(holding, openings=(*holding.openings, opening)))


def _lock_is(state: LockState, outcome: str | None = None) -> _Fold:
    def fold(memory: Memory, about: Mapping[str, Any], _at: datetime) -> Memory:
        changes: dict[str, Any] = {"lock": state} | ({} if outcome is None else {"outcome": outcome})
        return _with_opening(memory, about.get("opening"), **changes)

    return fold


def _door_opened(memory: Memory, about: Mapping[str, Any], at: datetime) -> Memory:
    memory = _lock_is("opened")(memory, about, at)
    return replace(memory, open_doors={**memory.open_doors, about["compartment"]: about.get("opening")})


def _door_closed(memory: Memory, about: Mapping[str, Any], _at: datetime) -> Memory:
    open_doors = {place: opening for place, opening in memory.open_doors.items() if place != about["compartment"]}
    return replace(memory, open_doors=open_doors)


def _moved(memory: Memory, about: Mapping[str, Any], at: datetime) -> Memory:
    return _with_opening(memory, about["opening"], items=tuple(about["items"]), moved_at=at)


def _finished(memory: Memory, about: Mapping[str, Any], _at: datetime) -> Memory:
    return _with_opening(memory, about["opening"], outcome=about["outcome"])


def _resumed(memory: Memory, about: Mapping[str, Any], _at: datetime) -> Memory:
    holding = memory.holdings.get(about["permit"])
    return memory if holding is None else _with_holding(memory, replace(holding, resumed=tuple(about["items"])))


def _transferred(memory: Memory, about: Mapping[str, Any], _at: datetime) -> Memory:
    holding = memory.holdings.get(about["permit"])
    return memory if holding is None else _with_holding(memory, replace(holding, held_by=about["persons"][1]))


def _refused(memory: Memory, about: Mapping[str, Any], at: datetime) -> Memory:
    if about["reason"] != "wrong_pin":
        return memory
    person = about["person"]
    recent = tuple(then for then in memory.pin_failures.get(person, ()) if at - then < PIN_MEMORY)
    return replace(memory, pin_failures={**memory.pin_failures, person: (*recent, at)})


def _with_opening(memory: Memory, opening_id: str | None, **changes: Any) -> Memory:
    found = memory.find(opening_id) if opening_id is not None else None
    if found is None:
        return memory
    holding, opening = found
    changed = replace(opening, **changes)
    openings = tuple(changed if each.id == opening.id else each for each in holding.openings)
    return _with_holding(memory, replace(holding, openings=openings))


def _with_holding(memory: Memory, holding: Holding) -> Memory:
    return replace(memory, holdings={**memory.holdings, holding.permit.id: holding})


_FOLDS: Mapping[str, _Fold] = {
    "opening_intended": _intended,
    "opening_interrupted": _lock_is("unknown", outcome="interrupted"),
    "door_opened": _door_opened,
    "door_forced": _door_opened,
    "door_jammed": _lock_is("refused"),
    "door_unknown": _lock_is("unknown"),
    "door_closed": _door_closed,
    "items_taken": _moved,
    "items_returned": _moved,
    "items_deposited": _moved,
    "items_counted": _moved,
    "opening_finished": _finished,
    "identification_refused": _refused,
    "custody_resumed": _resumed,
    "items_transferred": _transferred,
}
RECALLED: frozenset[str] = frozenset(_FOLDS)
"""The event types a journal must give back for a memory to be whole."""
