"""Clocks that are set: the cabinet's own, back and forward, and what a stopped one looks like from the witness."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from device_agent.clock import Reading, Timekeeper
from device_agent.custodian.state import Now
from tests.device_agent.hall import NOON, after, hall, take_permit
from tests.device_agent.township_log import proven
from tests.drills.noticed import Drill, Noticed
from tests.drills.on_permits import at_the_door


def _set_by(step: timedelta, *, from_: timedelta = timedelta(0), to: timedelta = timedelta(hours=5)) -> Drill:
    """A cabinet that was in contact at noon; a second later its clock is moved by `step`, then people come."""

    def run(_folder: Path) -> Noticed:
        permit = take_permit(not_before=NOON + from_, not_after=NOON + to)
        keeper, _ = Timekeeper(has_hardware_clock=True).hear(NOON, Reading(NOON, 0)).observe(Reading(NOON, 0))
        moved = Reading(NOON + step, 1000)
        keeper, step_ms = keeper.observe(moved)
        custody = after(hall(), proven(permit)).custody
        said = at_the_door(custody, Now(keeper.best(moved), keeper.clock(moved), moved.elapsed_ms), permit)
        return Noticed(said.by, said.says and f"时钟跳变 {step_ms // 1000} 秒；{said.says}")

    return run


DRILLS: Mapping[str, Drill] = {
    "a cabinet's clock is set back behind what the server signed": _set_by(-timedelta(days=1)),
    "a cabinet's clock is set back a little": _set_by(-timedelta(seconds=4)),
    "a cabinet's clock is set forward into a permit's time": _set_by(timedelta(hours=3), from_=timedelta(hours=2)),
    "a cabinet's clock is set forward beyond everything": _set_by(timedelta(days=3650)),
}
