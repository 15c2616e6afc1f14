"""What an agent is shown of the log and of the server's keys, and what it has made of it so far."""

from collections.abc import Mapping
from dataclasses import dataclass

from firmware_protocol.key_changes import KeyHistory
from firmware_protocol.log_heads import Head, Shown


@dataclass(frozen=True, slots=True)
class HeadShown:
    """The log's newest head, verified, with the proof that came along."""

    shown: Shown


@dataclass(frozen=True, slots=True)
class KeysReceived:
    """How the server's keys followed one another, by `version` changes, all of them entries in the tree of `shown`."""

    history: KeyHistory
    version: int
    shown: Shown
    notes: Mapping[str, bytes]


LogTold = HeadShown | KeysReceived
"""What the log itself says to an agent."""


@dataclass(frozen=True, slots=True)
class KeysView:
    """Which keys of the server this agent believes; None: those of its bundle, which nobody has followed yet."""

    history: KeyHistory | None = None
    version: int = 0

    @property
    def over(self) -> frozenset[str]:
        """The ids (hex) of the permit keys that have ended."""
        return frozenset() if self.history is None else self.history.permit.ended


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
