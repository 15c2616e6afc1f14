"""One thing with its whole life: what it is, where it is, how long it runs, and everything the log has of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from server.custody.administration.settings import contract_warned_days
from server.custody.effects.register import TAG
from server.custody.facts import Item
from server.custody.handovers.facts import Handover, HandoverLine
from server.custody.handovers.states import FOUND_TITLES, HandoverState
from server.custody.lives import REPLACEABLE, STEP_TITLES, LifeStep, steps_from
from server.custody.people import Standing
from server.custody.roles import MAY_CHANGE_SEALS, MAY_REPORT_LOST
from server.custody.states import ITEM_STATE_TITLES, SEAL_LIFE_TITLES, ItemKind, SealLife
from server.custody.terms import contract_end, is_ending, is_past_retention, retention_end
from server.store.lists.entries import LogLine
from server.web import times
from server.web.language import N_
from server.web.telling import say_place
from server.web.views.checkouts import Labelled
from server.web.views.cooperative_handovers import handover_mark
from server.web.views.handovers import SIGN_OF_FOUND, Choice
from server.web.views.log import Told, told
from server.web.views.reading import Reading
from server.web.views.words import ICON_OF_KIND, SIGN_OF_LIFE, item_title

PICTURED = frozenset({LifeStep.VOID, LifeStep.DESTROY})
"""Steps that documents go with; from no life do two of these lead on, so that a page has one chooser of files."""
HINTS = {
    LifeStep.FREEZE: N_("有纠纷或在查的时候用；查清以后解冻。"),
    LifeStep.LOSE: N_("一发现不见就报：马上不能领用，没取的许可作废。"),
    LifeStep.FIND: N_("找回来先冻结，核对过再解冻或停用。"),
    LifeStep.VOID: N_("报案、登报声明以后登记，写明回执和报纸。"),
    LifeStep.STOP: N_("改名、换届、损坏时用，写明依据。"),
    LifeStep.SURRENDER: N_("章已放回柜里，封存待销毁。"),
    LifeStep.DESTROY: N_("两位监销人在场，都不是经办人。"),
    LifeStep.UNFREEZE: N_("查清了，可以继续用。"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """A step the visitor may take."""

    step: LifeStep
    word: str
    hint: str
    needs_watchers: bool
    takes_documents: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedHere:
    """That the thing stood on a list."""

    href: str
    word: str
    at: str
    sign: str
    found: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemView:
    """The thing's page."""

    id: str
    icon: str
    title: str
    state: str
    state_word: str
    life_sign: str
    life_word: str
    warning: str
    facts: tuple[Labelled, ...]
    deeds: tuple[Deed, ...]
    successors: tuple[Choice, ...]
    lists: tuple[CountedHere, ...]
    moments: tuple[Told, ...]


def item_view(
    item: Item,
    others: Iterable[Item],
    lists: Sequence[tuple[Handover, HandoverLine]],
    rows: Iterable[LogLine],
    who: Standing,
    reading: Reading,
) -> ItemView:
    """The page for this visitor. `others` are the cooperative's seals, `rows` the thing's entries, newest first."""
    is_plain = item.life is SealLife.IN_USE
    return ItemView(
        id=item.id,
        icon=ICON_OF_KIND[item.kind],
        title=item_title(item, reading.say),
        state=item.state,
        state_word=reading.say(ITEM_STATE_TITLES[item.state]),
        life_sign="" if is_plain else SIGN_OF_LIFE[item.life],
        life_word="" if is_plain else reading.say(SEAL_LIFE_TITLES[item.life]),
        warning=_warning(item, reading),
        facts=_facts(item, reading),
        deeds=tuple(_deeds(item, who, reading)),
        successors=tuple(_successors(item, others, who)),
        lists=tuple(_list(handover, line, reading) for handover, line in lists),
        moments=tuple(told(row, reading, whose=False) for row in rows),
    )


def _today(reading: Reading) -> date:
    return reading.now.astimezone(times.ZONE).date()


