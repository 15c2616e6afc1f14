"""One touch for many doors: what is asked, and the two stages of it; the walk is in `clearing`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EveryDoorAsked:
    """Those present want every compartment opened that they may look into."""


@dataclass(frozen=True, slots=True)
class ReadyForAll:
    """The next touch begins with the first of these permits' doors."""

    present: tuple[str, ...]
    permits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Clearing:
    """One door after the other is pulsed: `left` are the permits to come, `opening` the pulse that is not answered.

    `first` is the id the openings are numbered from, `done` how many there were.
    """

    present: tuple[str, ...]
    left: tuple[str, ...]
    first: str
    done: int = 0
    opening: str | None = None
