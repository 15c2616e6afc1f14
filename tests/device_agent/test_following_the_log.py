"""What an agent knows of the log is in its journal before anybody hears of it, and there after every start."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from device_agent.agent import BACKLOG_MAX
from device_agent.bundle import ServerKeys
from device_agent.custodian.decisions import Keep
from device_agent.custodian.documents import permit_note, proof_note, slip_note
from device_agent.custodian.inputs import DoorSeen
from device_agent.custodian.log_view import HeadShown
from device_agent.journal import JournalError
from device_agent.restoration import restore
from tests.device_agent.hall import KEYS, NOON, PLACE, SITE, ack, take_permit
from tests.device_agent.stormy_kiosk import NOT_STORED, PERMIT, STORED, Kiosk
from tests.device_agent.township_log import TownshipLog, permit_input, shown

LOG = TownshipLog().grow(3)
DOCUMENT = LOG.issue(PERMIT)
LONGER = LOG.fork().grow(2)


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[Kiosk]:
    """A kiosk that has followed the log to a permit's issuance."""
    kiosk = Kiosk(tmp_path)
    kiosk.agent.start()
    kiosk.do(permit_input(PERMIT, LOG.step(permit=PERMIT), DOCUMENT))
    yield kiosk
    kiosk.agent.close()


def after_a_restart(kiosk: Kiosk) -> Kiosk:
    kiosk.agent.close()
    return Kiosk(kiosk.folder)


def test_head_and_proof_are_there_after_a_restart(kiosk: Kiosk) -> None:
    again = after_a_restart(kiosk)
    assert again.agent.custody.log == kiosk.agent.custody.log
    assert again.agent.custody.log.size == LOG.size
    assert again.agent.custody.memory.holdings[PERMIT.id].proven_size == LOG.size
    again.agent.close()


@pytest.mark.parametrize("mood", [NOT_STORED, STORED])
def test_a_head_that_could_not_be_kept_is_not_vouched_for(kiosk: Kiosk, mood: str) -> None:
    kiosk.heads.clear()
    kiosk.weather.failing_write, kiosk.weather.mood, kiosk.weather.writes = 1, mood, 0
    kiosk.do(HeadShown(shown(LONGER.step(LOG.size))))
    assert kiosk.heads == []
    known = kiosk.agent.custody.log.size
    assert known == (LONGER.size if mood == STORED else LOG.size)
    kiosk.do(HeadShown(shown(LONGER.step(known))))
    again = after_a_restart(kiosk)
    assert again.agent.custody.log.size == LONGER.size
    again.agent.close()


def test_heads_that_come_while_the_disk_is_broken_push_no_door_out_of_the_backlog(kiosk: Kiosk) -> None:
    kiosk.weather.is_broken = True
    kiosk.do(DoorSeen(PLACE, is_open=True))
    head = HeadShown(shown(LONGER.step(LOG.size)))
    kiosk.do(*[head] * (BACKLOG_MAX + 1))
    kiosk.weather.is_broken = False
    kiosk.agent.tick()
    assert kiosk.types()[-1] == "door_forced"


def test_a_dispute_outlives_every_restart(kiosk: Kiosk) -> None:
    other = TownshipLog(LOG.entries[:2], LOG.at)
    other.issue(take_permit("b"))
    other.grow(1)
    kiosk.do(HeadShown(shown(other.step())))
    assert kiosk.types()[-1] == "log_disputed"
    again = after_a_restart(kiosk)
    assert again.agent.custody.log.dispute == "forked"
    again.do(HeadShown(shown(LONGER.step(LOG.size))))
    assert again.agent.custody.log.size == LOG.size
    assert again.types().count("log_disputed") == 1
    again.agent.close()


def test_a_permit_from_before_proofs_waits_for_its_proof(tmp_path: Path) -> None:
    kiosk = Kiosk(tmp_path)
    without = permit_input(PERMIT, None, DOCUMENT)
    kiosk.do(without)
    again = after_a_restart(kiosk)
    assert again.agent.custody.memory.holdings[PERMIT.id].proven_size is None
    again.do(permit_input(PERMIT, LOG.step(permit=PERMIT), DOCUMENT))
    assert again.agent.custody.memory.holdings[PERMIT.id].proven_size == LOG.size
    again.agent.close()


def test_the_log_is_followed_from_the_head_in_the_bundle(tmp_path: Path) -> None:
    kiosk = Kiosk(tmp_path)
    kiosk.agent.close()
    with kiosk.open_journal() as journal:
        first = ServerKeys(KEYS.permit, KEYS.log, LOG.head())
        assert restore(journal, SITE, first, NOON).log.size == LOG.size
        assert restore(journal, SITE, KEYS, NOON).log.head is None


TAMPERED = {
    "a proof of another permit": {proof_note(PERMIT.id): LOG.fork().step()},
    "a head nobody signed": {"log:head": LOG.head().replace(b"\n4\n", b"\n5\n")},
    "a head of another key": {"log:head": b"hello"},
}


@pytest.mark.parametrize("notes", TAMPERED.values(), ids=TAMPERED)
def test_a_journal_that_was_tampered_with_stops_the_agent(kiosk: Kiosk, notes: dict[str, bytes]) -> None:
    kiosk.agent.close()
    journal = kiosk.open_journal()
    journal.write([Keep(notes)], NOON, "sync")
    journal.close()
    with pytest.raises(JournalError), kiosk.open_journal() as again:
        restore(again, SITE, KEYS, NOON)


def test_a_settled_permit_takes_its_proof_with_it(kiosk: Kiosk) -> None:
    kiosk.passed_s += 3 * 24 * 3600
    kiosk.agent.acknowledge(ack(0, kiosk.agent.best_time()), kiosk.read_clock().elapsed_ms)
    kiosk.agent.tick()
    kiosk.agent.tick()
    assert PERMIT.id not in kiosk.agent.custody.memory.holdings
    kiosk.agent.close()
    with kiosk.open_journal() as journal:
        for name in (permit_note, slip_note, proof_note):
            assert journal.notes(name("").rstrip(":")) == {}
