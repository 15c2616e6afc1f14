"""Every fault of a deed, one after the other, and after which of them something was wrong."""

from dataclasses import dataclass
from pathlib import Path

from tests.faults import strace
from tests.faults.strace import DEEDS, Ran


@dataclass(frozen=True, slots=True)
class Swept:
    """How many faults befell the deed, of how many calls, and a line for each after which something was wrong."""

    struck: int
    calls: int
    wrong: tuple[str, ...]


def sweep(deed: str, folder: Path, each: int = 1, calls: str = "") -> Swept:
    """Try each `each`-th of a deed's faults, of calls with this in their names; `folder` is laid out for each anew."""
    found, paths = strace.faults_of(deed, folder)
    chosen = [fault for fault in found if calls in fault.call][::each]
    struck, wrong = 0, list[str]()
    for fault in chosen:
        ran = strace.run_again(deed, folder, fault, paths)
        struck += ran.is_struck
        if (what := _wrong_after(deed, folder, ran)) is not None:
            wrong.append(f"{deed}, after {fault}: {what}")
    return Swept(struck, len({fault.call for fault in chosen}), tuple(wrong))


def _wrong_after(deed: str, folder: Path, ran: Ran) -> str | None:
    """What is not as it must be.

    One thing is overlooked, because SQLite does: that its folder could not be synced after it made the WAL there.
    """
    if ran.status != 0:
        return f"the program ended with {ran.status}"
    if ran.left_unsynced not in (None, str(folder)):
        return f"{ran.left_unsynced} was taken for durable"
    try:
        DEEDS[deed].look(folder, ran.said)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told beside the fault
        return f"{type(error).__name__}: {error}; it said {ran.said}"
    return None
