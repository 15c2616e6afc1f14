"""A real agent as one process, with two emulated cabinets and a journal that holds a roster and permits already.

There is no server: its broker's port is closed. So everything here happens offline, as it may in any hall.
"""

import base64
import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

from device_agent.custodian.contact import Contact
from device_agent.custodian.decisions import Keep
from device_agent.custodian.documents import permit_note, proof_note, slip_note
from device_agent.custodian.following import HEAD_NOTE
from device_agent.journal import Journal, open_journal
from device_agent.translation import ROSTER_NOTE
from firmware_protocol import rosters, slips
from firmware_protocol.emulators import Fittings
from firmware_protocol.emulators.line import EmulatedLine
from firmware_protocol.entries import Entry, parse
from firmware_protocol.permits import Permit
from tests.device_agent.hall import (
    AGENT,
    AGENT_SIGNER,
    LIAO,
    LIN,
    LOG_SIGNER,
    LUO,
    SERVER_SIGNER,
    YOU,
    deposit_permit,
    real_roster,
    slip_for,
    take_permit,
)
from tests.device_agent.township_log import TownshipLog
from tests.fixtures.patience import START_S
from tests.fixtures.ports import free_port
from tests.fixtures.processes import end

CARDS = {YOU.id: "0249103477", LIN.id: "2366729934", LIAO.id: "1703729684", LUO.id: "0505913792"}
ROLES = {YOU.id: "东坑一社报账员", LIN.id: "三资办柜管员", LIAO.id: "东坑一社理事长", LUO.id: "三资办柜管员"}
NAMES = {person.id: person.name for person in (YOU, LIN, LIAO, LUO)}


@dataclass
class Stand:
    """A running agent: its page, its doors, its journal."""

    folder: Path
    cabinets: dict[str, EmulatedLine]
    process: subprocess.Popen[str] | None = None
    url: str = ""
    said: list[str] = field(default_factory=list)
    listener: threading.Thread | None = None

    def start(self) -> None:
        """Start the process and wait until its page answers."""
        command = [sys.executable, "-m", "device_agent", "--config", str(self.folder / "hall-1.toml")]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        ready = threading.Event()
        self.listener = threading.Thread(target=self._listen, args=(self.process.stdout, ready), daemon=True)
        self.listener.start()
        assert ready.wait(START_S), "".join(self.said)

    def kill(self) -> None:
        """Power off."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        self._hang_up()

    def stop(self) -> int:
        """SIGTERM, and the exit status."""
        assert self.process is not None
        end(self.process)  # type: ignore[arg-type]
        self._hang_up()
        return self.process.returncode

    def journal(self) -> list[Entry]:
        """Everything that happened; only after the process has ended."""
        with opened(self.folder) as journal:
            return [parse(carried.note, [AGENT_SIGNER.verifier]) for carried in journal.unsent(0)]

    def pulses(self) -> int:
        """How many unlock frames went over the wires."""
        return sum(len(line.unlocks) for line in self.cabinets.values())

    def _hang_up(self) -> None:
        assert self.process is not None
        assert self.process.stdout is not None
        assert self.listener is not None
        self.listener.join()
        self.process.stdout.close()

    def _listen(self, output: IO[str] | None, ready: threading.Event) -> None:
        assert output is not None
        for line in output:
            self.said.append(line)
            if found := re.search(r"http://127\.0\.0\.1:\d+", line):
                self.url = found.group()
                ready.set()


def opened(folder: Path) -> Journal:
    """The stand's journal."""
    return open_journal(folder / "agent-data", AGENT, 1, AGENT_SIGNER)


def live_permit(permit: Permit) -> Permit:
    """The permit with a window around the present."""
    now = datetime.now(UTC)
    return permit_in(permit, now - timedelta(hours=1), now + timedelta(hours=5))


