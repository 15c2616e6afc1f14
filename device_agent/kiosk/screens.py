"""What a person is to see at this moment: a pure function of the custodian's state, one builder a stage."""

from collections.abc import Callable, Mapping
from typing import Any

from device_agent.agent import ROLLED_BACK
from device_agent.custodian.every_door import Clearing, ReadyForAll
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
    Unlocking,
    Unsure,
    Waiting,
    WaitingNext,
)
from device_agent.kiosk import at_every_door, at_the_door, at_the_reader, at_the_transfer
from device_agent.kiosk.screen import Screen, Seen

BUILDERS: Mapping[type, Callable[[Seen, Any], Screen]] = {
    Waiting: at_the_reader.waiting,
    EnteringPin: at_the_reader.entering_pin,
    WaitingNext: at_the_reader.waiting_next,
    Choosing: at_the_reader.choosing,
    Refusal: at_the_reader.refusal,
    Ready: at_the_door.ready,
    ReadyForAll: at_every_door.ready_for_all,
    Clearing: at_every_door.clearing,
    Unlocking: at_the_door.unlocking,
    Jammed: at_the_door.jammed,
    Unsure: at_the_door.unsure,
    Moving: at_the_door.moving,
    NamingMissing: at_the_door.naming_missing,
    Closing: at_the_door.closing,
    StatingCopies: at_the_door.stating_copies,
    Photographing: at_the_door.photographing,
    Confirming: at_the_door.confirming,
    Transferring: at_the_transfer.transferring,
    Transferred: at_the_transfer.transferred,
    Done: at_the_door.done,
}


def screen_of(seen: Seen) -> Screen:
    """The screen for this moment."""
    if seen.fault == ROLLED_BACK:
        return Screen("rolled_back", 0, "柜机停下了，请找三资办", "请打电话给三资办。", has_drawing=False)
    if seen.fault is not None:
        return Screen("fault", 0, "柜机暂时不能用", "柜机正在自己重试。", {"fault": seen.fault}, has_drawing=False)
    return BUILDERS[type(seen.custody.stage)](seen, seen.custody.stage)
