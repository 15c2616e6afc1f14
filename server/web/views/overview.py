"""The supervisor's glance: six figures, each a word, a tone and the list behind it; and the few worst cases."""

from collections.abc import Iterable
from dataclasses import dataclass

from server.custody.facts import Checkout, Cooperative
from server.custody.findings.finding import LEVEL_TITLES, Level
from server.custody.handovers.completion import Completion
from server.custody.people import Standing
from server.custody.roles import MAY_DECIDE, MAY_SEE_DELIVERIES
from server.custody.states import Step
from server.store.lists.overview import Overview
from server.web import times
from server.web.language import N_
from server.web.views.reading import Reading
from server.web.views.waiting import STEP_WAITING
from server.web.views.words import request_title


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """One figure. `tone` is '' where all is well, otherwise a state's code; `parts` say what it is made of."""

    figure: str
    label: str
    href: str
    tone: str = ""
    parts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class LateLine:
    """A thing that is late: what, with whom it lies, and for how long."""

    href: str
    title: str
    whose: str
    late: str


def overview_figures(seen: Overview, who: Standing, reading: Reading) -> tuple[Glance, ...]:
    """The six, in the order in which somebody acts on them."""
    return (*_whereabouts(seen, reading), *_work(seen, who, reading), *_undone(seen, who, reading))


def _whereabouts(seen: Overview, reading: Reading) -> tuple[Glance, ...]:
    return (
        Glance(figure=str(seen.late), label=reading.say("逾期未还"), href="/out", tone="overdue" if seen.late else ""),
        Glance(figure=str(seen.out), label=reading.say("取出在外"), href="/out"),
    )


def _work(seen: Overview, who: Standing, reading: Reading) -> tuple[Glance, ...]:
    waiting = reading.say("在等审批 %(n)s 件") % {"n": seen.waiting}
    levels = [level for level in Level if seen.findings.get(level)]
    return (
        Glance(
            figure=str(seen.beyond),
            label=reading.say("审批超时"),
            href="/decide" if who.holds_any(MAY_DECIDE) else "/log?kind=request",
            tone="late" if seen.beyond else "",
            parts=(("", waiting),) if seen.waiting else (),
        ),
        Glance(
            figure=str(sum(seen.findings.values())),
            label=reading.say("没有办结的预警"),
            href="/findings",
            tone="overdue" if Level.RED in levels else "late" if levels else "",
            parts=tuple((str(each), f"{reading.say(LEVEL_TITLES[each])} {seen.findings[each]}") for each in levels),
        ),
    )


def _undone(seen: Overview, who: Standing, reading: Reading) -> tuple[Glance, ...]:
    going_on, waited = seen.firsts.get(Completion.UNDER_WAY, 0), seen.firsts.get(Completion.NOT_BEGUN, 0)
    under_way = reading.say("正在办 %(n)s 个") % {"n": going_on}
    return (
        Glance(
            figure=str(going_on + waited),
            label=reading.say("首次进柜没有办完的社"),
            href="/handovers",
            parts=(("", under_way),) if going_on else (),
        ),
        Glance(
            figure=str(seen.unsent),
            label=reading.say("没有发出的通知"),
            href="/notices/deliveries" if who.holds_any(MAY_SEE_DELIVERIES) else "",
            tone="late" if seen.unsent else "",
        ),
    )


def late_lines(overdue: Iterable[Checkout], reading: Reading) -> tuple[LateLine, ...]:
    """What is out too long, with whom."""
    return tuple(
        LateLine(
            href=f"/checkouts/{each.id}",
            title=_title(each, reading),
            whose=reading.say("在%(who)s手上") % {"who": reading.name(each.holder)},
            late=times.remaining(each.due_at, reading.now, reading.say) if each.due_at else "",
        )
        for each in overdue
    )


def slow_lines(slowest: Iterable[Checkout], reading: Reading) -> tuple[LateLine, ...]:
    """What waits too long, and where."""
    return tuple(
        LateLine(
            href=f"/checkouts/{each.id}",
            title=_title(each, reading),
            whose=reading.say(STEP_WAITING.get(each.step or Step.HEAD, N_("待审批"))),
            late=times.remaining(each.late_at, reading.now, reading.say) if each.late_at else "",
        )
        for each in slowest
    )


def _title(checkout: Checkout, reading: Reading) -> str:
    owner = reading.must(Cooperative, checkout.cooperative)
    return request_title(owner, reading.items(checkout.taken or checkout.items), reading.say)
