"""How far the events of one controller have been told to the agent, and taken by it for good."""

from firmware_protocol.boards import BoardEvent, ReadEvents
from firmware_protocol.boards.gongguan_lcp.codec import EVENTS_PER_ANSWER_MAX


class Tellings:
    """What is told again until it is taken is reported once. Numbers are the controller's and rise without gaps."""

    def __init__(self, uid: bytes = b"") -> None:
        """Nothing of the controller of this name is told yet."""
        self.uid = uid
        self._last = 0
        self._told = 0
        self._taken = 0
        self._said_taken = 0

    @property
    def is_complete(self) -> bool:
        """Whether everything that has happened is told."""
        return self._told >= self._last

    def knows(self, last: int) -> None:
        """The newest event has this number."""
        self._last = last

    def take(self, number: int) -> None:
        """The agent has everything up to this one for good."""
        self._taken = max(self._taken, min(number, self._told))

    def request(self, address: int) -> ReadEvents | None:
        """What to ask, if anything: the next events, or just to say which are taken."""
        has_more = not self.is_complete and self._told - self._said_taken < EVENTS_PER_ANSWER_MAX
        return ReadEvents(address, self._taken) if has_more or self._taken > self._said_taken else None

    def tell(self, asked: ReadEvents, events: tuple[BoardEvent, ...]) -> list[BoardEvent]:
        """An answer came; which of its events are new."""
        self._said_taken = max(self._said_taken, asked.taken)
        new = [event for event in events if event.number > self._told]
        self._told = new[-1].number if new else self._told
        if not events:  # what is not there was taken before this run
            self._told = self._taken = self._said_taken = self._last
        self._last = max(self._last, self._told)
        return new
