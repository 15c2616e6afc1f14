"""Cooperatives: a village's list, and one with its things and its mandate."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from server.custody.facts import Cooperative
from server.custody.mandates import warned_days
from server.custody.people import Standing
from server.custody.roles import TITLES, Role
from server.custody.states import ItemState
from server.store.lists.registers import CooperativeLine
from server.web import times
from server.web.language import N_
from server.web.telling import say_place
from server.web.views.checkouts import Labelled
from server.web.views.reading import Reading
from server.web.views.words import say_names

OFFICES = (Role.HEAD, Role.ACCOUNTANT, Role.SUPERVISOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class CooperativeRow:
    """A line of the list. The counts are of things by where they are."""

    id: str
    name: str
    place: str
    expires_on: str
    expired: bool
    in_cabinet: int
    out: int
    missing: int
    registered: int


@dataclass(frozen=True, slots=True)
class Village:
    """A village's cooperatives."""

    name: str
    rows: tuple[CooperativeRow, ...]


def by_village(lines: Iterable[CooperativeLine], reading: Reading) -> tuple[Village, ...]:
    """The list, village by village."""
    ordered = sorted(lines, key=lambda line: (line.cooperative.village, line.cooperative.code))
    return tuple(
        Village(village, tuple(_row(line, reading) for line in of_village))
        for village, of_village in groupby(ordered, key=lambda line: line.cooperative.village)
    )


def villages_of(cooperatives: Iterable[Cooperative]) -> list[dict[str, object]]:
    """Cooperatives to choose from, village by village."""
    grouped = groupby(sorted(cooperatives, key=lambda each: (each.village, each.code)), key=lambda each: each.village)
    return [{"name": village, "cooperatives": list(of_village)} for village, of_village in grouped]


def mandate(cooperative: Cooperative, officers: Sequence[Standing], reading: Reading) -> tuple[Labelled, ...]:
    """Who stands for the cooperative, and until when its things are kept here."""
    _ = reading.say
    stated = (
        *((_(TITLES[role]), _names(role, officers, cooperative.id, reading)) for role in OFFICES),
        (_("决议日期"), reading.day(cooperative.resolved_on)),
        (_("授权到"), reading.day(cooperative.expires_on)),
        (_("成员"), "" if cooperative.members is None else _("%(n)s 人") % {"n": cooperative.members}),
        (_("信用代码"), cooperative.credit_code or ""),
    )
    return tuple(Labelled(label, value) for label, value in stated if value)


def mandate_warning(cooperative: Cooperative, reading: Reading) -> str:
    """What to say while a mandate runs out, from 60 days before, and where there is none; '' otherwise."""
    days = warned_days(cooperative, reading.now)
    if days is None:
        words = _without_mandate(cooperative, reading)
    elif days == 0:
        words = N_("%(name)s的委托保管授权今天到期。明天起不能领用，请理事长把续签的决议交三资办登记。")
    else:
        words = N_(
            "%(name)s的委托保管授权还有 %(n)s 天到期。过期就不能领用了，请理事长尽快开成员大会续签，交三资办登记。"
        )
    return reading.say(words) % {"name": cooperative.short_name, "n": days} if words else ""


def _without_mandate(cooperative: Cooperative, reading: Reading) -> str:
    """Whoever has left needs none."""
    if cooperative.revoked_on is not None:
        return ""
    if cooperative.expires_on is None:
        return N_("%(name)s还没有登记委托保管授权，不能进柜和领用。请理事长把成员大会决议交三资办登记。")
    if has_expired(cooperative, reading.now.astimezone(times.ZONE).date()):
        return N_("%(name)s的委托保管授权已经到期，不能领用；归还不受影响。请理事长把续签的决议交三资办登记。")
    return ""


def has_expired(cooperative: Cooperative, today: date) -> bool:
    """Whether the mandate's last day is over."""
    return cooperative.expires_on is not None and today > cooperative.expires_on


def _row(line: CooperativeLine, reading: Reading) -> CooperativeRow:
    cooperative, counted = line.cooperative, Counter(line.counts)
    return CooperativeRow(
        id=cooperative.id,
        name=cooperative.name,
        place=say_place(cooperative.place, reading.say),
        expires_on=reading.day(cooperative.expires_on),
        expired=has_expired(cooperative, reading.now.astimezone(times.ZONE).date()),
        in_cabinet=counted[ItemState.IN_CABINET],
        out=counted[ItemState.OUT],
        missing=counted[ItemState.MISSING],
        registered=counted[ItemState.REGISTERED],
    )


def _names(role: Role, officers: Sequence[Standing], cooperative: str, reading: Reading) -> str:
    able = (who.name for who in officers if who.person.is_active and who.holds(role, cooperative))
    return say_names(able, reading.say)
