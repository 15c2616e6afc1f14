"""A server is lost and comes back from its backup: cabinets bring what they did since, and nobody overlooks a loss."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page

from firmware_protocol.proofs import check_consistency
from server.store.folder import DataFolder
from server.store.log_files import LogFiles, Published
from server.township import now
from tests.fixtures.patience import PATIENCE_S
from tests.scenarios.accounts import approved, signed_in
from tests.scenarios.demo import verify
from tests.scenarios.founded import Founded
from tests.scenarios.kiosk import Kiosk
from tests.scenarios.township import AGENT, Township
from tests.scenarios.waiting import until

PLACE, SEAL = "CAB-01/1", "公章"
SATURDAY_AND_SUNDAY = (5, 6)


def hours_until_opening_hours() -> float:
    """To the next working day, ten o'clock: nobody then wonders why a door was opened."""
    here = now()
    day = here.replace(hour=10, minute=0) + timedelta(days=1)
    while day.weekday() in SATURDAY_AND_SUNDAY:
        day += timedelta(days=1)
    return (day - here) / timedelta(hours=1)


class Incident:
    """One township, its backup, and the loss of its server."""

    def __init__(self, folder: Path, township: Township, hours_later: float) -> None:
        self.township, self.backup, self.lost = township, folder / "backup", folder / "lost"
        self._hours_later = hours_later

    def back_up(self) -> None:
        """Copy everything while the server runs."""
        _run("backup", self.backup, "--data", self.township.server.data)

    def lose_the_server(self) -> Published:
        """Its power goes once the agent has vouched for all that happened; answers what was published last."""
        server = self.township.server
        until(lambda: self.township.agent.health["unsent"] == 0, "the agent's entries at the server")
        until(self.is_vouched_for, "the agent's cosignature of the newest head")
        server.end(signal.SIGKILL)
        server.data.rename(self.lost)
        return _published(self.lost)

    def bring_back(self) -> str:
        """Restore the backup, holding it against what is left of the log; answers what the command says."""
        return _run("restore", self.backup, "--data", self.township.server.data, "--log", self.lost / "log")

    def start_again(self) -> None:
        """Start the restored server."""
        self.township.server.start(self._hours_later)

    def is_vouched_for(self) -> bool:
        """Whether the agent has cosigned the newest head."""
        server = self.township.server
        note = httpx.get(f"{server.url}/tlog/checkpoint", timeout=PATIENCE_S).text
        ((size,),) = server.read("SELECT count(*) FROM entries")
        return note.splitlines()[1] == str(size) and f"/agent/{AGENT}" in note


@pytest.fixture
def incident(tmp_path: Path, founded: Founded) -> Iterator[Incident]:
    hours = hours_until_opening_hours()
    with Township(tmp_path, founded.copy_to(tmp_path), founded.cast, hours_later=hours) as township:
        yield Incident(tmp_path, township, hours)


def test_what_a_cabinet_did_since_comes_back_to_its_old_places_and_the_log_goes_on(
    incident: Incident, open_screen: Callable[..., Page]
) -> None:
    township, cast = incident.township, incident.township.cast
    approved(township.server.url, cast, SEAL, "签路灯采购合同")
    until(lambda: township.agent.health["permits"] == 1, "the permit at the cabinet")
    incident.back_up()
    Kiosk(open_screen("kiosk"), township.agent.kiosk_url).take(
        SEAL, PLACE, township.hands, cast.accountant, cast.officer
    )
    before = incident.lose_the_server()
    assert "不会分叉" in incident.bring_back()
    incident.start_again()
    until(lambda: township.server.read("SELECT 1 FROM items WHERE state = 'out'"), "the seal out in the books again")
    with signed_in(township.server.url, cast.accountant) as accountant:
        accountant.ask_for("财务专用章", "签路灯采购合同")
    until(lambda: township.agent.health["unsent"] == 0, "the agent's entries at the server again")
    until(incident.is_vouched_for, "the agent's cosignature of the log that went on")
    township.end()
    after = _published(township.server.data)
    proof = _log(township.server.data).consistency(before.size, after.size)
    assert check_consistency(before.size, after.size, proof, before.checkpoint.root, after.checkpoint.root)
    assert township.stored_notes() == township.agent.notes()
    assert "log_disputed" not in township.agent.events()
    assert verify(township.server.data).returncode == 0


@pytest.mark.long
def test_where_the_server_has_lost_entries_of_its_own_they_are_named_and_the_cabinet_raises_the_alarm(
    incident: Incident,
) -> None:
    township, cast = incident.township, incident.township.cast
    incident.back_up()
    with signed_in(township.server.url, cast.accountant) as accountant:
        accountant.ask_for(SEAL, "签路灯采购合同")
    township.agent.end(signal.SIGKILL)
    township.agent.start(hours_until_opening_hours())
    incident.lose_the_server()
    said = incident.bring_back()
    assert "提出申请 1" in said
    assert "登录 1" in said
    incident.start_again()
    alarm = "SELECT 1 FROM entries WHERE type = 'log_disputed'"
    until(lambda: township.server.read(alarm), "the agent's alarm in the restored log")
    until(lambda: township.agent.health["unsent"] == 0, "the agent's entries at the server again")
    township.end()
    assert township.stored_notes() == township.agent.notes()
    assert verify(township.server.data).returncode == 0


def _run(*arguments: object) -> str:
    command = [sys.executable, "-m", "server", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _log(data: Path) -> LogFiles:
    return LogFiles(DataFolder(data).log, DataFolder(data).keys().log.verifier)


def _published(data: Path) -> Published:
    published = _log(data).published()
    assert published is not None
    return published
