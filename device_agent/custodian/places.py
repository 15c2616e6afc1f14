"""The places a permit has at the door, and which of them nobody present can fill: pure, in the permit's own words."""

from collections.abc import Sequence
from itertools import permutations

from firmware_protocol.permits import Party, Permit
from firmware_protocol.rosters import Person


def missing_at(permit: Permit, people: Sequence[Person]) -> tuple[Party, ...]:
    """Who is still to come before the permit opens: each person fills one place, and as many places as can be are."""
    places = (permit.holder, permit.second, *(Party(roles=(role,)) for role in permit.extra))
    seats: list[Person | None] = [*people, *(None for _ in places)]
    unfilled = (_unfilled(permit, places, order) for order in permutations(seats, len(places)))
    return min(unfilled, key=len)


def _unfilled(permit: Permit, places: tuple[Party, ...], order: tuple[Person | None, ...]) -> tuple[Party, ...]:
    return tuple(
        place
        for place, person in zip(places, order, strict=True)
        if person is None or not place.admits(person, permit.cooperative)
    )
