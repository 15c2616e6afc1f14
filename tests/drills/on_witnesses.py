"""What is done to the log in a witness's sight, and to the witness itself: what it cries out, in its own words."""

from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from typer.testing import CliRunner

from firmware_protocol.add_checkpoint import AddCheckpoint, Rejected, encode_request
from firmware_protocol.proofs import leaf_hash
from server.ledger.prove import consistency_proof
from server.witness.alarms import SILENT_AFTER
from server.witness.commands import REASONS, commands
from server.witness.memory import FILE_NAME
from tests.device_agent.hall import LOG_SIGNER, take_permit
from tests.device_agent.township_log import TownshipLog
from tests.drills.noticed import WITNESS, Drill, Noticed
from tests.server.witness.conftest import Office, published


def asked(log: TownshipLog, old: int) -> bytes:
    """A request to vouch for this log's head, from a head of `old` entries on."""
    proof = consistency_proof([leaf_hash(entry) for entry in log.entries], old) if 0 < old <= log.size else []
    return encode_request(AddCheckpoint(old, tuple(proof), log.head()))


def forked(log: TownshipLog, at: int, more: int = 4) -> TownshipLog:
    """Another history from here on, and longer."""
    other = TownshipLog(log.entries[:at], log.at)
    other.issue(take_permit("f"))
    return other.grow(more)


def _in_sight(deed: Callable[[Office, TownshipLog], object]) -> Drill:
    """What a witness that has seen five entries cries out about."""

    def run(folder: Path) -> Noticed:
        office, log = Office(folder / "witness"), TownshipLog().grow(5)
        with closing(office):
            office.sees(log)
            deed(office, log)
            return Noticed(WITNESS, "".join(office.cried))

    return run


def _damaged(office: Office, log: TownshipLog) -> None:
    office.now, files = log.at, published(log.grow(1))
    office.files = {**files, "tile/entries/000.p/6": files["tile/entries/000.p/6"].replace(b"demo", b"omed")}
    office.watch.round()


def _silent(office: Office, _log: TownshipLog) -> None:
    office.now += SILENT_AFTER + timedelta(minutes=2)
    office.watch.round()


def _backwards_in_time(office: Office, log: TownshipLog) -> None:
    """The server's clock is set back an hour, unsaid: each minute the same head is the newest at a time long past."""
    log.at -= timedelta(hours=1)
    for _ in range(7):
        log.at += timedelta(minutes=1)
        office.now += timedelta(minutes=1)
        office.files = published(log)
        office.watch.round()


def hours_ahead(folder: Path) -> Noticed:
    """The log says that it is later than the witness's own clock knows."""
    log = TownshipLog().grow(5)
    with closing(Office(folder / "witness")) as office:
        office.now = log.at
        log.at += timedelta(hours=5)
        office.files = published(log)
        office.watch.round()
        return Noticed(WITNESS, "".join(office.cried))


def _two_that_meet(folder: Path) -> Noticed:
    honest = TownshipLog().grow(5)
    with closing(Office(folder / "office")) as office, closing(Office(folder / "county")) as county:
        office.sees(honest)
        county.sees(forked(honest, 3, 1))
        assert office.cried == county.cried == []
        county.watch.add(asked(honest, 5))
        return Noticed(WITNESS, "".join(county.cried))


def _answered(request: Callable[[TownshipLog], bytes]) -> Drill:
    """What it says to a request on a stick, having seen five entries."""

    def run(folder: Path) -> Noticed:
        log = TownshipLog().grow(5)
        with closing(Office(folder / "witness")) as office:
            office.sees(log)
            answer = office.watch.add(request(log))
        said = REASONS[answer.status].format(known_size=answer.known_size) if isinstance(answer, Rejected) else ""
        return Noticed(WITNESS, said)

    return run


def _unproven(log: TownshipLog) -> bytes:
    return encode_request(AddCheckpoint(5, (bytes(32),), TownshipLog(log.entries, log.at).grow(3).head()))


def _of_an_earlier_one(log: TownshipLog) -> bytes:
    return asked(TownshipLog(log.entries[:3], log.at), 0)


def _by_a_stranger(log: TownshipLog) -> bytes:
    return asked(log, 5).replace(log.head().splitlines()[-2][-20:], b"A" * 18 + b"==")


def _without_memory(deed: Callable[[Path], object]) -> Drill:
    """A witness to whose store this was done is asked to vouch for another history."""

    def run(folder: Path) -> Noticed:
        return _forgetful(folder, deed)

    return run


def _forgetful(folder: Path, deed: Callable[[Path], object]) -> Noticed:
    runner, where = CliRunner(), ["--data", str(folder / "witness")]
    begun = ["init", "--name", "jiwei.test/w1", "--log", LOG_SIGNER.verifier.vkey, "--url", "http://127.0.0.1:1/tlog"]
    assert runner.invoke(commands, [*begun, *where]).exit_code == 0
    request = folder / "request"
    request.write_bytes(asked(TownshipLog().grow(3), 0))
    assert runner.invoke(commands, ["add", str(request), *where]).exit_code == 0
    for file in (folder / "witness").glob(f"{FILE_NAME}*"):
        deed(file)
    request.write_bytes(asked(forked(TownshipLog().grow(3), 1), 0))
    refused = runner.invoke(commands, ["add", str(request), *where])
    return Noticed(WITNESS, refused.output if refused.exit_code else "")


def _with_an_old_memory(folder: Path) -> Noticed:
    """The copy of the log beside it is newer."""
    store, log = folder / "witness" / FILE_NAME, TownshipLog().grow(3)
    with closing(Office(folder / "witness")) as office:
        office.sees(log)
    older, fork = store.read_bytes(), forked(log, 3)
    with closing(Office(folder / "witness")) as office:
        office.sees(log.grow(2))
    store.write_bytes(older)
    with closing(Office(folder / "witness")) as office:
        answer = office.watch.add(asked(fork, 3))
    return Noticed(WITNESS, REASONS[answer.status] if isinstance(answer, Rejected) else "")


DRILLS: Mapping[str, Drill] = {
    "a fork in a witness's sight": _in_sight(lambda office, log: office.sees(forked(log, 3))),
    "a fork shown to two witnesses who meet": _two_that_meet,
    "an old backup brought back": _in_sight(
        lambda office, log: office.sees(TownshipLog(log.entries[:3], log.at + timedelta(minutes=1)))
    ),
    "a published entry is changed": _in_sight(_damaged),
    "the log stands still": _in_sight(_silent),
    "the server's clock is set back": _in_sight(_backwards_in_time),
    "a witness is asked to vouch without a proof": _answered(_unproven),
    "a witness is asked to go back": _answered(_of_an_earlier_one),
    "a checkpoint with a forged signature": _answered(_by_a_stranger),
    "a witness loses its store": _without_memory(Path.unlink),
    "a witness's store is emptied": _without_memory(lambda file: file.write_bytes(b"")),
    "a witness's store of last week is put back": _with_an_old_memory,
}
