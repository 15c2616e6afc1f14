"""The witness: it remembers before it vouches, it copies only what proves itself, and it cries out in plain words."""

import sqlite3
import threading
from datetime import timedelta
from itertools import cycle, islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_protocol.add_checkpoint import AddCheckpoint, Rejected, encode_request
from firmware_protocol.cosignatures import Cosigner, times_cosigned, with_signatures
from firmware_protocol.notes import Signature, parse_note
from firmware_protocol.proofs import leaf_hash
from server.ledger.prove import consistency_proof
from server.ledger.tiles import bundles_between, entries_in
from server.witness.alarms import SENTENCES, SILENT_AFTER, Watchfulness, begun
from server.witness.mirror import Mirror, NotFetched, NotTheLog
from tests.device_agent.hall import LOG_SIGNER, NOON, take_permit
from tests.device_agent.township_log import TownshipLog
from tests.server.witness.conftest import JIWEI, Office, published


def asked(log: TownshipLog, old: int) -> bytes:
    proof = consistency_proof([leaf_hash(entry) for entry in log.entries], old) if 0 < old <= log.size else []
    return encode_request(AddCheckpoint(old, tuple(proof), log.head()))


def forked(log: TownshipLog, at: int) -> TownshipLog:
    """Another history from here on."""
    other = TownshipLog(log.entries[:at], log.at)
    other.issue(take_permit("f"))
    return other


def test_a_head_it_vouched_for_is_remembered_before_the_signature_leaves(office: Office) -> None:
    log = TownshipLog().grow(3)
    line = office.watch.add(asked(log, 0))
    assert isinstance(line, Signature)
    kept = office.memory.kept(LOG_SIGNER.name)
    assert kept is not None
    assert kept.note == log.head()
    note = with_signatures(log.head(), [line])
    assert times_cosigned(note, [Cosigner.of(JIWEI.verifier)]) == {JIWEI.name: NOON}


