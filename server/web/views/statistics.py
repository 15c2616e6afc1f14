"""Figures with their pictures: each picture answers one question, and a table beside it says the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from server.custody.facts import Cooperative
from server.custody.figures import Figures, Turnaround
from server.custody.states import KIND_TITLES, ItemKind
from server.web.charts import Bar, Caption, Line, bars, columns, lines
from server.web.language import Translate
from server.web.views.reading import Reading

COOPERATIVES_DRAWN_MAX = 12
HOURS_DRAWN = range(7, 20)
MINUTES_AN_HOUR = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture with its question, and its table: a head and rows of text."""

    id: str
    title: str
    note: str
    drawing: Markup
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class BigFigure:
    """One figure that stands by itself, with what it counts and where its list is ('' for none)."""

    figure: str
    label: str
    href: str = ""


def big_figures(figures: Figures, _: Translate) -> tuple[BigFigure, ...]:
    """The four that a supervisor reads first; shares always with what they are shares of."""
    of = _("%(n)s 次，共 %(all)s 次")
    return (
        BigFigure(duration(figures.turnaround, _), _("从申请到批准，一半以上不超过")),
        BigFigure(str(figures.uses), _("取用次数"), "/log?kind=door"),
        BigFigure(of % {"n": figures.late, "all": figures.uses}, _("归还晚了"), "/out"),
        BigFigure(of % {"n": figures.off_site, "all": figures.uses}, _("带出大厅")),
    )


def duration(turnaround: Turnaround | None, _: Translate) -> str:
    """25 分钟, 3.5 小时, or a dash where nothing was approved."""
    return "–" if turnaround is None else minutes_words(turnaround.median_minutes, _)


def minutes_words(minutes: int, _: Translate) -> str:
    """25 分钟, or 3.5 小时 from two hours on."""
    if minutes < 2 * MINUTES_AN_HOUR:
        return _("%(n)s 分钟") % {"n": minutes}
    return _("%(n)s 小时") % {"n": f"{minutes / MINUTES_AN_HOUR:.1f}"}


def pictures(figures: Figures, reading: Reading) -> tuple[Picture, ...]:
    """Every picture that has something to show."""
    drawn = (
        _waiting(figures, reading),
        _cooperatives(figures.by_cooperative, reading),
        _kinds(figures.by_kind, reading),
        _hours(figures.by_hour, reading),
    )
    return tuple(each for each in drawn if each.rows)


def _waiting(figures: Figures, reading: Reading) -> Picture:
    _ = reading.say
    weeks = list(figures.by_week.items())
    rows = tuple(
        (f"{monday:%m-%d}", str(each.requests), str(each.median_minutes), str(each.p90_minutes))
        for monday, each in weeks
    )
    title = _("审批要等多久")
    note = _("按提出申请的那一周算。深色是一半以上不超过的分钟数，浅色是十件里九件不超过的分钟数。")
    medians = Line(_("一半"), "chart-main", tuple(each.median_minutes for _monday, each in weeks))
    nines = Line(_("九成"), "chart-soft", tuple(each.p90_minutes for _monday, each in weeks))
    drawing = lines(Caption("waiting", title, note), [row[0] for row in rows], (nines, medians))
    head = (_("这一周"), _("件数"), _("一半不超过（分钟）"), _("九成不超过（分钟）"))
    return Picture(id="waiting", title=title, note=note, drawing=drawing, head=head, rows=rows)


def _cooperatives(counted: Mapping[str, int], reading: Reading) -> Picture:
    _ = reading.say
    named = [(_short_name(each, reading), count) for each, count in counted.items()]
    shown = named[:COOPERATIVES_DRAWN_MAX]
    title = _("各社用了多少次")
    note = _("只画用得多的 %(n)s 个社，全部在表里。用得多不等于有问题。") % {"n": len(shown)}
    drawing = bars(Caption("cooperatives", title, note), [Bar(name, count, str(count)) for name, count in shown])
    rows = tuple((name, str(count)) for name, count in named)
    head = (_("合作社"), _("次数"))
    return Picture(id="cooperatives", title=title, note=note, drawing=drawing, head=head, rows=rows)


def _kinds(counted: Mapping[ItemKind, int], reading: Reading) -> Picture:
    _ = reading.say
    named = [(_(KIND_TITLES[kind]), counted[kind]) for kind in ItemKind if counted.get(kind)]
    title, note = _("用的是什么"), _("一次取几样的，每样各算一次。")
    drawing = bars(Caption("kinds", title, note), [Bar(name, count, str(count)) for name, count in named])
    rows = tuple((name, str(count)) for name, count in named)
    return Picture(id="kinds", title=title, note=note, drawing=drawing, head=(_("种类"), _("次数")), rows=rows)


def _hours(counted: Sequence[int], reading: Reading) -> Picture:
    _ = reading.say
    title, note = _("一天里什么时候最忙"), _("按开柜取出的钟点算。")
    shown = [Bar(str(hour), counted[hour], str(counted[hour])) for hour in HOURS_DRAWN]
    drawing = columns(Caption("hours", title, note), shown)
    rows = tuple((_("%(n)s 点") % {"n": hour}, str(count)) for hour, count in enumerate(counted) if count)
    return Picture(id="hours", title=title, note=note, drawing=drawing, head=(_("钟点"), _("次数")), rows=rows)


def _short_name(cooperative: str, reading: Reading) -> str:
    found = reading.known.get(Cooperative, cooperative)
    return cooperative if found is None else found.short_name
