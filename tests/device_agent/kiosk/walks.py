"""Every screen and the way there, and how a test looks at it without a browser."""

from dataclasses import replace

from device_agent.custodian.inputs import (
    CardShown,
    DoorAnswered,
    DoorSeen,
    Input,
    ItemTicked,
    LockAnswered,
    OpenAsked,
    PersonAdded,
    PersonConfirmed,
    PinEntered,
    RestAnswered,
)
from device_agent.custodian.state import (
    Custody,
)
from device_agent.kiosk import kiosk
from device_agent.kiosk.screen import Seen
from device_agent.kiosk.screens import screen_of
from tests.device_agent.hall import (
    LIAO,
    LIN,
    LUO,
    PLACE,
    SEAL,
    YOU,
    after,
    choose,
    deposit_permit,
    hall,
    identified,
    now_at,
    take_permit,
)

CABINETS = (("CAB-01", 24), ("CAB-02", 24))
PERMIT = take_permit()
O1 = "o-aaaaaaaaaaaaaaaa"
CHOSEN: tuple[Input, ...] = (*identified(YOU, LIN), choose("take", PERMIT))
OPENED: tuple[Input, ...] = (*CHOSEN, OpenAsked(O1), LockAnswered(O1, "opened"))
TICKED: tuple[Input, ...] = (*OPENED, ItemTicked(SEAL))
SHUT = DoorSeen(PLACE, is_open=False)
CONFIRMED: tuple[Input, ...] = (
    *TICKED,
    RestAnswered(is_all_there=True),
    SHUT,
    PersonConfirmed(YOU.id),
    PersonConfirmed(LIN.id),
)
WALK: dict[str, tuple[Input, ...]] = {
    "waiting": (),
    "pin": (CardShown(YOU.card),),
    "pin, checking": (CardShown(YOU.card), PinEntered()),
    "next": identified(YOU),
    "next, a third": (*identified(YOU, LIN), PersonAdded()),
    "nothing": identified(LIN, LUO),
    "choosing": identified(YOU, LIN),
    "refusal": (*identified(YOU), CardShown(YOU.card)),
    "refusal, at the choice": (*identified(LIAO, LIN), choose("take", PERMIT)),
    "ready": CHOSEN,
    "unlocking": (*CHOSEN, OpenAsked(O1)),
    "jammed": (*CHOSEN, OpenAsked(O1), LockAnswered(O1, "refused")),
    "jammed, not sent": (*CHOSEN, OpenAsked(O1), LockAnswered(O1, "refused", was_sent=False)),
    "unsure": (*CHOSEN, OpenAsked(O1), LockAnswered(O1, "unknown")),
    "refusal, after a silent lock": (
        *CHOSEN,
        OpenAsked(O1),
        LockAnswered(O1, "unknown"),
        DoorAnswered(is_open=False),
    ),
    "moving": OPENED,
    "moving, one ticked": TICKED,
    "missing": (*TICKED, RestAnswered(is_all_there=False)),
    "closing": (*TICKED, RestAnswered(is_all_there=True)),
    "confirming": (*TICKED, RestAnswered(is_all_there=True), SHUT),
    "done": CONFIRMED,
}


def seen(custody: Custody, **changes: object) -> Seen:
    """This state, seen at noon by a kiosk in contact with its server."""
    plain = Seen(custody, now_at(), is_online=True, unsent=0, fault=None, cabinets=CABINETS)
    return replace(plain, **changes)  # type: ignore[arg-type]


def at(name: str) -> Custody:
    """The state after walking there."""
    return after(hall(PERMIT, deposit_permit()), *WALK[name]).custody


def render(view: Seen) -> str:
    """The main part of the screen, strictly: a name that is not there is an error."""
    screen = screen_of(view)
    template = kiosk._environment().get_template(f"stages/{screen.name}.html")  # noqa: SLF001  the real environment
    return template.render(screen=screen, **screen.facts)
