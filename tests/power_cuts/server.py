"""The server after a power cut: its real start-up, and whether everything that had left it is still true."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select

from firmware_protocol.proofs import leaf_hash
from server.operate.verify import verify
from server.store import deliveries
from server.store.database import Reader
from server.store.folder import DataFolder
from server.store.log_rows import ENTRIES, read_head
from server.store.work import Work
from server.township import Township, opened
from tests.power_cuts.disk import Image
from tests.power_cuts.machine import lay_out
from tests.power_cuts.told import Acknowledged, Committed, LetOut
from tests.simulation.aftermath import root_finder
from tests.simulation.invariants import Violation


def server_stands(folder: Path, image: Image, told: Sequence[Any], *, is_thorough: bool) -> None:
    """Start a server in `folder` from what a cut left, and look everything up; raises `Violation`.

    Thoroughly the whole log is replayed as well, as `verify` does.
    """
    lay_out(folder, image)
    try:
        with opened(folder) as township:
            _look_up(township, told)
            township.writer.run_now(_goes_on, None)
        wrong = verify(DataFolder(folder)).wrong if is_thorough else None
    except Exception as error:
        raise Violation("does not start", f"the server: {error!r}") from error
    if wrong is not None:
        raise Violation("unsound", str(wrong))


def _look_up(township: Township, told: Sequence[Any]) -> None:
    with township.database.reading() as reader:
        is_whole(reader.exec_driver_sql("PRAGMA integrity_check").scalar())
        notes = list(reader.execute(select(ENTRIES.c.note).order_by(ENTRIES.c.position)).scalars())
        signed = read_head(reader).frontier
        _has_acknowledged(reader, told)
    files = township.publisher.files
    published = files.published()
    size = 0 if published is None else published.size
    root_at = root_finder([leaf_hash(note) for note in notes])
    for each in told:
        if isinstance(each, Committed | LetOut) and root_at(each.size) != each.root:
            raise Violation("lost", f"{each} is none of the {len(notes)} entries that are left")
    if (signed.size, signed.root, size, files.root(size)) != (len(notes), root_at(len(notes)), size, root_at(size)):
        raise Violation("unsound", f"{len(notes)} entries, a head of {signed.size}, {size} published")


def _has_acknowledged(reader: Reader, told: Sequence[Any]) -> None:
    for each in told:
        if isinstance(each, Acknowledged) and deliveries.acked_seq(reader, each.agent, each.epoch) < each.seq:
            raise Violation("lost", f"{each}")


def _goes_on(work: Work, _asked: None) -> None:
    """A server that stands can also go on."""
    work.record("demonstration_started", {})


def is_whole(verdict: Any) -> None:
    """SQLite's own word on its file."""
    if verdict != "ok":
        raise Violation("corrupt", str(verdict))
