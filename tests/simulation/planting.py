"""What a planted bug is, and how it is planted.

A mutant is planted by `monkeypatch`-like setting of attributes, undone afterwards; `found_by` is where the search
begins, so that a suite looks at one schedule and not at hundreds.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from unittest.mock import patch

from firmware_protocol import permit_checks

Plant = Callable[[ExitStack], None]
"""Makes the product wrong until the stack is unwound."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One planted bug: what it is, how it is planted, what finds it and from which seed on."""

    name: str
    plant: Plant
    breaks: frozenset[str]
    found_by: int = 0

    @contextmanager
    def planted(self) -> Iterator[None]:
        """The product with this bug, until the block ends."""
        with ExitStack() as until_then:
            self.plant(until_then)
            yield


def without_rule(table: str, *names: str) -> Plant:
    def plant(until_then: ExitStack) -> None:
        kept = tuple(rule for rule in getattr(permit_checks, table) if rule[0] not in names)
        until_then.enter_context(patch.object(permit_checks, table, kept))

    return plant
