"""The journal: durable before it counts, chained, signed, each burn once, and whole after any crash."""

import itertools
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from device_agent import journal as journal_module
from device_agent.custodian.beginning import Past
from device_agent.custodian.contact import Contact
from device_agent.custodian.decisions import Burn, Forget, Keep, Record
from device_agent.journal import FILE_NAME, Journal, JournalError, open_journal
from firmware_protocol.entries import Chain, body_digest, parse
from firmware_protocol.messages import BATCH_ENTRIES_MAX, EventBatch, encode
from firmware_protocol.notes import Signer
from tests.device_agent.hall import AGENT, AGENT_SIGNER, NOON, PLACE

STARTED = Record("agent_started", {"boot": 1, "unfinished": 0})
FORCED = Record("door_forced", {"compartment": PLACE})
REFUSED = Record("identification_refused", {"reason": "unknown_card"})


def intended(number: int, permit: str = "m-aaaaaaaaaaaaaaaa") -> Record:
    """The `number`-th attempt of a permit, with its burn."""
    about = {
        "opening": f"o-{permit[2:4]}-{number}",
        "compartment": PLACE,
        "permit": permit,
        "persons": ["p-y", "p-n"],
        "action": "take",
        "attempt": number,
    }
    return Record("opening_intended", about, burn=Burn(permit, "attempt", number))


def opened(folder: Path) -> Journal:
    """The journal of the hall's agent."""
    return open_journal(folder, AGENT, 1, AGENT_SIGNER)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """A fresh journal."""
    with opened(tmp_path) as fresh:
        yield fresh


def write(journal: Journal, *decisions: Record | Keep | Forget) -> None:
    """Write these in one transaction at noon."""
    journal.write(decisions, NOON, "sync")


def test_entries_are_signed_numbered_and_chained(journal: Journal) -> None:
    write(journal, STARTED)
    write(journal, FORCED, REFUSED)
    chain = Chain(AGENT, 1)
    for carried in journal.unsent(0):
        entry = parse(carried.note, [AGENT_SIGNER.verifier])
        assert chain.continues_with(entry)
        chain = chain.extend(carried.note)
    assert chain.seq == journal.last_seq == 3


def test_the_chain_goes_on_after_a_restart(tmp_path: Path) -> None:
    with opened(tmp_path) as first:
        write(first, STARTED)
    with opened(tmp_path) as second:
        write(second, FORCED)
        notes = [carried.note for carried in second.unsent(0)]
    assert Chain(AGENT, 1).extend(notes[0]).continues_with(parse(notes[1], [AGENT_SIGNER.verifier]))


def test_an_attempt_is_burned_once_ever(tmp_path: Path) -> None:
    with opened(tmp_path) as first:
        write(first, intended(1))
    with opened(tmp_path) as second, pytest.raises(sqlite3.IntegrityError):
        write(second, intended(1))
    with opened(tmp_path) as third:
        assert third.last_seq == 1


def test_an_attempt_and_a_return_of_the_same_number_are_two_burns(journal: Journal) -> None:
    back = Record("opening_intended", {**intended(1).about, "opening": "o-back"}, burn=Burn("m-a", "return", 1))
    write(journal, intended(1, "m-a"), back)
    assert journal.last_seq == 2


def test_a_transaction_that_fails_leaves_nothing_of_itself(tmp_path: Path) -> None:
    with opened(tmp_path) as journal:
        write(journal, intended(1))
        with pytest.raises(sqlite3.IntegrityError):
            write(journal, FORCED, intended(1))
    with opened(tmp_path) as again:
        assert again.last_seq == 1


def test_after_a_failure_the_journal_refuses_to_work_until_it_is_opened_again(journal: Journal) -> None:
    write(journal, intended(1))
    with pytest.raises(sqlite3.IntegrityError):
        write(journal, intended(1))
    with pytest.raises(sqlite3.OperationalError):
        write(journal, FORCED)


