"""Requests as the pages show them: what I hold, what is under way, what is to be decided."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from server.custody.facts import Cabinet, Checkout
from server.custody.matters import YEAR_MONTHS
from server.custody.people import Standing
from server.custody.policy.document import Period
from server.custody.policy.votes import MeetingEvidence
from server.custody.policy.words import MATTER_TITLES, MEETING_TITLES, MODE_TITLES, SEALS_PAPERS
from server.custody.roles import COOPERATIVE_ROLES, TITLES
from server.web import times
from server.web.telling import say_place
from server.web.views.reading import Reading
from server.web.views.steps import StepMark, step_line
from server.web.views.waiting import Waiting, is_late, say_waiting, state_word
from server.web.views.words import ICON_OF_KIND, items_title, request_title, say_names

HOUR_MINUTES = 60


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
    """A request in a list. `late`: the approval it waits for is beyond its clock."""

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
    late: bool


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
        state_word=state_word(checkout, reading),
        line=step_line(checkout, reading.say),
        waiting=say_waiting(waiting),
        late=is_late(checkout, reading),
    )


def stated(checkout: Checkout, people: Iterable[Standing], reading: Reading) -> tuple[Labelled, ...]:
    """What the applicant stated, as far as there is something. `people` are those whose offices are named."""
    _ = reading.say
    offices = {who.id: who for who in people}
    lines = (
        (_("做什么用"), checkout.purpose),
        (_("事项"), _(MATTER_TITLES[checkout.matter]) if checkout.mode in SEALS_PAPERS else ""),
        (_("盖在"), _document(checkout, reading)),
        (_("实际盖了"), _stamped(checkout, reading)),
        (_("对方"), checkout.counterparty),
        (_("金额"), _amount(checkout, reading)),
        (_("期限"), _term(checkout, reading)),
        (_("表决"), say_meeting(checkout.meeting, reading) if checkout.meeting else ""),
        (_("交易编号"), checkout.transaction),
        (_("怎么用"), _use(checkout, reading)),
        (_("查阅人"), _("，").join(text for text in (checkout.reader, checkout.letter) if text)),
        (_("随行人"), checkout.companion),
        (_("申请人"), _person(checkout.applicant, offices, checkout.cooperative, reading)),
        (_("谁来取"), _holder(checkout, offices, reading)),
    )
    return tuple(Labelled(label, value, i == 0) for i, (label, value) in enumerate(lines) if value)


def say_meeting(meeting: MeetingEvidence, reading: Reading) -> str:
    """成员大会 2026年11月11日，应到 113 人，实到 80 人，同意 76 人."""
    words = {
        "meeting": reading.say(MEETING_TITLES[meeting.kind]),
        "day": reading.day(meeting.held_on),
        "expected": meeting.expected,
        "present": meeting.present,
        "agreed": meeting.agreed,
    }
    said = reading.say("%(meeting)s %(day)s，应到 %(expected)s 人，实到 %(present)s 人，同意 %(agreed)s 人") % words
    if meeting.noticed_on is None:
        return said
    return said + reading.say("，%(day)s通知") % {"day": reading.day(meeting.noticed_on)}


def say_period(period: Period, reading: Reading) -> str:
    """取出后 30 分钟内归还, or 24 小时, or 5 个工作日."""
    if period.working_days:
        return reading.say("取出后 %(n)s 个工作日内归还") % {"n": period.working_days}
    if period.minutes % HOUR_MINUTES:
        return reading.say("取出后 %(n)s 分钟内归还") % {"n": period.minutes}
    return reading.say("取出后 %(n)s 小时内归还") % {"n": period.minutes // HOUR_MINUTES}


def say_term(months: int, reading: Reading) -> str:
    """3 年, or 18 个月."""
    if months % YEAR_MONTHS:
        return reading.say("%(n)s 个月") % {"n": months}
    return reading.say("%(n)s 年") % {"n": months // YEAR_MONTHS}


def _term(checkout: Checkout, reading: Reading) -> str:
    return say_term(checkout.term_months, reading) if checkout.term_months else ""


def _document(checkout: Checkout, reading: Reading) -> str:
    if not checkout.copies:
        return checkout.document
    words = {"document": checkout.document, "n": checkout.copies, "pages": checkout.pages}
    if checkout.pages:
        return reading.say("%(document)s，%(n)s 份，每份 %(pages)s 页") % words
    return reading.say("%(document)s，%(n)s 份") % words


def _stamped(checkout: Checkout, reading: Reading) -> str:
    return "" if checkout.stamped is None else reading.say("%(n)s 份") % {"n": checkout.stamped}


def _amount(checkout: Checkout, reading: Reading) -> str:
    if checkout.amount_cents is None:
        return ""
    return reading.say("%(amount)s 元") % {"amount": times.yuan(checkout.amount_cents)}


def _use(checkout: Checkout, reading: Reading) -> str:
    place = reading.say("到%(place)s") % {"place": checkout.place} if checkout.place else ""
    expected = checkout.expected_at
    back = reading.say("预计 %(at)s 归还") % {"at": reading.moment(expected)} if expected else ""
    mode = reading.say(MODE_TITLES[checkout.mode])
    return reading.say("，").join(t for t in (mode, place, say_period(checkout.demands.due, reading), back) if t)


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
