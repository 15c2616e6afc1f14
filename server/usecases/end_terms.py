"""A role whose term is over ends on the day after its last, with what waited at the cabinet for its holder."""

from dataclasses import dataclass

from server.custody.working_days import day_of
from server.store.find_administration import ended_terms
from server.store.work import Work
from server.usecases.issue_roster import issue_rosters
from server.usecases.withdraw_role import take_back


@dataclass(frozen=True, slots=True)
class EndTerms:
    """Look for terms that are over; safe to ask as often as one likes."""


@dataclass(frozen=True, slots=True)
class TermsEnded:
    """The grants that ended, by their ids."""

    grants: tuple[str, ...]


def end_terms(work: Work, _asked: EndTerms) -> TermsEnded:
    """End them; nobody has to ask."""
    over = ended_terms(work.facts, day_of(work.now))
    for grant in over:
        work.record("role_withdrawn", {"person": grant.person, "role": grant.role, "cooperative": grant.cooperative})
        take_back(work, grant.person, None)
    if over:
        issue_rosters(work)
    return TermsEnded(tuple(grant.id for grant in over))