def test_a_body_stands_beside_its_entry_under_a_salt_of_its_own(journal: Journal) -> None:
    missing = Record("items_missing", {"compartment": PLACE, "items": []}, body={"note": "少了一枚"})
    write(journal, missing, missing)
    first, second = journal.unsent(0)
    assert first.salt is not None
    assert first.body is not None
    assert first.salt != second.salt
    assert parse(first.note, [AGENT_SIGNER.verifier]).body == body_digest(first.salt, first.body)


@pytest.mark.parametrize("statement", ["DELETE FROM entries", "UPDATE entries SET note = x'00'", "DELETE FROM burns"])
def test_nothing_that_happened_can_be_changed_by_mistake(tmp_path: Path, statement: str) -> None:
    with opened(tmp_path) as journal:
        write(journal, intended(1))
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute(statement)


def test_only_its_owner_may_read_the_file(tmp_path: Path) -> None:
    opened(tmp_path).close()
    assert (tmp_path / FILE_NAME).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("seq", "damage", "message"),
    [
        pytest.param(2, lambda note: note.replace(PLACE.encode(), b"CAB-01/8"), "第 3 条", id="a changed entry"),
        pytest.param(3, lambda note: note.replace(PLACE.encode(), b"CAB-01/8"), "第 3 条", id="the last one changed"),
        pytest.param(1, lambda _: b"nothing", "第 1 条", id="a damaged entry"),
    ],
)
def test_a_changed_journal_is_noticed_at_the_start(tmp_path: Path, seq: int, damage: object, message: str) -> None:
    with opened(tmp_path) as journal:
        write(journal, FORCED, FORCED, FORCED)
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection, connection:
        connection.execute("DROP TRIGGER entries_stand")
        (note,) = connection.execute("SELECT note FROM entries WHERE seq = ?", (seq,)).fetchone()
        connection.execute("UPDATE entries SET note = ? WHERE seq = ?", (damage(note), seq))  # type: ignore[operator]
    with pytest.raises(JournalError, match=message):
        opened(tmp_path)


@pytest.mark.parametrize(
    ("agent", "epoch"), [pytest.param("hall-2", 1, id="another agent"), pytest.param(AGENT, 2, id="another epoch")]
)
def test_a_journal_serves_one_agent_and_one_epoch(tmp_path: Path, agent: str, epoch: int) -> None:
    opened(tmp_path).close()
    with pytest.raises(JournalError, match="属于柜机"):
        open_journal(tmp_path, agent, epoch, AGENT_SIGNER)


def test_a_journal_that_does_not_open_lets_go_of_its_file(tmp_path: Path) -> None:
    opened(tmp_path).close()
    with pytest.raises(JournalError) as kept:
        open_journal(tmp_path, "hall-2", 1, AGENT_SIGNER)
    opened(tmp_path).close()
    assert kept.tb is not None, "a traceback holds everything that its frames held"


def test_an_entry_signed_by_another_key_is_noticed_at_the_start(tmp_path: Path) -> None:
    with opened(tmp_path) as journal:
        write(journal, STARTED)
    with pytest.raises(JournalError, match="签名"):
        open_journal(tmp_path, AGENT, 1, Signer(AGENT_SIGNER.name, b"x" * 32))


def test_acknowledgements_only_ever_advance(journal: Journal) -> None:
    write(journal, STARTED, FORCED)
    before = NOON - timedelta(hours=1)
    journal.acknowledge(2, NOON, Contact(NOON, 7, before))
    journal.acknowledge(1, before, Contact(before, 8))
    assert (journal.acked_seq, journal.contact, journal.floor) == (2, Contact(NOON, counted=before), NOON)


def test_an_acknowledgement_that_is_no_contact_only_moves_the_floor(journal: Journal) -> None:
    journal.acknowledge(0, NOON)
    assert (journal.contact, journal.floor) == (None, NOON)


def test_the_server_cannot_acknowledge_what_was_not_written(journal: Journal) -> None:
    write(journal, STARTED)
    journal.acknowledge(99, NOON)
    assert journal.acked_seq == 1


def test_acknowledged_entries_stay(journal: Journal) -> None:
    write(journal, STARTED, FORCED)
    journal.acknowledge(2, NOON)
    assert len(journal.unsent(0)) == 2
    assert journal.unsent(2) == ()


