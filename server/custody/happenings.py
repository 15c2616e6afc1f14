"""What happened, as custody sees it: an entry of the log together with its body."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeVar, runtime_checkable

WAS = "was"


@runtime_checkable
class Fact(Protocol):
    """Any fact: frozen, and known by its id among its kind."""

    @property
    def id(self) -> str:
        """Unique among the facts of one kind."""
        ...


F = TypeVar("F", bound=Fact)


class Known(Protocol):
    """What is known so far. `effects` and rules only ever ask for one fact by kind and id."""

    def get(self, kind: type[F], fact_id: str) -> F | None:
        """The newest version of this fact, or None."""
        ...


@dataclass(frozen=True, slots=True)
class Happening:
    """One entry with its body. `about` holds ids and fixed words, `body` names and texts (empty when there is none)."""

    by: str
    at: datetime
    type: str
    about: Mapping[str, Any]
    body: Mapping[str, Any] = field(default_factory=dict)

    @property
    def said(self) -> Mapping[str, Any]:
        """The body without `was`: what a changed thing said before, kept for readers of the log alone."""
        return {key: value for key, value in self.body.items() if key != WAS}
