"""A05 审用不符: what was sealed is not what was approved."""

from collections.abc import Iterable
from dataclasses import dataclass

from server.custody.findings.finding import Grounds, Level, Noticed, Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed(Grounds):
    """What came of one checkout. None where nobody said; the hashes are of the document, approved and sealed."""

    checkout: str
    copies_approved: int | None = None
    copies_sealed: int | None = None
    pages_declared: int | None = None
    pages_seen: int | None = None
    approved_hash: str | None = None
    sealed_hash: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiesDiffer(Rule):
    """Another number of copies (by more than `copies_off_max`) or of pages, or another document than was approved."""

    id: str = "A05"
    title: str = "审用不符"
    level: Level = Level.RED
    window: str = "每次归还"
    copies_off_max: int = 0

    def judge(self, facts: Iterable[Sealed]) -> tuple[Noticed, ...]:
        """A finding for each checkout of which something differs."""
        judged = ((each, self._differences(each)) for each in facts)
        return tuple(self.notice(each.checkout, each, numbers) for each, numbers in judged if numbers)

    def _differences(self, each: Sealed) -> dict[str, int]:
        numbers: dict[str, int] = {}
        if _differ(each.copies_approved, each.copies_sealed, self.copies_off_max):
            numbers |= {"copies_approved": each.copies_approved or 0, "copies_sealed": each.copies_sealed or 0}
        if _differ(each.pages_declared, each.pages_seen, 0):
            numbers |= {"pages_declared": each.pages_declared or 0, "pages_seen": each.pages_seen or 0}
        if each.approved_hash and each.sealed_hash and each.approved_hash != each.sealed_hash:
            numbers["documents_changed"] = 1
        return numbers


def _differ(approved: int | None, actual: int | None, off_max: int) -> bool:
    return approved is not None and actual is not None and abs(approved - actual) > off_max
