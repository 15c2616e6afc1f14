"""When to send which entries: pure. Time is what it is told, in seconds of a clock that only ever grows.

One batch is under way at a time, from the first entry the server has not acknowledged. It is sent again after a wait
that doubles, until the server acknowledges something new; a new connection, or the server's return, ends the wait.
"""

from dataclasses import dataclass, replace

RESEND_S_MIN = 2.0
RESEND_S_MAX = 60.0


@dataclass(frozen=True, slots=True)
class Outbox:
    """How far the journal has got, how far the server has, and when the next batch is due.

    `awaited_seq` is the last entry of the batch under way; `due_at` is when it is sent again, or, with nothing under
    way, the earliest time for the next one.
    """

    last_seq: int = 0
    acked_seq: int = 0
    awaited_seq: int | None = None
    due_at: float = 0.0
    tries: int = 0

    def wrote(self, last_seq: int) -> "Outbox":
        """The journal has entries up to `last_seq` now."""
        return replace(self, last_seq=max(self.last_seq, last_seq))

    def retry_now(self) -> "Outbox":
        """Whatever was under way may be lost: begin again at once."""
        return replace(self, awaited_seq=None, due_at=0.0, tries=0)

    def sent(self, to_seq: int, now: float, chance: float) -> "Outbox":
        """A batch up to `to_seq` has gone out; `chance` is from 0 to 1, so that agents do not repeat in step."""
        wait_s = min(RESEND_S_MAX, RESEND_S_MIN * 2 ** min(self.tries, 16)) * (1 - chance / 2)
        return replace(self, awaited_seq=to_seq, due_at=now + wait_s, tries=self.tries + 1)

    def acknowledged(self, seq: int) -> "Outbox":
        """The server has committed everything up to `seq`. Older news changes nothing."""
        if seq <= self.acked_seq:
            return self
        is_complete = self.awaited_seq is None or seq >= self.awaited_seq
        after = replace(self, acked_seq=seq, tries=0)
        return after.retry_now() if is_complete else after

    def rewound(self, seq: int) -> "Outbox":
        """The server has less than it once acknowledged: it was restored from a backup. Begin again after `seq`."""
        return replace(self, acked_seq=min(seq, self.acked_seq)).retry_now()

    @property
    def unsent(self) -> int:
        """How many entries the server has not acknowledged."""
        return self.last_seq - self.acked_seq

    def due_in_s(self, now: float) -> float | None:
        """Seconds until a batch is to be sent, 0 or less for now, None when there is nothing to send."""
        return self.due_at - now if self.unsent > 0 else None
