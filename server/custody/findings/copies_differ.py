"""A05 审用不符: what was sealed is not what was approved."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from server.custody.findings.finding import Grounds, Level, Noticed, Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed(Grounds):
    """What came of one checkout. None where nobody said.

    `pages_seen` are photographs, of one copy and each of its pages. `documents_found` are the documents that were
    approved as they lie there now, in the order of `documents_approved`; all by SHA-256, '' for one that is gone.
    """

    checkout: str
    copies_approved: int | None = None
    copies_sealed: int | None = None
    pages_declared: int | None = None
    pages_seen: int | None = None
    documents_approved: tuple[str, ...] = ()
    documents_found: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiesDiffer(Rule):
    """Another number of copies (by more than `copies_off_max`) or of pages, or another document than was approved.

    Each is a finding of its own: they are seen at different times, and explained by different people.
    """

    id: str = "A05"
    title: str = "审用不符"
    level: Level = Level.RED
    window: str = "每次取出、归还、交材料"
    copies_off_max: int = 0

    def judge(self, facts: Iterable[Sealed]) -> tuple[Noticed, ...]:
        """A finding for everything that differs."""
        return tuple(noticed for each in facts for noticed in self._differences(each))

    def _differences(self, each: Sealed) -> Iterator[Noticed]:
        if _differ(each.copies_approved, each.copies_sealed, self.copies_off_max):
            numbers = {"copies_approved": each.copies_approved or 0, "copies_sealed": each.copies_sealed or 0}
            yield self.notice(each.checkout, each, numbers)
        if _differ(each.pages_declared, each.pages_seen, 0):
            numbers = {"pages_declared": each.pages_declared or 0, "pages_seen": each.pages_seen or 0}
            yield self.notice(f"{each.checkout}:pages", each, numbers)
        pairs = zip(each.documents_approved, each.documents_found, strict=True)
        if changed := sum(approved != found for approved, found in pairs):
            yield self.notice(f"{each.checkout}:documents", each, {"documents_changed": changed})


def _differ(approved: int | None, actual: int | None, off_max: int) -> bool:
    return approved is not None and actual is not None and abs(approved - actual) > off_max
