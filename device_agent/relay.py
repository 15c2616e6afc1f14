"""Between the agent and its link: what comes down is handed to the agent, what has changed is told to the server.

No thread and no clock; whoever owns both calls it on the thread where the agent thinks.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from device_agent.agent import Agent
from device_agent.arrivals import (
    AckArrived,
    Arrival,
    HeadArrived,
    Holdings,
    KeysArrived,
    LinkChanged,
    PermitArrived,
    RevocationsArrived,
    RosterArrived,
)
from device_agent.custodian.doors import opening_of
from device_agent.custodian.state import Custody, Jammed
from device_agent.translation import input_of_arrival


class Link(Protocol):
    """What the agent's end of the wire wants to hear."""

    def wrote(self, last_seq: int) -> None:
        """The journal has entries up to this one, durable."""

    def hold(self, holdings: Holdings) -> None:
        """This is what the agent holds from now on."""

    def show_doors(self, doors: Mapping[str, str], boards: Mapping[str, str]) -> None:
        """How doors and boards stand now."""


class Relay:
    """Hands on in both directions, each piece of news once."""

    def __init__(self, agent: Agent, link: Link) -> None:
        self._agent, self._link = agent, link
        self._told, self._told_fault, self._told_seq = agent.custody, agent.fault, agent.last_seq
        self.is_online = False
        """Whether the server was there when it was last heard of. A hint, for the screen."""

    def take(self, arrival: Arrival) -> None:
        """Hand to the agent what the server sent."""
        match arrival:
            case AckArrived():
                self._agent.acknowledge(arrival.ack, arrival.asked_ms)
            case LinkChanged():
                self.is_online = arrival.is_online
            case _:
                if (signed_at := _signed_at(arrival)) is not None:
                    self._agent.hear_of_past(signed_at)
                self._agent.handle(input_of_arrival(arrival))

    def tell(self) -> bool:
        """Tell the link what concerns it of what has changed; answers whether anything has, for the screen."""
        custody, told = self._agent.custody, self._told
        if custody == told and self._agent.fault == self._told_fault:
            return False
        self._told, self._told_fault = custody, self._agent.fault
        if self._agent.last_seq != self._told_seq:
            self._told_seq = self._agent.last_seq
            self._link.wrote(self._told_seq)
        if holdings_of(custody) != holdings_of(told):
            self._link.hold(holdings_of(custody))
        if doors_of(custody) != doors_of(told):
            self._link.show_doors(doors_of(custody), boards_of(custody))
        return True


def holdings_of(custody: Custody) -> Holdings:
    """What the server is told that we hold: a permit only with the proof that the log has its issuance."""
    return Holdings(
        roster_version=0 if custody.roster is None else custody.roster.version,
        revocations_version=custody.revocations_version,
        permits=frozenset(name for name, held in custody.memory.holdings.items() if held.proven_size is not None),
        log_size=custody.log.size,
        keys=custody.keys,
    )


def doors_of(custody: Custody) -> dict[str, str]:
    """Every door in a word, for the live map."""
    words: dict[bool | None, str] = {True: "open", False: "closed", None: "unknown"}
    doors = {place: words[custody.is_door_open(place)] for place in custody.site.boards}
    doors |= {place: "released" for place, door in custody.doors.items() if door.is_released}
    opening_id = opening_of(custody.stage) if isinstance(custody.stage, Jammed) else None
    found = custody.memory.find(opening_id) if opening_id else None
    return doors | ({found[1].compartment: "jammed"} if found else {})


def boards_of(custody: Custody) -> dict[str, str]:
    """Every board in a word, for the live map."""
    return {board: "lost" if board in custody.lost_boards else "online" for board in custody.site.boards.values()}


def _signed_at(
    arrival: PermitArrived | RevocationsArrived | RosterArrived | HeadArrived | KeysArrived,
) -> datetime | None:
    """The newest time that something in it was signed at, as far as it says."""
    if isinstance(arrival, RevocationsArrived | RosterArrived):
        return arrival.at
    return None if arrival.shown is None else arrival.shown.head.at
