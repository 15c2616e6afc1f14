"""Who signs a handover, and in which part: a table by kind."""

from collections.abc import Mapping
from dataclasses import dataclass

from server.custody.handovers.facts import Handover
from server.custody.handovers.states import HandoverKind, Part
from server.custody.people import Standing
from server.custody.roles import COOPERATIVE_ROLES, TITLES, Role


@dataclass(frozen=True, slots=True)
class Seat:
    """A part somebody has to sign in: who may take it, or `named`: only the person whom the handover names for it."""

    part: Part
    roles: frozenset[Role]
    named: bool = False

    @property
    def titles(self) -> str:
        """Who may sit here, as people say it: 镇纪委监督员或三资办负责人."""
        return "或".join(TITLES[role] for role in Role if role in self.roles)


_COOPERATIVE = frozenset({Role.HEAD, Role.ACCOUNTANT})
_OFFICER = frozenset({Role.CABINET_OFFICER})
_WATCHERS = frozenset({Role.INSPECTOR, Role.OFFICE_HEAD})
_WATCH = Seat(Part.WATCHES, _WATCHERS)

SEATS: Mapping[HandoverKind, tuple[Seat, ...]] = {
    HandoverKind.FIRST: (Seat(Part.HANDS_OVER, _COOPERATIVE), Seat(Part.RECEIVES, _OFFICER), _WATCH),
    HandoverKind.CUSTODIAN: (
        Seat(Part.HANDS_OVER, _COOPERATIVE | _OFFICER, named=True),
        Seat(Part.RECEIVES, _COOPERATIVE | _OFFICER, named=True),
        _WATCH,
    ),
    HandoverKind.ELECTION: (Seat(Part.HANDS_OVER, _OFFICER), Seat(Part.RECEIVES, frozenset({Role.HEAD})), _WATCH),
    HandoverKind.EXIT: (Seat(Part.HANDS_OVER, _OFFICER), Seat(Part.RECEIVES, frozenset({Role.HEAD})), _WATCH),
    HandoverKind.INVENTORY: (
        Seat(Part.COUNTS, frozenset({Role.CABINET_OFFICER, Role.REVIEWER})),
        Seat(Part.WATCHES_COUNT, _WATCHERS | {Role.SUPERVISOR}),
    ),
}
"""Every part that has to be signed, in the order in which the printed list has them."""


def seat_of(kind: HandoverKind, part: Part) -> Seat | None:
    """The seat of this part, or None where this kind of handover has none."""
    return next((seat for seat in SEATS[kind] if seat.part is part), None)


def may_sit(who: Standing, seat: Seat, handover: Handover) -> bool:
    """Whether this person may sign in this seat. An outgoing person may have lost the role that they hand over."""
    if seat.named and seat.part is Part.HANDS_OVER:
        return who.person.is_active and who.id == handover.outgoing
    if seat.named and who.id != handover.incoming:
        return False
    return has_role_for(who, seat, handover.cooperative)


def has_role_for(who: Standing, seat: Seat, cooperative: str) -> bool:
    """Whether this person is active and holds one of the seat's roles: of the cooperative, where it is one of those."""
    return who.person.is_active and any(
        who.holds(role, cooperative if role in COOPERATIVE_ROLES else None) for role in seat.roles
    )
