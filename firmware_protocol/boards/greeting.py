"""What a host asks of a board before it relies on it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from firmware_protocol.boards.answers import Answer
from firmware_protocol.boards.requests import Request


@dataclass(frozen=True, slots=True)
class Greeting:
    """A family's start-up conversation: repeated whenever the board was out of sight, so harmless to repeat."""

    requests: Callable[[int], tuple[Request, ...]]
    """What to say, by address, one after another. First a read: it shows whether the adapter echoes."""
    objection: Callable[[Sequence[Answer]], str]
    """Why the board must not be used, in Chinese, given the answers in the same order; empty if nothing is amiss."""
