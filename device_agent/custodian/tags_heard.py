"""What one tag reader hears, beside what the record has of it. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

LASTING_MS = 60_000
"""What no opening is about must last so long before it is more than radio weather, or a thing moved out of the way."""


class Since(NamedTuple):
    """When something began to be heard otherwise than recorded, and the opening that it was due to, if any."""

    elapsed_ms: int
    opening: str | None


@dataclass(frozen=True, slots=True)
class TagsHeard:
    """The tags heard `now`, those of the `record`, and since when each that differs has been different."""

    now: frozenset[str]
    record: frozenset[str]
    differing: Mapping[str, Since] = field(default_factory=dict)

    def hearing(self, tags: frozenset[str], since: Since) -> "TagsHeard":
        """Other tags are heard from here on; one that is heard as recorded differs no more."""
        return TagsHeard(tags, self.record, {tag: self.differing.get(tag, since) for tag in tags ^ self.record})

    def unheard(self) -> "TagsHeard":
        """Nothing is heard at all: the reader is away, which says nothing about any tag."""
        return TagsHeard(self.record, self.record)

    def lasting(self, elapsed_ms: int) -> dict[str, str | None]:
        """The tags of which the record has been wrong for so long that it has to be mended, each with its opening."""
        late = (each for each in self.differing.items() if elapsed_ms - each[1].elapsed_ms >= LASTING_MS)
        return {tag: since.opening for tag, since in late}

    def mended(self, tags: Collection[str]) -> "TagsHeard":
        """The record says of these tags what is heard."""
        rest = {tag: since for tag, since in self.differing.items() if tag not in tags}
        return TagsHeard(self.now, self.record ^ frozenset(tags), rest)