def test_a_batch_fits_into_one_message(journal: Journal) -> None:
    write(journal, *(FORCED for _ in range(BATCH_ENTRIES_MAX + 50)))
    batch = journal.unsent(0)
    assert 0 < len(batch) <= BATCH_ENTRIES_MAX
    assert len(encode(EventBatch(AGENT, 1, batch, "nonce"), AGENT_SIGNER)) < 64 * 1024
    assert journal.unsent(len(batch))[0].note != batch[0].note


def test_notes_are_kept_replaced_and_forgotten_by_name(journal: Journal) -> None:
    write(journal, Keep({"permit:m-a": b"one", "slip:m-a": b"two", "roster": b"three"}))
    write(journal, Keep({"roster": b"four"}), Forget(("slip:m-a",)))
    assert journal.notes("permit") == {"permit:m-a": b"one"}
    assert journal.notes("slip") == {}
    assert journal.notes("roster") == {"roster": b"four"}


def test_what_brought_a_note_is_written_with_it(journal: Journal) -> None:
    write(journal, Record("permit_received", {"permit": "m-a"}, notes={"permit:m-a": b"note"}))
    assert journal.notes("permit") == {"permit:m-a": b"note"}


def test_the_past_is_that_of_the_permits_held_the_doors_and_the_last_hour(journal: Journal) -> None:
    held, other = intended(1, "m-held"), intended(1, "m-other")
    write(journal, Keep({"permit:m-held": b""}), held, other, FORCED, Record("door_closed", {"compartment": PLACE}))
    old = NOON - timedelta(hours=2)
    journal.write([REFUSED], old, "sync")
    write(journal, REFUSED)
    past = list(journal.past(NOON - timedelta(hours=1)))
    assert past == [
        Past("opening_intended", held.about, NOON),
        Past("door_closed", {"compartment": PLACE}, NOON),
        Past("identification_refused", REFUSED.about, NOON),
    ]


def test_every_start_is_counted(tmp_path: Path) -> None:
    for count in (1, 2, 3):
        with opened(tmp_path) as journal:
            assert journal.begin_session() == count


def test_the_log_ahead_is_moved_into_the_file_at_rest(journal: Journal, tmp_path: Path) -> None:
    for _ in range(3):
        write(journal, *(FORCED for _ in range(400)))
    wal = tmp_path / f"{FILE_NAME}-wal"
    assert wal.stat().st_size > 0
    journal.rest()
    assert wal.stat().st_size == 0
    assert journal.last_seq == 1200


def test_a_nearly_full_disk_is_noticed(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not journal.is_disk_low()
    monkeypatch.setattr(journal_module, "ROOM_MIN_BYTES", 2**62)
    assert journal.is_disk_low()


WRITER = """
import sys
from pathlib import Path
from tests.device_agent.test_journal import intended, opened, write, FORCED

journal = opened(Path(sys.argv[1]))
attempt = journal.last_seq // 2
while True:
    attempt += 1
    write(journal, FORCED, intended(attempt))
    print(attempt, flush=True)
"""


@pytest.mark.parametrize("rounds", [8])
def test_kill_9_at_any_moment_loses_nothing_that_was_told(tmp_path: Path, rounds: int) -> None:
    told = 0
    for patience in itertools.islice(itertools.cycle([1, 2, 3, 7, 20, 50]), rounds):
        told = _write_until_killed(tmp_path, patience)
        with opened(tmp_path) as journal:
            assert journal.last_seq in (2 * told, 2 * told + 2)
    assert told >= rounds


def _write_until_killed(folder: Path, patience: int) -> int:
    """Run a writer, kill it after it has told of `patience` transactions; the number of the last one it told of."""
    with subprocess.Popen([sys.executable, "-c", WRITER, str(folder)], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        told = 0
        for line in itertools.islice(writer.stdout, patience):
            told = int(line)
        writer.kill()
        for line in writer.stdout:
            told = int(line) if line.endswith("\n") else told
    return told
