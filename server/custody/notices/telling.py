"""Occasions and the time become notices: everybody hears the last step that was reached, once, and in their hours."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from server.custody.notices.ladder import LADDERS, ROLES_OF, Rung
from server.custody.notices.notice import Audience, Notice, Topic
from server.custody.notices.quiet import may_speak
from server.custody.people import Standing
from server.custody.roles import COOPERATIVE_ROLES
from server.custody.working_days import Calendar


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """Something people are told about, step by step, counted from `at`. `named` are the people it names itself."""

    topic: Topic
    subject: str
    at: datetime
    cooperative: str | None = None
    named: Mapping[Audience, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ear:
    """A group chat that hears what some audiences hear. `id` is its robot's (`robot:…`)."""

    id: str
    audiences: frozenset[Audience]


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """Who could be told at all: the township's people and its group chats, and when they work."""

    people: tuple[Standing, ...]
    ears: tuple[Ear, ...] = ()
    calendar: Calendar


def is_due(occasion: Occasion, now: datetime) -> bool:
    """Whether the first step of its ladder has been reached."""
    return any(occasion.at + rung.after <= now for rung in LADDERS[occasion.topic])


def notices_due(occasions: Iterable[Occasion], circle: Circle, now: datetime) -> tuple[Notice, ...]:
    """Everything that is to be told by now; what was told before is among it, under the same ids."""
    found = (notice for occasion in occasions for notice in _of(occasion, circle, now))
    return tuple({notice.id: notice for notice in found}.values())


def untold(notices: Iterable[Notice], told: Collection[str]) -> tuple[Notice, ...]:
    """What nobody was told yet; `told` are the ids of notices that were."""
    return tuple(notice for notice in notices if notice.id not in told)


def _of(occasion: Occasion, circle: Circle, now: datetime) -> Iterator[Notice]:
    """One notice a recipient, of the last rung that means them; none while that rung's hours have not come."""
    latest: dict[str, Rung] = {}
    for rung in LADDERS[occasion.topic]:
        if occasion.at + rung.after <= now:
            latest.update(dict.fromkeys(_recipients(occasion, rung, circle), rung))
    for recipient, rung in latest.items():
        if may_speak(rung.manner, now, circle.calendar):
            yield Notice(
                recipient=recipient,
                topic=occasion.topic,
                stage=rung.stage,
                subject=occasion.subject,
                cooperative=occasion.cooperative,
                at=occasion.at,
            )


def _recipients(occasion: Occasion, rung: Rung, circle: Circle) -> Iterator[str]:
    named = {person for audience in rung.audiences for person in occasion.named.get(audience, ())}
    roles = {ROLES_OF[audience] for audience in rung.audiences if audience in ROLES_OF}
    if occasion.cooperative is None:
        roles -= COOPERATIVE_ROLES
    for who in circle.people:
        is_meant = who.id in named or any(who.holds(role, occasion.cooperative) for role in roles)
        if is_meant and who.person.is_active:
            yield who.id
    yield from (ear.id for ear in circle.ears if not ear.audiences.isdisjoint(rung.audiences))
