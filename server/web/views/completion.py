"""The township's first handover at a glance: how many are done, and what is missing where."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from server.custody.handovers.completion import COMPLETION_TITLES, Completion, OpenList, Progress, tally
from server.custody.handovers.states import HANDOVER_KIND_TITLES, PART_TITLES, HandoverState
from server.custody.states import KIND_TITLES, ItemKind, ItemState
from server.web.language import N_
from server.web.telling import say_place
from server.web.views.reading import Reading
from server.web.views.words import say_names

SIGN_OF = {
    Completion.DONE: "good",
    Completion.UNDER_WAY: "late",
    Completion.NOT_BEGUN: "registered",
    Completion.LEFT: "off",
}
BAR_WIDTH = 1000
"""In how many parts the bar is drawn."""


@dataclass(frozen=True, slots=True)
class Figure:
    """How many cooperatives stand there, and where on the bar they are drawn (`start` and `width` of 1000)."""

    code: str
    word: str
    number: int
    start: int
    width: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressRow:
    """A cooperative: where it stands, what is missing, and where to go on."""

    name: str
    place: str
    href: str
    sign: str
    word: str
    missing: str
    is_demonstration: bool
    is_frozen: bool


@dataclass(frozen=True, slots=True)
class VillageProgress:
    """A village's cooperatives; `done` of them are in the cabinet, those who left not counted."""

    name: str
    done: int
    total: int
    rows: tuple[ProgressRow, ...]


@dataclass(frozen=True, slots=True)
class TownshipProgress:
    """The whole page. `total` are those who are to be in the cabinet."""

    done: int
    total: int
    figures: tuple[Figure, ...]
    villages: tuple[VillageProgress, ...]


def township_progress(progress: Sequence[Progress], reading: Reading) -> TownshipProgress:
    """The page out of every cooperative's progress, which comes in the order of villages."""
    counted = tally(progress)
    expected = len(progress) - counted[Completion.LEFT]
    return TownshipProgress(
        done=counted[Completion.DONE],
        total=expected,
        figures=tuple(_figures([(each, counted[each]) for each in Completion], expected, reading)),
        villages=tuple(_villages(progress, reading)),
    )


def missing_words(progress: Progress, reading: Reading) -> str:
    """What is missing at one cooperative, in a few words; '' where nothing is."""
    if progress.going_on is not None and progress.lacks is not None:
        kind = reading.say(HANDOVER_KIND_TITLES[progress.going_on.kind])
        lacking = lacking_words(progress.going_on.state, progress.lacks, reading)
        return lacking if progress.first is None else reading.say("%(kind)s：%(lacking)s") % _of(kind, lacking)
    if progress.completion is Completion.NOT_BEGUN:
        return _registered(progress, reading)
    if progress.completion is Completion.LEFT:
        return ""
    return _outside(progress, reading)


def _of(kind: str, lacking: str) -> dict[str, str]:
    return {"kind": kind, "lacking": lacking}


def lacking_words(state: HandoverState, lacks: OpenList, reading: Reading) -> str:
    """What an open list still lacks."""
    _ = reading.say
    if state is HandoverState.DRAFT:
        return _("清单 %(n)s 件，等三资办核对") % {"n": lacks.total}
    if lacks.uncounted or not lacks.total:
        return _("还有 %(n)s 件没点，共 %(total)s 件") % {"n": lacks.uncounted, "total": lacks.total}
    if lacks.unsettled:
        return _("%(n)s 处差异没处理") % {"n": lacks.unsettled}
    return _("等%(parts)s签字") % {"parts": say_names((_(PART_TITLES[part]) for part in lacks.unsigned), _)}


def _registered(progress: Progress, reading: Reading) -> str:
    _ = reading.say
    kinds = ((_(KIND_TITLES[kind]), progress.of_kind(kind)) for kind in ItemKind)
    counted = say_names((_("%(kind)s %(n)s") % {"kind": kind, "n": n} for kind, n in kinds if n), _)
    return _("登记了%(counted)s，都没点") % {"counted": counted} if counted else _("还没有登记任何东西。")


def _outside(progress: Progress, reading: Reading) -> str:
    _ = reading.say
    stated = (
        (N_("%(n)s 件待查找"), progress.things(ItemState.MISSING)),
        (N_("%(n)s 件还没入柜"), progress.things(ItemState.REGISTERED)),
    )
    return say_names((_(words) % {"n": n} for words, n in stated if n), _)


def _figures(counted: Iterable[tuple[Completion, int]], expected: int, reading: Reading) -> Iterable[Figure]:
    """The parts of the bar. Those who left are told but not drawn."""
    start = 0
    for completion, number in counted:
        is_drawn = completion is not Completion.LEFT and expected > 0
        width = number * BAR_WIDTH // expected if is_drawn else 0
        if number or completion is not Completion.LEFT:
            yield Figure(completion, reading.say(COMPLETION_TITLES[completion]), number, start, width)
        start += width


def _villages(progress: Sequence[Progress], reading: Reading) -> Iterable[VillageProgress]:
    for village, of_village in groupby(progress, key=lambda each: each.cooperative.village):
        every = list(of_village)
        counted = tally(every)
        rows = tuple(_row(each, reading) for each in every)
        yield VillageProgress(village, counted[Completion.DONE], len(every) - counted[Completion.LEFT], rows)


def _row(progress: Progress, reading: Reading) -> ProgressRow:
    cooperative, shown = progress.cooperative, progress.going_on or progress.first
    return ProgressRow(
        name=cooperative.name,
        place=say_place(cooperative.place, reading.say),
        href=f"/cooperatives/{cooperative.id}" if shown is None else f"/handovers/{shown.id}",
        sign=SIGN_OF[progress.completion],
        word=reading.say(COMPLETION_TITLES[progress.completion]),
        missing=missing_words(progress, reading),
        is_demonstration=progress.first is not None and progress.first.is_demonstration,
        is_frozen=cooperative.frozen_at is not None,
    )
