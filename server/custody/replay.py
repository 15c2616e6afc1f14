"""Building the world again from what happened: the same effects, over nothing but memory."""

from collections.abc import Iterator

from server.custody.effects import effects_of
from server.custody.happenings import F, Fact, Happening


class World:
    """Every fact by kind and id, as the events so far have made it."""

    def __init__(self) -> None:
        self._facts: dict[type[Fact], dict[str, Fact]] = {}
        self._changed_by: dict[type[Fact], dict[str, int]] = {}
        self._happened = 0

    def get(self, kind: type[F], fact_id: str) -> F | None:
        """The newest version of a fact, or None."""
        fact = self._facts.get(kind, {}).get(fact_id)
        return fact if isinstance(fact, kind) else None

    def happen(self, happening: Happening) -> None:
        """Make true what this event makes true."""
        for fact in effects_of(self, happening):
            self._facts.setdefault(type(fact), {})[fact.id] = fact
            self._changed_by.setdefault(type(fact), {})[fact.id] = self._happened
        self._happened += 1

    def changed_by(self, kind: type[Fact], fact_id: str) -> int | None:
        """Which event, counted from 0, made this fact what it is; None for a fact that no event made."""
        return self._changed_by.get(kind, {}).get(fact_id)

    def of_kind(self, kind: type[F]) -> Iterator[F]:
        """Every fact of one kind."""
        return (fact for fact in self._facts.get(kind, {}).values() if isinstance(fact, kind))