def test_a_crash_between_remembering_and_vouching_costs_a_signature_and_nothing_else(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = TownshipLog().grow(3)

    def pulled(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("server.witness.witness.cosign", pulled)
        with pytest.raises(KeyboardInterrupt):
            office.watch.add(asked(log, 0))
    office.close()
    again = Office(office.folder)
    assert again.watch.add(asked(forked(log, 1), 0)) == Rejected(409, 3)
    assert isinstance(again.watch.add(asked(log, 3)), Signature)
    again.close()


def test_what_cannot_be_remembered_is_not_vouched_for(office: Office) -> None:
    office.memory.close()
    with pytest.raises(sqlite3.ProgrammingError):
        office.watch.add(asked(TownshipLog().grow(3), 0))


def test_two_requests_at_a_time_never_roll_each_other_back(office: Office) -> None:
    log = TownshipLog().grow(40)
    logs = [TownshipLog(log.entries[:size], log.at) for size in range(1, 41)]
    office.watch.add(asked(logs[0], 0))
    answers: list[Signature | Rejected] = []

    def ask(each: TownshipLog) -> None:
        old = 1
        while isinstance(answer := office.watch.add(asked(each, old)), Rejected):
            if answer.known_size is None or answer.known_size > each.size:
                return
            old = answer.known_size
        answers.append(answer)

    threads = [threading.Thread(target=ask, args=(each,)) for each in logs[1:]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = office.memory.kept(LOG_SIGNER.name)
    assert kept is not None
    assert kept.checkpoint.size == 40
    assert answers


def test_the_copy_is_the_log(office: Office) -> None:
    log = TownshipLog().grow(3)
    office.sees(log)
    office.sees(log.grow(300))
    for bundle in bundles_between(0, log.size):
        copied = (office.folder / "mirror" / bundle.path).read_bytes()
        assert entries_in(copied) == log.entries[bundle.first : bundle.first + bundle.width]
    assert not (office.folder / "mirror/tile/entries/000.p").exists()
    assert office.cried == []
    assert "一切正常：台账有 303 条" in office.watch.page()


def test_a_fork_shown_to_two_witnesses_is_found_when_they_meet(office: Office, tmp_path) -> None:
    honest = TownshipLog().grow(5)
    other = forked(honest, 3)
    other.grow(1)
    county = Office(tmp_path / "county")
    office.sees(honest)
    county.sees(other)
    assert office.cried == county.cried == []
    assert county.watch.add(asked(honest, 5)) == Rejected(409, 5, "forked")
    assert county.cried == [SENTENCES["forked"]]
    assert "台账出现了两种历史" in county.watch.page()
    (dispute,) = county.memory.disputes(LOG_SIGNER.name)
    assert {parse_note(dispute.known).text, parse_note(dispute.shown).text} == {
        parse_note(honest.head()).text,
        parse_note(other.head()).text,
    }
    county.close()


def test_evidence_is_still_there_after_a_restart(office: Office) -> None:
    log = TownshipLog().grow(5)
    office.sees(log)
    office.sees(forked(log, 3).grow(4))
    assert office.cried == [SENTENCES["forked"]]
    office.close()
    again = Office(office.folder)
    assert "警报" in again.watch.page()
    again.sees(log)
    assert "台账出现了两种历史" in again.watch.page()
    again.close()


def test_a_log_that_was_put_back_is_an_alarm(office: Office) -> None:
    log = TownshipLog().grow(5)
    office.sees(log)
    office.sees(TownshipLog(log.entries[:3], log.at + timedelta(minutes=1)))
    assert office.cried == [SENTENCES["shrunk"]]
    mirrored = Mirror(office.folder / "mirror", LOG_SIGNER.verifier).head()
    assert mirrored is not None
    assert mirrored.size == 5


def test_an_older_head_from_a_cache_is_no_alarm(office: Office) -> None:
    log = TownshipLog().grow(3)
    before = published(log)
    office.sees(log.grow(2))
    office.files = before
    office.watch.round()
    assert office.cried == []


def test_a_log_that_falls_silent_is_an_alarm_until_it_speaks_again(office: Office) -> None:
    log = TownshipLog().grow(2)
    office.sees(log)
    office.now += SILENT_AFTER + timedelta(minutes=2)
    office.watch.round()
    office.watch.round()
    assert office.cried == [SENTENCES["silent"].format(minutes=7)]
    log.at = office.now
    office.sees(log)
    assert "一切正常" in office.watch.page()


def test_a_server_whose_clock_is_wrong_is_not_silent(office: Office) -> None:
    log = TownshipLog(at=NOON - timedelta(days=1)).grow(2)
    for _ in range(9):
        log.at += timedelta(minutes=1)
        office.now += timedelta(minutes=1)
        office.files = published(log)
        office.watch.round()
    assert office.cried == []


def test_a_log_that_grows_is_not_silent_whatever_time_it_tells(office: Office) -> None:
    log = TownshipLog().grow(2)
    office.sees(log)
    said, office.now = log.at, log.at
    for _ in range(9):
        log.grow(1).at = said  # the time that a log tells never goes back, so it stands still after its clock did
        office.now += timedelta(minutes=1)
        office.files = published(log)
        office.watch.round()
    assert office.cried == []


def without_its_time(files: dict[str, bytes]) -> dict[str, bytes]:
    """The same files; the head's last signature line, which says when it was the newest, is left out."""
    return {**files, "checkpoint": b"".join(files["checkpoint"].splitlines(keepends=True)[:-1])}


KEPT = {
    "two old answers by turns": lambda older, newer: (older, newer),
    "an answer whose time is left out": lambda _older, newer: (without_its_time(newer),),
}


@pytest.mark.parametrize("kept", KEPT.values(), ids=KEPT)
def test_answers_that_somebody_kept_do_not_pass_for_a_log_that_lives(office: Office, kept) -> None:
    log = TownshipLog().grow(2)
    office.sees(log)
    older = office.files
    log.at += timedelta(minutes=1)
    office.sees(log)
    for answer in islice(cycle(kept(older, office.files)), 7):
        office.now, office.files = office.now + timedelta(minutes=1), answer
        office.watch.round()
    assert office.cried == [SENTENCES["silent"].format(minutes=6)]


def test_a_log_that_never_answered_is_silent_too(office: Office) -> None:
    office.now += SILENT_AFTER + timedelta(minutes=1)
    office.watch.round()
    assert office.cried == [SENTENCES["silent"].format(minutes=6)]


def test_a_disk_that_takes_nothing_is_an_alarm_until_it_does(office: Office) -> None:
    in_the_way = office.folder / "mirror"
    in_the_way.write_bytes(b"")
    log = TownshipLog().grow(2)
    office.sees(log)
    office.watch.round()
    assert office.cried == [SENTENCES["unkept"]]
    assert office.memory.kept(LOG_SIGNER.name) is None, "it vouches for nothing it cannot keep"
    in_the_way.unlink()
    office.sees(log)
    assert "一切正常" in office.watch.page()


DAMAGE = {
    "an entry changed": lambda files: {**files, "tile/entries/000.p/5": files["tile/entries/000.p/5"][:-1] + b"x"},
    "an entry cut off": lambda files: {**files, "tile/entries/000.p/5": files["tile/entries/000.p/5"][:-1]},
    "an entry missing": lambda files: {**files, "tile/entries/000.p/5": files["tile/entries/000.p/5"][:0]},
    "a hash changed": lambda files: {**files, "tile/0/000.p/5": bytes(160)},
    "another's checkpoint": lambda files: {
        **files,
        "checkpoint": files["checkpoint"].replace(b"gongguan", b"gonggong"),
    },
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_what_does_not_prove_itself_is_not_copied(office: Office, damage) -> None:
    log = TownshipLog().grow(5)
    with pytest.raises(NotTheLog):
        office.watch.mirror.follow(damage(published(log)).__getitem__, None)
    assert [each for each in office.folder.iterdir() if each.is_dir()] == []


@pytest.mark.parametrize("lost", ["tile/0/000.p/5", "tile/entries/000.p/5"])
def test_a_file_that_is_not_there_yet_is_asked_for_again(office: Office, lost: str) -> None:
    log = TownshipLog().grow(5)
    office.files = published(log)
    del office.files[lost]
    office.watch.round()
    assert office.cried == []
    with pytest.raises(NotFetched):
        office.fetch(lost)
    office.sees(log)
    assert "台账有 5 条" in office.watch.page()


@settings(max_examples=15, deadline=None)
@given(sizes=st.lists(st.integers(1, 600), min_size=1, max_size=4))
def test_any_growing_log_is_copied_without_a_false_alarm(tmp_path_factory, sizes: list[int]) -> None:
    office = Office(tmp_path_factory.mktemp("witness"))
    log = TownshipLog(WHOLE.entries[:0])
    for size in sorted(sizes):
        log.entries = WHOLE.entries[:size]
        log.at += timedelta(seconds=1)
        office.sees(log)
    assert office.cried == []
    assert f"台账有 {max(sizes)} 条" in office.watch.page()
    office.close()


WHOLE = TownshipLog().grow(600)


def test_an_alarm_begins_once() -> None:
    calm = Watchfulness(NOON)
    alarmed = calm.found("damaged", NOON)
    assert begun(calm, alarmed) == ("damaged",)
    assert begun(alarmed, alarmed.found("damaged", NOON + timedelta(seconds=9))) == ()
    assert begun(alarmed, alarmed.saw(1, NOON, NOON)) == ()
    assert alarmed.saw(1, NOON, NOON).sentences(NOON) == ()
