"""Where a tagged thing belongs, as the journal keeps it."""

from collections.abc import Mapping
from typing import NamedTuple, Self

TAG_NOTE = "tag"
"""The notes are `tag:<EPC>`, each `item compartment`."""


class Home(NamedTuple):
    """Whose tag it is, and the compartment it was put into."""

    item: str
    compartment: str

    @property
    def written(self) -> bytes:
        """As it is kept."""
        return f"{self.item} {self.compartment}".encode()

    @classmethod
    def read(cls, note: bytes) -> Self:
        """The inverse of `written`."""
        item, compartment = note.decode().split()
        return cls(item, compartment)


def known_homes(notes: Mapping[str, bytes]) -> dict[str, Home]:
    """The homes that the journal kept, by tag."""
    return {name.removeprefix(f"{TAG_NOTE}:"): Home.read(note) for name, note in notes.items()}
