"""What a witness does with its memory and its copy of the log while a call fails."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from firmware_protocol.add_checkpoint import AddCheckpoint, Rejected, encode_request
from firmware_protocol.proofs import leaf_hash
from server.ledger.prove import consistency_proof
from tests.device_agent.hall import LOG_SIGNER
from tests.device_agent.township_log import TownshipLog
from tests.faults.deed import Deed, Said, Say, words
from tests.server.witness.conftest import Office

BEFORE = TownshipLog().grow(5)
NOW = BEFORE.fork().grow(4)
FORK = TownshipLog(list(BEFORE.entries), BEFORE.at + timedelta(hours=1)).grow(2)


def _asked(log: TownshipLog, since: TownshipLog) -> bytes:
    proof = consistency_proof([leaf_hash(entry) for entry in log.entries], since.size)
    return encode_request(AddCheckpoint(since.size, tuple(proof), log.head()))


def _lay_out(folder: Path) -> None:
    office = Office(folder)
    office.sees(BEFORE)
    office.close()


def _cosign(folder: Path, say: Say) -> Callable[[], None]:
    """Somebody asks it to vouch for a head, and again where that failed."""
    office = Office(folder)

    def do() -> None:
        for _ in range(2):
            try:
                answer = office.watch.add(_asked(NOW, BEFORE))
            except Exception as error:  # noqa: BLE001 - whoever asked gets no cosignature, and asks again
                say("failed", type(error).__name__)
            else:
                say("cosigned" if not isinstance(answer, Rejected) else "rejected", NOW.size)

    return do


def _follow(folder: Path, say: Say) -> Callable[[], None]:
    """It looks at the log, and again after a round that went wrong."""
    office = Office(folder)

    def do() -> None:
        office.sees(NOW)
        if "警报" in office.watch.page():
            office.sees(NOW)
        say("follows", office.watch.page())
        for sentence in office.cried:
            say("cried", sentence)

    return do


def _look(folder: Path, said: Said) -> None:
    """What it vouched for it remembers, and vouches for nothing else, not even after that."""
    office = Office(folder)
    kept = office.memory.kept(LOG_SIGNER.name)
    assert kept is not None
    assert kept.checkpoint.size >= max([BEFORE.size, *map(int, words(said, "cosigned"))])
    if kept.checkpoint.size == NOW.size:
        assert isinstance(office.watch.add(_asked(FORK, BEFORE)), Rejected)
    office.sees(NOW)
    assert "警报" not in office.watch.page()
    assert (folder / "mirror" / "checkpoint").read_bytes() == NOW.head()
    office.close()


def _look_at_the_copy(folder: Path, said: Said) -> None:
    assert all("警报" not in page for page in words(said, "follows")), "one failure is over with the next round"
    assert all("历史" not in sentence for sentence in words(said, "cried")), "a bad disk is no forked log"
    _look(folder, said)


DEEDS = {
    "a witness cosigns": Deed(_lay_out, _cosign, _look),
    "a witness follows the log": Deed(_lay_out, _follow, _look_at_the_copy),
}
