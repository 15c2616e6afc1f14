"""When to ask again for what the server has for us and that has not come: pure."""

from dataclasses import dataclass, replace
from math import inf

WAIT_S_MIN, WAIT_S_MAX = 2.0, 60.0


@dataclass(frozen=True, slots=True)
class Patience:
    """Soon at first, then twice as late each time, so that whoever cannot do better is not asked for ever.

    `asks_at` is in seconds of a clock that only ever grows; `inf`: nothing is to be asked.
    """

    asks_at: float = inf
    wait_s: float = WAIT_S_MIN

    def look(self, now: float, *, is_lacking: bool) -> "Patience":
        """What to do, now that something lacks, or nothing does."""
        if not is_lacking:
            return Patience()
        if self.asks_at < inf:
            return self
        return Patience(now + self.wait_s, min(2 * self.wait_s, WAIT_S_MAX))

    def asked(self) -> "Patience":
        """Somebody has asked just now."""
        return replace(self, asks_at=inf)
