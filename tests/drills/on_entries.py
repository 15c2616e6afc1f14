"""Deeds on the entries of an exported log, by somebody who holds the log's key: the tree fits, the entries do not."""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from firmware_protocol import entries
from firmware_protocol.entries import SERVER, Chain
from server.operate.verify_log import Result, verify
from tests.drills.noticed import AUDITOR, Drill, Noticed
from tests.fixtures.exported_logs import AGENTS, PERMIT, STRANGER, History

SIZE = 300
KEYS = {(SERVER, 1): PERMIT, ("hall-1", 1): AGENTS["hall-1"], ("hall-2", 1): AGENTS["hall-2"]}
VERIFIERS = [signer.verifier for signer in KEYS.values()]


def lived() -> History:
    """The log before anybody touched it: entry 101 is the server's, 99 hall-1's, 100 hall-2's, and so on in turn."""
    signed = _signed()
    return History(list(signed.notes), dict(signed.chains))


@cache
def _signed() -> History:
    return History.lived(SIZE)


def replaced(position: int, change: Callable[[bytes], bytes]) -> History:
    """The same log with other bytes in one place; the later entries are left as they are."""
    history = lived()
    history.notes[position] = change(history.notes[position])
    return history


def edited(raw: bytes) -> bytes:
    """The entry about another compartment or another person."""
    return raw.replace(b"CAB-01/7", b"CAB-01/8").replace(b'"p-', b'"q-')


def backdated(raw: bytes) -> bytes:
    """The entry as if it had been written a day before."""
    return raw.replace(b'"at":"2026-11-02', b'"at":"2026-11-01')


def unsigned(raw: bytes) -> bytes:
    """The entry without its signature lines."""
    return raw.rpartition(b"\n\n")[0] + b"\n\n"


def swapped(one: int, other: int) -> History:
    """Two entries in each other's places."""
    history = lived()
    history.notes[one], history.notes[other] = history.notes[other], history.notes[one]
    return history


def without(position: int) -> History:
    """One entry fewer."""
    history = lived()
    del history.notes[position]
    return history


def with_more(position: int, raw: bytes) -> History:
    """One entry more."""
    history = lived()
    history.notes.insert(position, raw)
    return history


def invented(by: str = "hall-1") -> bytes:
    """An entry in a controller's name by somebody who has not its key."""
    about = {"opening": "o-x", "compartment": "CAB-01/1"}
    return lived().says("hall-1", "door_opened", about, signer=STRANGER).replace(b'"hall-1"', f'"{by}"'.encode())


def told_twice() -> History:
    """A stolen controller's key tells a second story behind entry 100."""
    history = lived()
    history.chains["hall-1"] = Chain("hall-1", 1)
    for raw in history.notes[:100]:
        if entries.parse(raw, VERIFIERS).by == "hall-1":
            history.chains["hall-1"] = history.chains["hall-1"].extend(raw)
    history.says("hall-1", "door_opened", {"opening": "o-x", "compartment": "CAB-01/1"})
    return history


def rewritten(position: int) -> History:
    """The server's own administrator rewrites one of its entries and every later one of its chain, and signs anew."""
    old, new = lived(), History()
    for place, raw in enumerate(old.notes):
        entry = entries.parse(raw, VERIFIERS)
        if entry.by != SERVER:
            new.notes.append(raw)
            continue
        about = {"person": "p-other"} if place == position else entry.about
        new.says(SERVER, entry.type, about)
    return new


def found(result: Result) -> Noticed:
    """The first thing that the auditor's program finds."""
    first = next(iter(result.findings), None)
    return Noticed(AUDITOR, "" if first is None else f"{first.where}：{first.what}")


def _drill(deed: Callable[[], History]) -> Drill:
    def run(folder: Path) -> Noticed:
        return found(verify(deed().write(folder)))

    return run


_DEEDS: Mapping[str, Callable[[], History]] = {
    "a server's entry is edited": lambda: replaced(101, edited),
    "a controller's entry is edited": lambda: replaced(99, edited),
    "the last entry is edited": lambda: replaced(299, edited),
    "a server's entry is back-dated": lambda: replaced(101, backdated),
    "a controller's entry is back-dated": lambda: replaced(99, backdated),
    "an entry is emptied": lambda: replaced(120, lambda _raw: b""),
    "an entry is no text any more": lambda: replaced(120, lambda _raw: b"\xff\xfe"),
    "an entry loses its signature": lambda: replaced(120, unsigned),
    "a server's entry is deleted": lambda: without(101),
    "a controller's entry is deleted": lambda: without(99),
    "a controller's first entry is deleted": lambda: without(3),
    "a controller's registration is deleted": lambda: without(1),
    "the first entry is deleted": lambda: without(0),
    "two entries of one source change places": lambda: swapped(99, 102),
    "an entry stands twice": lambda: with_more(200, lived().notes[99]),
    "an entry is invented for a controller": lambda: with_more(200, invented()),
    "an entry of a controller nobody registered": lambda: with_more(200, invented("hall-9")),
    "a stolen device key tells a second story": told_twice,
}
DRILLS: Mapping[str, Drill] = {name: _drill(deed) for name, deed in _DEEDS.items()}
