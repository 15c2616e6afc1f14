"""What an agent is shown of the log, and what it has made of it so far."""

from dataclasses import dataclass

from firmware_protocol.log_heads import Head, Shown


@dataclass(frozen=True, slots=True)
class HeadShown:
    """The log's newest head, verified, with the proof that came along."""

    shown: Shown


@dataclass(frozen=True, slots=True)
class LogView:
    """What this agent has seen of the log: its newest head, and up to which size a head was witnessed as asked for.

    `dispute` is set for good once two histories were shown: how they differ (`forked` or `shrunk`).
    """

    head: Head | None = None
    witnessed_size: int = 0
    dispute: str | None = None

    @property
    def size(self) -> int:
        """How many entries the newest head covers; 0 before the first."""
        return 0 if self.head is None else self.head.size
