"""Requests as the pages show them: what I hold, what is under way, what is to be decided."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from server.custody.facts import Cabinet, Checkout
from server.custody.people import Standing
from server.custody.requests import OFF_SITE_HOURS_MAX, ON_SITE_MINUTES_MAX
from server.custody.roles import COOPERATIVE_ROLES, TITLES
from server.custody.states import CHECKOUT_STATE_TITLES
from server.web import times
from server.web.telling import say_place
from server.web.views.reading import Reading
from server.web.views.steps import StepMark, step_line
from server.web.views.waiting import Waiting, say_waiting
from server.web.views.words import ICON_OF_KIND, items_title, request_title, say_names


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Something that is out in my hands."""

    href: str
    icon: str
    title: str
    items: str
    due_at: datetime
    remaining: str
    late: bool
    place: str
    location: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request in a list."""

    id: str
    href: str
    title: str
    purpose: str
    filed_at: datetime
    ended_at: datetime
    state: str
    state_word: str
    line: tuple[StepMark, ...]
    waiting: str


@dataclass(frozen=True, slots=True)
class Labelled:
    """One thing that was stated, with its label. `wide` sets the most important one off."""

    label: str
    value: str
    wide: bool = False


def title_of(checkout: Checkout, reading: Reading) -> str:
    """东坑一社 公章、财务专用章."""
    return request_title(reading.cooperative(checkout.cooperative), reading.items(checkout.items), reading.say)


def held(checkout: Checkout, reading: Reading) -> Held:
    """A checkout that is out, as its holder sees it."""
    cooperative = reading.cooperative(checkout.cooperative)
    items = reading.items(checkout.taken or checkout.items)
    due_at = checkout.due_at or reading.now
    cabinet = reading.known.get(Cabinet, cooperative.cabinet)
    return Held(
        href=f"/checkouts/{checkout.id}",
        icon=ICON_OF_KIND[items[0].kind] if items else "seal",
        title=request_title(cooperative, items, reading.say),
        items=items_title(items, reading.say),
        due_at=due_at,
        remaining=times.remaining(due_at, reading.now, reading.say),
        late=due_at <= reading.now,
        place=say_place(cooperative.place, reading.say),
        location=cabinet.place if cabinet else cooperative.cabinet,
    )


def request(checkout: Checkout, deciders: Iterable[str], reading: Reading) -> Request:
    """A checkout in a list; `deciders` are the names of those who can decide it now."""
    cooperative = reading.cooperative(checkout.cooperative)
    waiting = Waiting(checkout=checkout, cooperative=cooperative, deciders=tuple(deciders), reading=reading)
    return Request(
        id=checkout.id,
        href=f"/checkouts/{checkout.id}",
        title=title_of(checkout, reading),
        purpose=checkout.purpose,
        filed_at=checkout.filed_at,
        ended_at=checkout.ended_at or checkout.filed_at,
        state=checkout.state,
        state_word=reading.say(CHECKOUT_STATE_TITLES[checkout.state]),
        line=step_line(checkout, reading.say),
        waiting=say_waiting(waiting),
    )


def stated(checkout: Checkout, people: Iterable[Standing], reading: Reading) -> tuple[Labelled, ...]:
    """What the applicant stated, as far as there is something. `people` are those whose offices are named."""
    _ = reading.say
    offices = {who.id: who for who in people}
    lines = (
        (_("做什么用"), checkout.purpose),
        (_("盖在"), _document(checkout, reading)),
        (_("对方"), checkout.counterparty),
        (_("金额"), _amount(checkout, reading)),
        (_("怎么用"), _use(checkout, reading)),
        (_("申请人"), _person(checkout.applicant, offices, checkout.cooperative, reading)),
        (_("谁来取"), _holder(checkout, offices, reading)),
    )
    return tuple(Labelled(label, value, i == 0) for i, (label, value) in enumerate(lines) if value)


def _document(checkout: Checkout, reading: Reading) -> str:
    if not checkout.copies:
        return checkout.document
    words = {"document": checkout.document, "n": checkout.copies}
    return reading.say("%(document)s，%(n)s 份") % words


def _amount(checkout: Checkout, reading: Reading) -> str:
    if checkout.amount_cents is None:
        return ""
    return reading.say("%(amount)s 元") % {"amount": times.yuan(checkout.amount_cents)}


def _use(checkout: Checkout, reading: Reading) -> str:
    if checkout.off_site:
        words = {"place": checkout.place, "n": OFF_SITE_HOURS_MAX}
        return reading.say("带出去，到%(place)s，取出后 %(n)s 小时内归还") % words
    return reading.say("在大厅用，取出后 %(n)s 分钟内归还") % {"n": ON_SITE_MINUTES_MAX}


def _holder(checkout: Checkout, offices: dict[str, Standing], reading: Reading) -> str:
    if checkout.holder == checkout.applicant:
        return ""
    return _person(checkout.holder, offices, checkout.cooperative, reading)


def _person(person: str, offices: dict[str, Standing], cooperative: str, reading: Reading) -> str:
    who = offices.get(person)
    titles = [] if who is None else [TITLES[role] for role in sorted(COOPERATIVE_ROLES) if who.holds(role, cooperative)]
    name = reading.name(person)
    if not titles:
        return name
    return reading.say("%(name)s（%(title)s）") % {
        "name": name,
        "title": say_names(map(reading.say, titles), reading.say),
    }
