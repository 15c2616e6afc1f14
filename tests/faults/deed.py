"""A deed that a program does with its files, what must be true of it afterwards, and what it says meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

Said = tuple[tuple[str, str], ...]
"""What a program said, in its order: to a lock, to another program, to people. It was said, whatever came then."""
Say = Callable[[str, object], None]


@dataclass(frozen=True, slots=True)
class Deed:
    """Something of the product's own code, done to a data folder.

    `lay_out` fills a new folder; `begin` opens it as the program does, and answers the deed itself, in which one call
    fails; `look` opens the folder anew, as the next run of the program does, and asserts what must be true.
    """

    lay_out: Callable[[Path], None]
    begin: Callable[[Path, Say], Callable[[], None]]
    look: Callable[[Path, Said], None]


def words(said: Said, kind: str) -> list[str]:
    """Everything of one kind that was said."""
    return [what for each, what in said if each == kind]
