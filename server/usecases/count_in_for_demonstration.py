"""The demonstration's people have counted a cooperative's things in; the entries say that nobody really did."""

from dataclasses import dataclass

from server.custody.facts import Cooperative
from server.custody.states import ItemState
from server.store import find
from server.store.work import Work
from server.usecases.open_handover import listed_items


@dataclass(frozen=True, slots=True)
class CountIn:
    """Which cooperative."""

    cooperative: str


@dataclass(frozen=True, slots=True)
class CountedIn:
    """The items that are in the cabinet now."""

    items: tuple[str, ...]


def count_in_for_demonstration(work: Work, asked: CountIn) -> CountedIn:
    """Put everything the cooperative has registered into its compartment; asked again, it does nothing."""
    cooperative = work.get(Cooperative, asked.cooperative)
    if cooperative is None:
        raise LookupError(asked.cooperative)
    waiting = [item.id for item in find.items_of(work.facts, cooperative.id) if item.state is ItemState.REGISTERED]
    if waiting:
        work.record("counted_in_for_demonstration", {"items": waiting, "compartment": cooperative.place})
        about = {"handover": work.new_id("h"), "cooperative": cooperative.id, "compartment": cooperative.place}
        work.record("handover_demonstrated", {**about, "items": listed_items(work, cooperative.id)})
    return CountedIn(tuple(waiting))
