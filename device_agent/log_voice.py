"""What an agent says of the log: how far it follows it, and its cosignature of that head. Safe from any thread."""

from collections.abc import Callable
from datetime import datetime

from firmware_protocol.cosignatures import cosign
from firmware_protocol.log_heads import Head
from firmware_protocol.log_steps import LogHeld, encode_held
from firmware_protocol.notes import Signer

ASK_S = 0.1
ASK_S_MAX = 10.0
"""How soon the server is told that it has it wrong, twice as late each time, until a head links again: two messages
that overtook each other must not keep people waiting, and a server that cannot do better must not be asked for ever.
"""


class LogVoice:
    """The newest that can be said, and whether it was. A head is told here only once it is kept."""

    def __init__(self, agent: str, signer: Signer, size: int) -> None:
        """`size` is how long the log was that the agent knows (0: it knows none)."""
        self._signer = signer
        self._held = self._said = LogHeld(agent, size)
        self._is_asking = False
        self._ask_s = ASK_S

    def hold(self, head: Head | None, at: datetime) -> None:
        """The agent keeps this head, found consistent: cosign it. None: the server showed one that does not link."""
        if head is None:
            self._is_asking = True
        else:
            self._ask_s = ASK_S
            self._held = LogHeld(self._held.agent, head.size, cosign(head.checkpoint.text, self._signer, at))

    def stand_at(self, size: int) -> None:
        """The agent holds a head of this size, which it may not have been told to `hold`.

        A write that failed can be in the journal all the same, and what is there is what is held: whoever went on
        saying an earlier size would be shown every head from there, and could never link one.
        """
        if size != self._held.size:
            self._held = LogHeld(self._held.agent, size)

    @property
    def has_news(self) -> bool:
        """Whether there is a head to tell of that was not told yet."""
        return self._held is not self._said

    def say(self, publish: Callable[[bytes], bool]) -> bool:
        """Say what is held now; whether it went out."""
        held = self._held
        is_said = publish(encode_held(held, self._signer))
        self._said = held if is_said else self._said
        return is_said

    def was_greeted(self) -> None:
        """A hello went out after it: the answer is proven from there."""
        self._ask_s = min(2 * self._ask_s, ASK_S_MAX) if self._is_asking else self._ask_s
        self._is_asking = False

    def hello_at(self, planned_at: float, said_at: float) -> float:
        """When the next hello is due, which was planned for `planned_at` after the one at `said_at`."""
        return min(planned_at, said_at + self._ask_s) if self._is_asking else planned_at
