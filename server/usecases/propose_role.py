"""An administrator proposes that somebody holds a role; it holds once another administrator has confirmed it."""

from dataclasses import dataclass
from datetime import date

from server.custody.administration.changes import Change, ChangeKind
from server.custody.administration.granting import Granting, refuse_grant
from server.custody.facts import Cooperative
from server.custody.refusals import Refused
from server.custody.roles import Role
from server.custody.working_days import day_of
from server.store import find
from server.store.find_administration import waiting_changes
from server.store.work import Work
from server.usecases.refusing import UNKNOWN_COOPERATIVE, UNKNOWN_PERSON, acting, refuse
from server.usecases.texts import tidy

ALREADY_PROPOSED = Refused("change_waiting", "同样的变更已经提出，正等另一位管理员确认。")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeRole:
    """Who would have whom hold which role (in `cooperative`); `until` None is a term without an end."""

    by: str
    person: str
    role: Role
    cooperative: str | None
    since: date
    until: date | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class ChangeProposed:
    """The change waits for another administrator."""

    change: str


def propose_role(work: Work, asked: ProposeRole) -> ChangeProposed | Refused:
    """Propose it, or say why not."""
    wanted = {
        "person": asked.person,
        "role": str(asked.role),
        **({} if asked.cooperative is None else {"cooperative": asked.cooperative}),
        "since": asked.since.isoformat(),
        **({} if asked.until is None else {"until": asked.until.isoformat()}),
    }
    granting = granting_of(work, asked.by, wanted)
    refused = granting if isinstance(granting, Refused) else refuse_grant(granting)
    if refused is None and any(each.wanted == wanted for each in waiting_changes(work.facts, ChangeKind.ROLE)):
        refused = ALREADY_PROPOSED
    if refused is not None:
        return refuse(work, refused, asked.by, cooperative=asked.cooperative)
    return propose(work, asked.by, ChangeKind.ROLE, wanted, asked.note)


def propose(work: Work, by: str, kind: ChangeKind, wanted: dict[str, str], note: str) -> ChangeProposed:
    """Record a change that may be proposed."""
    change = work.new_id("g")
    work.record("change_proposed", {"change": change, "kind": kind, "by_person": by, **wanted}, {"note": tidy(note)})
    return ChangeProposed(change)


def granting_of(work: Work, by: str, wanted: dict[str, str]) -> Granting | Refused:
    """What `by` would grant, from the facts as they are now; refused where a person or place is not known."""
    other = find.standing(work.facts, wanted["person"])
    where = wanted.get("cooperative")
    cooperative = None if where is None else work.get(Cooperative, where)
    if other is None:
        return UNKNOWN_PERSON
    if where is not None and cooperative is None:
        return UNKNOWN_COOPERATIVE
    return Granting(
        who=acting(work, by),
        other=other,
        role=Role(wanted["role"]),
        cooperative=cooperative,
        since=date.fromisoformat(wanted["since"]),
        until=date.fromisoformat(wanted["until"]) if "until" in wanted else None,
        today=day_of(work.now),
    )


def refuse_as_proposed(work: Work, change: Change) -> Refused | None:
    """Why what was proposed cannot be granted any more, or None."""
    granting = granting_of(work, change.proposed_by, dict(change.wanted))
    return granting if isinstance(granting, Refused) else refuse_grant(granting)


def grant_role(work: Work, change: Change) -> None:
    """Make a confirmed change true, at pages and doors."""
    work.record("role_granted", {**change.wanted, "by_person": change.proposed_by, "change": change.id})
