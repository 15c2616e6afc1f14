"""A cooperative's mandate put on record, first or renewed: one administrator proposes it, another confirms."""

from dataclasses import dataclass
from datetime import date

from server.custody.administration.changes import refuse_to_propose
from server.custody.facts import Cooperative
from server.custody.people import Standing
from server.custody.refusals import Refused, first_refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """`who` would have it on record that `cooperative` resolved, on a day, to leave its things here to a last day."""

    who: Standing
    cooperative: Cooperative
    resolved_on: date
    expires_on: date
    today: date


def refuse_renewal(renewal: Renewal) -> Refused | None:
    """Why the mandate cannot be proposed (or confirmed as proposed by `who`), or None."""
    if (refused := refuse_to_propose(renewal.who)) is not None:
        return refused
    return first_refusal((_was_resolved, _still_runs, _is_news), renewal)


def _was_resolved(renewal: Renewal) -> Refused | None:
    if renewal.resolved_on <= renewal.today:
        return None
    return Refused("mandate_resolved", "决议日期还没有到。成员大会开过、有了决议再登记。")


def _still_runs(renewal: Renewal) -> Refused | None:
    if renewal.expires_on > renewal.resolved_on and renewal.expires_on >= renewal.today:
        return None
    return Refused("mandate_term", "到期日要在决议日期之后，并且还没有过。请对着决议核对日期。")


def _is_news(renewal: Renewal) -> Refused | None:
    known = renewal.cooperative
    if (known.resolved_on, known.expires_on) != (renewal.resolved_on, renewal.expires_on) or known.revoked_on:
        return None
    return Refused("mandate_same", f"{known.short_name}登记的就是这份授权，不用再办。")