def permit_in(permit: Permit, not_before: datetime, not_after: datetime) -> Permit:
    """The permit with this window."""
    return replace(permit, not_before=not_before, not_after=not_after)


def fill(folder: Path, held: Sequence[Permit]) -> None:
    """Put a roster, permits and a recent contact into the journal, as a day in contact with the server would have."""
    signed_at = datetime.now(UTC) - timedelta(hours=1)
    notes = {ROSTER_NOTE: rosters.encode(replace(real_roster(CARDS), at=signed_at), SERVER_SIGNER)}
    log = TownshipLog().grow()
    for permit in held:
        notes[permit_note(permit.id)] = log.issue(permit)
        notes[slip_note(permit.id)] = slips.encode(slip_for(permit), SERVER_SIGNER)
        notes[proof_note(permit.id)] = log.step(permit=permit)
    notes[HEAD_NOTE] = log.head()
    with opened(folder) as journal:
        journal.write([Keep(notes)], datetime.now(UTC), "sync")
        contact_at = datetime.now(UTC) - timedelta(minutes=12)
        journal.acknowledge(0, contact_at, Contact(contact_at, counted=contact_at))


def write_files(folder: Path, cabinets: dict[str, EmulatedLine], *, demo: bool) -> None:
    """The two files an agent starts from."""
    cards = ",\n".join(f'{{ name = "{NAMES[p]}", role = "{ROLES[p]}", card = "{CARDS[p]}" }}' for p in CARDS)
    demo_table = f"[demo]\ncards = [{cards}]" if demo else ""
    (folder / "hall-1.toml").write_text(
        f"""
[agent]
id = "{AGENT}"
data = "agent-data"
bundle = "hall-1.bundle.json"
hardware_clock = true
[kiosk]
port = 0
[[bus]]
name = "left"
port = "{cabinets["left"].pty_path}"
baud = 9600
board = "bcc-8a"
[[bus]]
name = "right"
port = "{cabinets["right"].pty_path}"
baud = 19200
board = "kerong-cu16"
[[cabinet]]
id = "CAB-01"
bus = "left"
boards = [{{ address = 1, channels = 24 }}]
closed_bit = 1
[[cabinet]]
id = "CAB-02"
bus = "right"
boards = [{{ address = 0, channels = 16 }}, {{ address = 1, channels = 8 }}]
closed_bit = 1
{demo_table}
""",
        encoding="utf-8",
    )
    bundle = folder / "hall-1.bundle.json"
    bundle.write_text(
        json.dumps(
            {
                "agent": AGENT,
                "epoch": 1,
                "private_key": base64.b64encode(b"a" * 32).decode(),
                "origin": "gongguan.test",
                "permit_vkey": SERVER_SIGNER.verifier.vkey,
                "log_vkey": LOG_SIGNER.verifier.vkey,
                "server_url": "http://127.0.0.1:9",
                "broker": {"host": "127.0.0.1", "port": free_port(), "username": AGENT, "password": "none"},
            }
        )
    )
    bundle.chmod(0o600)


@contextmanager
def standing(
    folder: Path,
    held: Sequence[Permit] | None = None,
    *,
    demo: bool = False,
    fittings: Fittings | None = None,
) -> Iterator[Stand]:
    """A started stand that holds these permits (a take and a deposit unless told otherwise); ended in the end."""
    held = [live_permit(take_permit()), live_permit(deposit_permit(compartment=9))] if held is None else held
    with ExitStack() as stack:
        cabinets = {
            "left": stack.enter_context(EmulatedLine("bcc-8a", {1: 24}, fittings=fittings)),
            "right": stack.enter_context(EmulatedLine("kerong-cu16", {0: 16, 1: 8}, fittings=fittings)),
        }
        write_files(folder, cabinets, demo=demo)
        fill(folder, held)
        stand = Stand(folder, cabinets)
        stand.start()
        try:
            yield stand
        finally:
            if stand.process is not None and stand.process.poll() is None:
                stand.stop()
