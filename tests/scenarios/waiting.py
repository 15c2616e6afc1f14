"""Waiting for what has no event of its own to wait on: another process's file, socket or answer."""

import threading
from collections.abc import Callable
from time import monotonic
from typing import TypeVar

from tests.fixtures.patience import A_MOMENT_S, PATIENCE_S

T = TypeVar("T")


def until(ask: Callable[[], T | None], what: str, patience_s: float = PATIENCE_S) -> T:
    """Ask until the answer is something; returns it. Raises `AssertionError` naming `what` after `patience_s`."""
    deadline, pause = monotonic() + patience_s, threading.Event()
    while not (answer := ask()):
        assert monotonic() < deadline, f"waited {patience_s:g} s in vain: {what}"
        pause.wait(A_MOMENT_S)
    return answer
