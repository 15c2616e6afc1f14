"""Answers that cost more than they change: made again only when they are older than their time."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Generic, TypeVar

V = TypeVar("V")
KEPT_FOR = timedelta(minutes=10)


@dataclass(slots=True)
class Kept(Generic[V]):
    """The newest answer under each name. Safe from any thread; whoever finds it too old makes it, the others wait."""

    _answers: dict[str, tuple[datetime, V]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def answer(self, name: str, now: datetime, make: Callable[[], V]) -> V:
        """The answer under this name, made now where there is none that is fresh."""
        with self._lock:
            at, answer = self._answers.get(name, (now - KEPT_FOR - timedelta(seconds=1), None))
            if answer is not None and timedelta(0) <= now - at <= KEPT_FOR:
                return answer
            made = make()
            self._answers[name] = (now, made)
            return made
