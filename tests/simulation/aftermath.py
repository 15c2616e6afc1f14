"""What is looked up when a schedule is over: everything works again and has had time."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select

from firmware_protocol.proofs import leaf_hash
from server.custody.facts import Item
from server.custody.states import ItemState
from server.ledger.tree import Frontier
from server.operate.verify import verify_database
from server.store.database import Reader
from server.store.fact_rows import all_facts
from server.store.log_rows import ENTRIES
from tests.simulation.from_the_log import (
    are_not_believed,
    keys_are_known,
    keys_are_named,
    steps_are_said,
    waits_for_people,
    what_is_out_may_come_back,
)
from tests.simulation.invariants import Invariants, Source, Violation
from tests.simulation.pi import Pi
from tests.simulation.server import Server
from tests.simulation.township import township
from tests.simulation.visit import Things


@dataclass(frozen=True, slots=True)
class Aftermath:
    """The end of one schedule."""

    server: Server
    things: Things
    invariants: Invariants

    def look_up(self, pis: Sequence[Pi], written: Mapping[Source, int], *, is_thorough: bool) -> None:
        """`written` is how far each journal had come some while ago; thoroughly the whole log is replayed (I10)."""
        with self.server.database.reading() as reader:
            notes = list(reader.execute(select(ENTRIES.c.note).order_by(ENTRIES.c.position)).scalars())
            for pi in pis:
                seq = 0 if waits_for_people(reader, pi) else written.get(pi.source, 0)
                self._has_all(reader, pi.source, pi.entries(), seq)
                for life in pi.former:
                    self._has_all(reader, life.source, life.disk.entries(), 0)
                what_is_out_may_come_back(reader, pi)
                keys_are_known(reader, self.server, pi)
            self._heads_are_of(notes)
            self._things_are_where_said(reader, _unsure(reader, pis))
            are_not_believed(reader)
            steps_are_said(reader, self.server)
            keys_are_named(reader, self.server, pis)
            if is_thorough and (wrong := verify_database(reader, self.server.keys).wrong) is not None:
                raise Violation("I10", str(wrong))
        if not self.server.publisher.is_well:
            raise Violation("L2", "the log is not published any more")

    def _has_all(self, reader: Reader, source: Source, written: Sequence[bytes], seq: int) -> None:
        rows = _rows(reader, source)
        if [row.seq for row in rows] != list(range(1, len(rows) + 1)):
            raise Violation("I7", f"the log's entries of {source} have gaps")
        if [row.note for row in rows] != list(written[: len(rows)]):
            raise Violation("I4", f"the log has other entries of {source} than its journal")
        if len(rows) < seq:
            raise Violation("L1", f"{seq - len(rows)} entries of {source} were never taken in")
        intended = {note for note in written if b'"opening_intended"' in note}
        if len(intended) < len(self.invariants.seen[source].burns):
            raise Violation("I4", f"a pulse of {source} has no entry")

    def _heads_are_of(self, notes: list[bytes]) -> None:
        """The root at each size, from the entries alone, against everything that was ever said of it."""
        said: dict[int, set[bytes]] = defaultdict(set)
        for published in self.server.heads:
            said[published.size].add(published.checkpoint.root)
        vouched: dict[int, set[bytes]] = defaultdict(set)
        for seen in self.invariants.seen.values():
            for size, roots in seen.heads.items():
                vouched[size] |= roots
        root_at = root_finder([leaf_hash(note) for note in notes])
        _compare("I5", "let out", said, root_at)
        _compare("I6", "vouched for", vouched, root_at)

    def _things_are_where_said(self, reader: Reader, unsure: frozenset[str]) -> None:
        for item in all_facts(reader, Item).values():
            is_out = item.id in self.things.out
            is_known = item.state in (ItemState.IN_CABINET, ItemState.OUT) and item.id not in unsure
            if is_known and (item.state is ItemState.OUT) is not is_out:
                raise Violation(
                    "I9", f"{item.name} ({item.id}) is {item.state}, and really {'out' if is_out else 'in'}"
                )
            if (item.state is ItemState.OUT) is not (item.holder is not None):
                raise Violation("I9", f"{item.name} ({item.id}) is {item.state}, held by {item.holder}")


def _unsure(reader: Reader, pis: Iterable[Pi]) -> frozenset[str]:
    """The things of which only a disk may know that is not in its machine any more, or waits for people."""
    return frozenset(
        item.id
        for pi in pis
        if waits_for_people(reader, pi)
        or any(not each.was_idle or len(_rows(reader, each.source)) < len(each.disk.entries()) for each in pi.former)
        for item in township().items[pi.name]
    )


def _rows(reader: Reader, source: Source) -> Sequence[Row[Any, Any]]:
    wanted = select(ENTRIES.c.seq, ENTRIES.c.note).where(ENTRIES.c.by == source[0], ENTRIES.c.epoch == source[1])
    return reader.execute(wanted.order_by(ENTRIES.c.seq)).all()


def root_finder(hashes: list[bytes]) -> Callable[[int], bytes | None]:
    """The root over the first so many leaf hashes; None where there are not so many."""
    frontier, roots = Frontier(), [Frontier().root]
    for each in hashes:
        frontier = frontier.extend([each])
        roots.append(frontier.root)
    return lambda size: roots[size] if size < len(roots) else None


def _compare(invariant: str, what: str, said: dict[int, set[bytes]], root_at: Callable[[int], bytes | None]) -> None:
    for size, roots in said.items():
        if roots != {root_at(size)}:
            raise Violation(invariant, f"a head of {size} entries was {what} that is none of this log")
