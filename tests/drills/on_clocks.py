"""Clocks that are set: the cabinet's own, back and forward, and what a stopped one looks like from the witness.

Also answers of the server that a broker keeps back until a clock that stands behind agrees with them.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path

from device_agent.arrivals import AckArrived, Holdings
from device_agent.clock import Reading, Timekeeper
from device_agent.correspondence import Correspondence, Errands
from device_agent.custodian.state import Now
from device_agent.outbox import Outbox
from firmware_protocol.messages import Hello, decode, down_topic, encode, up_topic
from tests.device_agent.hall import AGENT, AGENT_SIGNER, NOON, SERVER_SIGNER, ack, after, hall, take_permit
from tests.device_agent.office import Desk, bundle_at
from tests.device_agent.township_log import proven
from tests.drills.noticed import Drill, Noticed
from tests.drills.on_permits import at_the_door

_DAY_S = 24 * 3600


def _set_by(step: timedelta, *, from_: timedelta = timedelta(0), to: timedelta = timedelta(hours=5)) -> Drill:
    """A cabinet that was in contact at noon; a second later its clock is moved by `step`, then people come."""

    def run(_folder: Path) -> Noticed:
        permit = take_permit(not_before=NOON + from_, not_after=NOON + to)
        keeper, _ = Timekeeper(has_hardware_clock=True).hear(NOON, Reading(NOON, 0), 0).observe(Reading(NOON, 0))
        moved = Reading(NOON + step, 1000)
        keeper, step_ms = keeper.observe(moved)
        custody = after(hall(), proven(permit)).custody
        said = at_the_door(custody, Now(keeper.best(moved), keeper.clock(moved), moved.elapsed_ms), permit)
        return Noticed(said.by, said.says and f"时钟跳变 {step_ms // 1000} 秒；{said.says}")

    return run


class _Run:
    """One run of an agent without a battery clock, whose wall clock stood still at noon while it was off."""

    _nonces = count()

    def __init__(self) -> None:
        self.keeper = Timekeeper(has_hardware_clock=False, floor=NOON, signed=NOON)
        self._desk, self._said = Desk(), dict[str, bytes]()
        errands = Errands(self._say, lambda _: None, lambda _: None, lambda: 0.5, lambda: f"nonce-{next(self._nonces)}")
        self._wire = Correspondence(bundle_at(1), self._desk, errands, session=1, outbox=Outbox(), holdings=Holdings())

    def says_hello(self) -> str:
        """The nonce of the hello that it says at its start."""
        self._wire.attend(0.0)
        return decode(self._said[up_topic(AGENT, "hello")], Hello, [AGENT_SIGNER.verifier]).nonce

    def hears(self, answer: bytes, at_s: float) -> Reading:
        """An answer comes so long after the start; the clocks as they stand then."""
        reading = Reading(NOON + timedelta(seconds=at_s), int(at_s * 1000))
        self._wire.received(down_topic(AGENT, "ack"), answer, is_retained=False)
        while not self._desk.arrivals.empty():
            arrival = self._desk.arrivals.get()
            if isinstance(arrival, AckArrived):
                self.keeper = self.keeper.hear(arrival.ack.at, reading, arrival.asked_ms)
        return reading

    def _say(self, topic: str, payload: bytes) -> bool:
        self._said[topic] = payload
        return True


def _kept_back(*, is_restarted: bool, for_s: float) -> Drill:
    """The broker lets an answer through when the wall clock shows the moment it was signed: a day late."""

    def run(_folder: Path) -> Noticed:
        agent = _Run()
        nonce = agent.says_hello()
        answer = encode(replace(ack(0, NOON + timedelta(seconds=for_s)), answers=nonce), SERVER_SIGNER)
        if is_restarted:
            agent = _Run()
            agent.says_hello()
        reading = agent.hears(answer, for_s)
        permit = take_permit(not_after=NOON + timedelta(days=2))
        custody = after(hall(), proven(permit)).custody
        return at_the_door(custody, Now(reading.wall, agent.keeper.clock(reading), reading.elapsed_ms), permit)

    return run


DRILLS: Mapping[str, Drill] = {
    "a cabinet's clock is set back behind what the server signed": _set_by(-timedelta(days=1)),
    "a cabinet's clock is set back a little": _set_by(-timedelta(seconds=4)),
    "a cabinet's clock is set forward into a permit's time": _set_by(timedelta(hours=3), from_=timedelta(hours=2)),
    "a cabinet's clock is set forward beyond everything": _set_by(timedelta(days=3650)),
    "an answer of the server is kept back over a restart": _kept_back(is_restarted=True, for_s=2),
    "an answer of the server is kept back for a day": _kept_back(is_restarted=False, for_s=_DAY_S),
}
