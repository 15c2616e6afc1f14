"""The two inputs that tell what is inside: from light barriers and tag readers; the others are in `inputs`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class InsideSeen:
    """Whether anything stands before a compartment's light barrier; None when the board does not answer."""

    compartment: str
    has_something: bool | None


@dataclass(frozen=True, slots=True)
class TagsSeen:
    """The tags inside a compartment, debounced; None while its reader does not answer."""

    compartment: str
    tags: frozenset[str] | None


WhatIsInside = InsideSeen | TagsSeen
