"""What the page sends when a key is touched, read into the custodian's words; anything else is None."""

import re
from collections.abc import Callable, Mapping
from typing import Any, get_args

from device_agent.custodian.every_door import EveryDoorAsked
from device_agent.custodian.inputs import (
    Acknowledged,
    AllTicked,
    BackAsked,
    Choice,
    ChoiceKind,
    ChoiceMade,
    CloseSkipped,
    CopiesStated,
    DoorAnswered,
    EndAsked,
    ItemTicked,
    KioskInput,
    MissingNamed,
    OpenAsked,
    PersonAdded,
    PersonConfirmed,
    PhotoSkipped,
    RestAnswered,
    StayAsked,
)

PLAIN: Mapping[str, KioskInput] = {
    "back": BackAsked(),
    "end": EndAsked(),
    "stay": StayAsked(),
    "acknowledge": Acknowledged(),
    "add_person": PersonAdded(),
    "every_door": EveryDoorAsked(),
    "tick_all": AllTicked(),
    "all_there": RestAnswered(is_all_there=True),
    "something_missing": RestAnswered(is_all_there=False),
    "missing_named": MissingNamed(),
    "skip_photo": PhotoSkipped(),
    "door_is_open": DoorAnswered(is_open=True),
    "door_is_shut": DoorAnswered(is_open=False),
    "skip_closing": CloseSkipped(),
}
"""Keys that say all by their name."""

NAMING: Mapping[str, Callable[[str], KioskInput]] = {"tick": ItemTicked, "confirm": PersonConfirmed}
"""Keys that name an item or a person as their `subject`."""

_FEW = re.compile(r"[0-9]{1,3}")

KINDS: Mapping[str, ChoiceKind] = {kind: kind for kind in get_args(ChoiceKind)}


def read_touch(fields: Mapping[str, Any], fresh_opening: Callable[[], str]) -> KioskInput | None:
    """The input behind a touch; `fresh_opening` makes an id nobody has used."""
    touch, subject, kind = (fields.get(name) for name in ("touch", "subject", "kind"))
    if not isinstance(touch, str):
        return None
    if touch in PLAIN:
        return PLAIN[touch]
    if touch == "open":
        return OpenAsked(fresh_opening())
    if not isinstance(subject, str):
        return None
    if touch in NAMING:
        return NAMING[touch](subject)
    if touch == "state_copies":
        return CopiesStated(int(subject)) if _FEW.fullmatch(subject) else None
    if touch == "choose" and isinstance(kind, str) and kind in KINDS:
        return ChoiceMade(Choice(KINDS[kind], subject))
    return None
