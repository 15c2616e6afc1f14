"""What others hear about after it was committed: facts for the agents' link and for live pages, without any secret."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PermitReady:
    """A new permit waits for delivery to this agent."""

    agent: str
    permit: str


@dataclass(frozen=True, slots=True)
class RevocationsChanged:
    """Every agent needs the list of revoked permits in this version."""

    version: int


@dataclass(frozen=True, slots=True)
class RosterChanged:
    """This agent needs its roster in this version."""

    agent: str
    version: int


@dataclass(frozen=True, slots=True)
class LogGrew:
    """The log has `size` entries now; `types` are the new ones' types."""

    size: int
    types: frozenset[str]


News = PermitReady | RevocationsChanged | RosterChanged | LogGrew
