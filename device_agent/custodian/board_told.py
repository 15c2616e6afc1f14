"""The one input that comes from a controller of our own, and how far it has told; the others are in `inputs`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BoardTold:
    """A controller of our own tells what happened, and will tell it again until it is acknowledged.

    `uid` is its own name, `number` the event's among its events, `code` and `detail` as in
    `firmware_protocol.boards.EventCode`. `compartment` is None where it concerns none of ours; `ago_ms` is None where
    the controller has started anew since.
    """

    bus: str
    address: int
    uid: str
    number: int
    code: int
    detail: int
    compartment: str | None
    ago_ms: int | None


@dataclass(frozen=True, slots=True)
class LastTold:
    """The newest event of one controller that is kept here: the controller's own name, and the event's number."""

    uid: str
    number: int
