"""The pure checks a device makes before it pulses a lock under a permit.

A take is refused by default and allowed only when every rule agrees; a return asks far less, because it only ever adds
to custody. Both are told everything, the time and its uncertainty included, and ask nothing. A rule is a small
predicate with a name; the name is logged, and whoever shows refusals has a sentence for each.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from firmware_protocol.entries import ClockQuality
from firmware_protocol.permits import WINDOW_H_MAX, Party, Permit
from firmware_protocol.rosters import Person

PulseOutcome = Literal["opened", "refused", "unknown"]
TrustLevel = Literal["signed", "log", "quorum"]
"""What a permit needs besides a valid signature: nothing, its entry proven in the log, that and the log witnessed."""


@dataclass(frozen=True, slots=True)
class Clock:
    """What the agent knows of the time: it lies between `earliest` and `latest` (None: no upper bound)."""

    earliest: datetime
    latest: datetime | None
    quality: ClockQuality

    @property
    def is_bounded(self) -> bool:
        """Whether the time is known well enough to judge a window."""
        return self.latest is not None and self.quality in ("sync", "rtc")


@dataclass(frozen=True, slots=True)
class Staleness:
    """How old an agent's last contact may be for a take, in hours: with a seal among the items, and without."""

    seal_h: int = 4
    other_h: int = 24


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything the checks are told about the moment at the door.

    `persons` are those who identified, the holder first. `pulses` are this permit's burned pulses in order (for a take
    its attempts, for a return the returns). `contact_age_max` is how long ago the last contact can be; None: nobody
    knows. `is_in_log`: the entry that issued this permit was proven in a head that the agent follows; `is_witnessed`:
    such a head bears the policy's cosignatures; `is_log_disputed`: the agent was shown two histories. `keys_over` are
    the ids (hex) of permit keys that have ended.
    """

    agent: str
    clock: Clock
    persons: tuple[Person, ...]
    pulses: tuple[PulseOutcome, ...] = ()
    contact_age_max: timedelta | None = None
    revocations_version: int = 0
    revoked: frozenset[str] = field(default_factory=frozenset)
    trust: int = 1
    checkout_open: bool = False
    level: TrustLevel = "log"
    staleness: Staleness = Staleness()
    is_in_log: bool = False
    is_witnessed: bool = False
    is_log_disputed: bool = False
    keys_over: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Allowed:
    """Go ahead with pulse number `attempt` (1-based). `flagged`: someone else of the cooperative brings it back."""

    attempt: int
    flagged: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """No. `rule` names the rule that said so; people get a sentence for it at the kiosk."""

    rule: str


_Rule = tuple[str, Callable[[Permit, Situation], bool]]


def check_take(permit: Permit, situation: Situation) -> Allowed | Refused:
    """Whether the compartment may be pulsed under a take, deposit, read or count permit. Default: no."""
    return _judge(_TAKE_RULES, permit, situation) or Allowed(len(situation.pulses) + 1)


def check_return(permit: Permit, situation: Situation) -> Allowed | Refused:
    """Whether the compartment may be pulsed for bringing back under the permit's return grant.

    No expiry, no staleness, no revocation, no attempt limit, any clock: only the right place and the right two people
    while the checkout is open at this agent.
    """
    refused = _judge(_RETURN_RULES, permit, situation)
    flagged = bool(situation.persons) and not permit.holder.admits(situation.persons[0], permit.cooperative)
    return refused or Allowed(len(situation.pulses) + 1, flagged)


def _judge(rules: tuple[_Rule, ...], permit: Permit, situation: Situation) -> Refused | None:
    for name, holds in rules:
        if not holds(permit, situation):
            return Refused(name)
    return None if rules else Refused("no_rules")


def _addressed_here(permit: Permit, situation: Situation) -> bool:
    return permit.agent == situation.agent


def _trust_known(permit: Permit, situation: Situation) -> bool:
    return permit.trust == situation.trust


def _two_people(permit: Permit, situation: Situation) -> bool:
    ids = [person.id for person in situation.persons]
    return len(ids) == len(set(ids)) >= 2 + len(permit.extra)


def _two_bring_back(_permit: Permit, situation: Situation) -> bool:
    """Whoever else had to see the taking need not come again: returning only ever adds to custody."""
    ids = [person.id for person in situation.persons]
    return len(ids) == len(set(ids)) >= 2


def _all_active(_permit: Permit, situation: Situation) -> bool:
    return all(person.active for person in situation.persons)


def _holder_present(permit: Permit, situation: Situation) -> bool:
    return permit.holder.admits(situation.persons[0], permit.cooperative)


def _second_present(permit: Permit, situation: Situation) -> bool:
    return permit.second.admits(situation.persons[1], permit.cooperative)


def _extra_present(permit: Permit, situation: Situation) -> bool:
    return _each_role_has_a_person(permit.extra, situation.persons[2:], permit.cooperative)


def _no_approver_present(permit: Permit, situation: Situation) -> bool:
    return not {person.id for person in situation.persons} & set(permit.approvers)


def _time_known(_permit: Permit, situation: Situation) -> bool:
    return situation.clock.is_bounded


def _already_valid(permit: Permit, situation: Situation) -> bool:
    return situation.clock.earliest >= permit.not_before


def _not_expired(permit: Permit, situation: Situation) -> bool:
    latest = situation.clock.latest
    return latest is not None and latest <= permit.not_after


def _window_fits(permit: Permit, _situation: Situation) -> bool:
    return timedelta(0) < permit.not_after - permit.not_before <= timedelta(hours=WINDOW_H_MAX)


def _not_revoked(permit: Permit, situation: Situation) -> bool:
    return permit.id not in situation.revoked


def _revocations_fresh(permit: Permit, situation: Situation) -> bool:
    return situation.revocations_version >= permit.revocations_min


def _contact_fresh(permit: Permit, situation: Situation) -> bool:
    limits, age_max = situation.staleness, situation.contact_age_max
    limit = timedelta(hours=limits.seal_h if permit.has_seal else limits.other_h)
    return age_max is not None and age_max <= limit


def _log_undisputed(_permit: Permit, situation: Situation) -> bool:
    return not situation.is_log_disputed


def _in_log(_permit: Permit, situation: Situation) -> bool:
    return situation.level == "signed" or situation.is_in_log


def _witnessed(_permit: Permit, situation: Situation) -> bool:
    return situation.level != "quorum" or situation.is_witnessed


def _key_counts(permit: Permit, situation: Situation) -> bool:
    return permit.key not in situation.keys_over


def _attempts_left(permit: Permit, situation: Situation) -> bool:
    return len(situation.pulses) < permit.attempts


def _never_opened(_permit: Permit, situation: Situation) -> bool:
    return "opened" not in situation.pulses


def _every_failure_proven(_permit: Permit, situation: Situation) -> bool:
    return "unknown" not in situation.pulses


def _has_return_grant(permit: Permit, _situation: Situation) -> bool:
    return permit.return_grant is not None


def _checkout_open(_permit: Permit, situation: Situation) -> bool:
    return situation.checkout_open


def _returner_entitled(permit: Permit, situation: Situation) -> bool:
    grant, person = permit.return_grant, situation.persons[0]
    by_role = grant is not None and Party(roles=grant.roles).admits(person, permit.cooperative)
    return by_role or permit.holder.admits(person, permit.cooperative)


def _return_second_present(permit: Permit, situation: Situation) -> bool:
    grant = permit.return_grant
    return grant is not None and grant.second.admits(situation.persons[1], permit.cooperative)


def _each_role_has_a_person(roles: tuple[str, ...], people: tuple[Person, ...], cooperative: str) -> bool:
    """Whether the roles can be given to different people; one person never fills two places."""
    if not roles:
        return True
    rest = roles[1:]
    return any(
        person.holds(roles[0], cooperative) and _each_role_has_a_person(rest, people[:i] + people[i + 1 :], cooperative)
        for i, person in enumerate(people)
    )


_TAKE_RULES: tuple[_Rule, ...] = (
    ("addressed_here", _addressed_here),
    ("two_people", _two_people),
    ("all_active", _all_active),
    ("trust_known", _trust_known),
    ("holder_present", _holder_present),
    ("second_present", _second_present),
    ("extra_present", _extra_present),
    ("no_approver_present", _no_approver_present),
    ("window_fits", _window_fits),
    ("time_known", _time_known),
    ("already_valid", _already_valid),
    ("not_expired", _not_expired),
    ("key_counts", _key_counts),
    ("not_revoked", _not_revoked),
    ("revocations_fresh", _revocations_fresh),
    ("contact_fresh", _contact_fresh),
    ("log_undisputed", _log_undisputed),
    ("in_log", _in_log),
    ("witnessed", _witnessed),
    ("never_opened", _never_opened),
    ("every_failure_proven", _every_failure_proven),
    ("attempts_left", _attempts_left),
)
_RETURN_RULES: tuple[_Rule, ...] = (
    ("addressed_here", _addressed_here),
    ("two_people", _two_bring_back),
    ("all_active", _all_active),
    ("has_return_grant", _has_return_grant),
    ("checkout_open", _checkout_open),
    ("returner_entitled", _returner_entitled),
    ("return_second_present", _return_second_present),
)

RULES: tuple[str, ...] = tuple(dict.fromkeys(name for name, _ in (*_TAKE_RULES, *_RETURN_RULES)))
"""Every rule's name: whoever shows refusals has a sentence for each."""