def _warning(item: Item, reading: Reading) -> str:
    """What somebody should see to now: money that is owed before a contract that ends, or a volume kept long enough."""
    return _owed(item, reading) or _ending(item, reading) or _kept_enough(item, reading)


def _owed(item: Item, reading: Reading) -> str:
    amount = item.details.get("欠缴金额", "")
    return reading.say("这份合同还欠缴%(amount)s。请催收，收到后更新登记。") % {"amount": amount} if amount else ""


def _ending(item: Item, reading: Reading) -> str:
    end = contract_end(item)
    if end is None or not is_ending(item, _today(reading), contract_warned_days(reading.known)):
        return ""
    return reading.say("这份合同%(day)s到期。要续签或收回，请现在就办。") % {"day": reading.day(end)}


def _kept_enough(item: Item, reading: Reading) -> str:
    if not is_past_retention(item, _today(reading)):
        return ""
    said = reading.say(
        "这册凭证的保管期到%(day)s为止，已经满了。要销毁，先由本社和三资办一起鉴定；"
        "有没结清的账、没了结的事就接着保管。没有办完鉴定不要销毁。"
    )
    return said % {"day": reading.day(retention_end(item))}


def _facts(item: Item, reading: Reading) -> tuple[Labelled, ...]:
    _ = reading.say
    cooperative = reading.cooperative(item.cooperative)
    successor = None if item.successor is None else reading.known.get(Item, item.successor)
    stated = (
        (_("名称"), item.name),
        (_("手续"), _life(item, reading)),
        (_("格口"), say_place(cooperative.place, _)),
        (_("在谁手上"), _holder(item, reading)),
        *{**item.details, TAG: item.tag or ""}.items(),
        (_("到期日"), reading.day(contract_end(item))),
        (_("至少保管到"), reading.day(retention_end(item))),
        (_("接任的印章"), "" if successor is None else successor.name),
    )
    return tuple(Labelled(label, value) for label, value in stated if value)


def _holder(item: Item, reading: Reading) -> str:
    if item.holder is None or item.since is None:
        return ""
    return reading.say("%(who)s，%(at)s") % {"who": reading.name(item.holder), "at": reading.moment(item.since)}


def _life(item: Item, reading: Reading) -> str:
    if item.life is SealLife.IN_USE or item.life_since is None:
        return ""
    said = {"word": reading.say(SEAL_LIFE_TITLES[item.life]), "at": reading.moment(item.life_since)}
    return reading.say("%(word)s，%(at)s") % said


def _deeds(item: Item, who: Standing, reading: Reading) -> Iterable[Deed]:
    if item.kind is not ItemKind.SEAL:
        return
    is_own = item.cooperative in who.cooperatives()
    for step in steps_from(item.life):
        able = MAY_REPORT_LOST if step is LifeStep.LOSE else MAY_CHANGE_SEALS
        if who.holds_any(able, item.cooperative) and (step is LifeStep.LOSE or not is_own):
            yield Deed(
                step=step,
                word=reading.say(STEP_TITLES[step]),
                hint=reading.say(HINTS[step]),
                needs_watchers=step is LifeStep.DESTROY,
                takes_documents=step in PICTURED,
            )


def _successors(item: Item, others: Iterable[Item], who: Standing) -> Iterable[Choice]:
    if item.life not in REPLACEABLE or item.successor is not None or not who.holds_any(MAY_CHANGE_SEALS):
        return
    for other in others:
        if other.id != item.id and other.seal_type is item.seal_type and other.life is SealLife.IN_USE:
            yield Choice(other.id, other.name)


def _list(handover: Handover, line: HandoverLine, reading: Reading) -> CountedHere:
    found = "" if line.found is None else reading.say(FOUND_TITLES[line.found])
    is_over = handover.state in (HandoverState.DONE, HandoverState.CANCELLED)
    return CountedHere(
        href=f"/handovers/{handover.id}#line-{line.number}",
        word=handover_mark(handover, reading).word,
        at=reading.moment(handover.ended_at if is_over and handover.ended_at else handover.opened_at),
        sign="registered" if line.found is None else SIGN_OF_FOUND[line.found],
        found=found,
    )
