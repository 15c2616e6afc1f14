"""What freezing a cooperative, letting it go on, and ending its mandate make true."""

from collections.abc import Sequence
from dataclasses import replace

from firmware_protocol.times import CHINA
from server.custody.facts import Cooperative
from server.custody.happenings import Fact, Happening, Known


def _frozen(known: Known, h: Happening) -> Sequence[Fact]:
    cooperative = known.get(Cooperative, h.about["cooperative"])
    return [] if cooperative is None else [replace(cooperative, frozen_at=h.at)]


def _unfrozen(known: Known, h: Happening) -> Sequence[Fact]:
    cooperative = known.get(Cooperative, h.about["cooperative"])
    return [] if cooperative is None else [replace(cooperative, frozen_at=None)]


def _mandate_revoked(known: Known, h: Happening) -> Sequence[Fact]:
    cooperative = known.get(Cooperative, h.about["cooperative"])
    return [] if cooperative is None else [replace(cooperative, revoked_on=h.at.astimezone(CHINA).date())]


FREEZING_EFFECTS = {
    "cooperative_frozen": _frozen,
    "cooperative_unfrozen": _unfrozen,
    "mandate_revoked": _mandate_revoked,
}
