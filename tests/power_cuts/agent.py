"""An agent after a power cut: its real start, and whether everything that had left it is still true."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NoReturn

from device_agent.agent import Agent, Hands
from device_agent.bundle import Bundle
from device_agent.clock import Reading
from device_agent.custodian.decisions import Burn
from device_agent.custodian.state import Site
from device_agent.journal import FILE_NAME, open_journal
from firmware_protocol.log_heads import Head
from tests.power_cuts.disk import Image
from tests.power_cuts.machine import lay_out
from tests.power_cuts.server import is_whole
from tests.power_cuts.told import Pulsed, Vouched, Written
from tests.server.town import MONDAY
from tests.simulation.invariants import Violation


def agent_stands(folder: Path, image: Image, told: Sequence[Any], bundle: Bundle) -> None:
    """Start an agent in `folder` from what a cut left, and look everything up; raises `Violation`."""
    lay_out(folder, image)
    try:
        agent = _started(folder, bundle)
        head, last_seq = agent.custody.log.head, agent.last_seq
        agent.close()
        burns = _burns_of_a_whole_file(folder / FILE_NAME)
    except Exception as error:
        raise Violation("does not start", f"the agent: {error!r}") from error
    for each in told:
        match each:
            case Written(seq) if last_seq < seq:
                raise Violation("lost", f"{seq} entries were written, {last_seq} are left")
            case Pulsed(burn) if burn not in burns:
                raise Violation("second pulse", f"{burn} was pulsed, and may be again")
            case Vouched() if not _knows(head, each):
                raise Violation("forked", f"{each.size} entries were vouched for, and another log may be now")


def _knows(head: Head | None, vouched: Vouched) -> bool:
    """Whether no log can be followed any more but the one that was vouched for."""
    if head is None or head.size < vouched.size:
        return False
    return head.size > vouched.size or head.checkpoint.root == vouched.root


def _started(folder: Path, bundle: Bundle) -> Agent:
    agent = Agent(
        lambda: open_journal(folder, bundle.agent, bundle.epoch, bundle.signer),
        Site(bundle.agent, {}, level=bundle.level),
        bundle.keys,
        lambda: Reading(MONDAY, 0),
        Hands(_pulse, lambda _asked: None, lambda _told: None),
        has_hardware_clock=False,
    )
    agent.start()
    return agent


def _pulse(asked: object) -> NoReturn:
    raise Violation("second pulse", f"{asked} at a start")


def _burns_of_a_whole_file(path: Path) -> set[Burn]:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        is_whole(connection.execute("PRAGMA integrity_check").fetchone()[0])
        return {Burn(*row) for row in connection.execute("SELECT permit, kind, number FROM burns")}
