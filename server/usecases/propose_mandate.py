"""An administrator proposes what a cooperative's assembly resolved; it counts once another one has confirmed it."""

from dataclasses import dataclass
from datetime import date

from server.custody.administration.changes import Change, ChangeKind
from server.custody.administration.renewing import Renewal, refuse_renewal
from server.custody.facts import Cooperative
from server.custody.refusals import Refused
from server.custody.working_days import day_of
from server.store.find_administration import waiting_changes
from server.store.work import Work
from server.usecases.propose_role import ALREADY_PROPOSED, ChangeProposed, propose
from server.usecases.refusing import UNKNOWN_COOPERATIVE, acting, refuse


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeMandate:
    """Who would put on record that `cooperative` resolved on which day to leave its things here to which last day."""

    by: str
    cooperative: str
    resolved_on: date
    expires_on: date
    note: str = ""


def propose_mandate(work: Work, asked: ProposeMandate) -> ChangeProposed | Refused:
    """Propose it, or say why not."""
    wanted = {
        "cooperative": asked.cooperative,
        "resolved_on": asked.resolved_on.isoformat(),
        "expires_on": asked.expires_on.isoformat(),
    }
    refused = _refusal(work, asked.by, wanted)
    if refused is None and any(each.wanted == wanted for each in waiting_changes(work.facts, ChangeKind.MANDATE)):
        refused = ALREADY_PROPOSED
    if refused is not None:
        return refuse(work, refused, asked.by, cooperative=asked.cooperative)
    return propose(work, asked.by, ChangeKind.MANDATE, wanted, asked.note)


def refuse_mandate_as_proposed(work: Work, change: Change) -> Refused | None:
    """Why what was proposed cannot be put on record any more, or None."""
    return _refusal(work, change.proposed_by, dict(change.wanted))


def record_mandate(work: Work, change: Change) -> None:
    """Make a confirmed change true: from now on the cooperative's things are used again."""
    work.record("mandate_recorded", {**change.wanted, "by_person": change.proposed_by, "change": change.id})


def _refusal(work: Work, by: str, wanted: dict[str, str]) -> Refused | None:
    cooperative = work.get(Cooperative, wanted["cooperative"])
    if cooperative is None:
        return UNKNOWN_COOPERATIVE
    resolved_on, expires_on = (date.fromisoformat(wanted[key]) for key in ("resolved_on", "expires_on"))
    return refuse_renewal(
        Renewal(
            who=acting(work, by),
            cooperative=cooperative,
            resolved_on=resolved_on,
            expires_on=expires_on,
            today=day_of(work.now),
        )
    )
