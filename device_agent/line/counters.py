"""What a line and its boards have come to: counted since the start, and for the last hour. Pure; time is told.

A word of a counter is the same in the agent's metrics, in its hints to the server and on the cabinets' page.
"""

from collections import Counter, deque
from collections.abc import Mapping
from enum import StrEnum

BUCKET_MS = 60_000
HOUR_MS = 3_600_000


class Count(StrEnum):
    """What is counted: of a board where it concerns one, else of the line."""

    FRAMES = "frames"
    """Frames that came in."""
    BAD_CHECKS = "bad_checks"
    """Frames whose check was wrong."""
    SKIPPED = "skipped_octets"
    """Bytes that belonged to no frame."""
    RECONNECTS = "reconnects"
    """The port was opened anew."""
    TIMEOUTS = "timeouts"
    """A request was not answered."""
    RETRIES = "retries"
    """A request that had not been answered was made again."""
    UNLOCKS = "unlocks"
    """A lock was told to open."""
    DISBELIEVED = "disbelieved"
    """Frames with a wrong proof, as the controller itself counted them: somebody else speaks on the line."""


class Tally:
    """The counts of one line or one board."""

    def __init__(self) -> None:
        self._total: Counter[Count] = Counter()
        self._minutes: deque[tuple[int, Counter[Count]]] = deque()

    def add(self, count: Count, now_ms: float, by: int = 1) -> None:
        """It happened, so many times."""
        if by <= 0:
            return
        minute = int(now_ms // BUCKET_MS)
        if not self._minutes or self._minutes[-1][0] != minute:
            self._minutes.append((minute, Counter()))
            self._forget(now_ms)
        self._minutes[-1][1][count] += by
        self._total[count] += by

    def total(self) -> Mapping[str, int]:
        """Since the start, by word; what never happened is left out."""
        return {count.value: self._total[count] for count in Count if self._total[count]}

    def last_hour(self, now_ms: float) -> Mapping[str, int]:
        """In the last hour, give or take a minute, by word; what did not happen is left out."""
        self._forget(now_ms)
        summed: Counter[Count] = sum((counts for _, counts in self._minutes), Counter())
        return {count.value: summed[count] for count in Count if summed[count]}

    def _forget(self, now_ms: float) -> None:
        oldest = (now_ms - HOUR_MS) // BUCKET_MS
        while self._minutes and self._minutes[0][0] < oldest:
            self._minutes.popleft()
