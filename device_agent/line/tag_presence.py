"""From rounds of inventory to the tags that are inside: a tag is in, or gone, after enough rounds. Pure."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from firmware_protocol.readers.m100 import Frame, NoTag, TagHeard

ROUNDS_IN = 2
"""So many rounds in a row that heard it, and a tag is in."""
ROUNDS_GONE = 6
"""So many in a row that did not, and it is gone: tags behind metal and paper are missed now and then."""


def heard_in(frames: Iterable[Frame]) -> frozenset[str] | None:
    """The tags of one round; `None` where the reader did not say: silent, or it could not do what it was asked."""
    told = [frame for frame in frames if isinstance(frame, TagHeard | NoTag)]
    return frozenset(frame.epc for frame in told if isinstance(frame, TagHeard)) if told else None


class TagPresence:
    """The tags in one reader's field."""

    def __init__(self, rounds_in: int = ROUNDS_IN, rounds_gone: int = ROUNDS_GONE) -> None:
        self._rounds_in, self._rounds_gone = rounds_in, rounds_gone
        self._heard: dict[str, int] = {}
        self._missed: dict[str, int] = {}
        self._rounds = 0
        self.inside: frozenset[str] | None = None
        """The tags that are in; `None` until enough rounds told, and while the reader does not answer."""

    def hear(self, tags: AbstractSet[str]) -> None:
        """One round, and the tags it heard."""
        self._rounds += 1
        inside = self.inside or frozenset()
        self._heard = {tag: self._heard.get(tag, 0) + 1 for tag in tags}
        self._missed = {tag: self._missed.get(tag, 0) + 1 for tag in inside - tags}
        come = {tag for tag, rounds in self._heard.items() if rounds >= self._rounds_in}
        gone = {tag for tag, rounds in self._missed.items() if rounds >= self._rounds_gone}
        if self.inside is not None or self._rounds >= self._rounds_gone:
            self.inside = frozenset((inside - gone) | come)

    def lose(self) -> None:
        """The reader does not answer: nothing is known until enough rounds have told again."""
        self._heard, self._missed, self._rounds, self.inside = {}, {}, 0, None
