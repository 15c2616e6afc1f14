"""Who may ask for a use, and who may carry the things away: a table by use, for filing, approving and the pages.

A cooperative's things are asked for by its own people. An official seizure (上级调取) is not theirs to ask for or to
refuse: the 三资办 or the 镇纪委 orders it on a letter, for any cooperative of the township, and one of their people
carries the things. Whoever orders it takes no step of its approval, so that two people of the township always agree.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from server.custody.people import Standing
from server.custody.policy.words import Mode
from server.custody.roles import MAY_APPLY, MAY_RETURN, MAY_SEIZE, Role


@dataclass(frozen=True, slots=True)
class Entitlement:
    """The roles that file a request of one use, and those that hold what is taken."""

    applies: frozenset[Role]
    holds: frozenset[Role]


OF_THE_COOPERATIVE = Entitlement(applies=MAY_APPLY, holds=MAY_APPLY)
OF_THE_TOWNSHIP = Entitlement(applies=MAY_SEIZE, holds=MAY_SEIZE)
ENTITLED: Mapping[Mode, Entitlement] = {
    Mode.ON_SITE: OF_THE_COOPERATIVE,
    Mode.OFF_SITE: OF_THE_COOPERATIVE,
    Mode.READ: OF_THE_COOPERATIVE,
    Mode.AWAY: OF_THE_COOPERATIVE,
    Mode.INSPECTION: OF_THE_COOPERATIVE,
    Mode.SEIZURE: OF_THE_TOWNSHIP,
}


def may_apply(who: Standing, mode: Mode, cooperative: str) -> bool:
    """Whether a person's roles let them file such a request for this cooperative."""
    return who.holds_any(ENTITLED[mode].applies, cooperative)


def may_hold(who: Standing, mode: Mode, cooperative: str) -> bool:
    """Whether a person's roles let them take and keep this cooperative's things in such a use."""
    return who.holds_any(ENTITLED[mode].holds, cooperative)


def modes_of(who: Standing, cooperative: str) -> tuple[Mode, ...]:
    """The uses a person may ask for of this cooperative, in their order."""
    return tuple(mode for mode in Mode if may_apply(who, mode, cooperative))


def returning_roles(mode: Mode) -> tuple[Role, ...]:
    """Who may bring back besides the holder: the cooperative's own people always, and colleagues of who took it."""
    return (*MAY_RETURN, *(role for role in Role if role in ENTITLED[mode].holds and role not in MAY_RETURN))
