"""What a request will need, said beside the form while it is written."""

from collections.abc import Iterator
from dataclasses import dataclass

from server.custody.facts import Cabinet, Cooperative
from server.custody.requests import OFF_SITE_HOURS_MAX, ON_SITE_MINUTES_MAX
from server.custody.states import Step
from server.usecases.file_checkout import ApproverStep, FileCheckout, Outlook
from server.web.language import N_
from server.web.reasons import say_refusal
from server.web.telling import say_place
from server.web.views.reading import Reading
from server.web.views.words import say_names

NOT_WRITTEN_YET = frozenset({"no_items", "no_purpose", "no_document", "no_place"})
"""Rules that only say that the form is not finished: no reason to warn while it is being written."""

STEP_HINTS = {Step.HEAD: N_("一般 4 小时内。"), Step.OFFICE: N_("一般 2 小时内。")}


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that is needed. `stops`: as things stand the request would be refused."""

    icon: str
    what: str
    detail: str
    stops: bool = False


def needs(outlook: Outlook, asked: FileCheckout, officers: tuple[str, ...], reading: Reading) -> tuple[Need, ...]:
    """What is needed, in the order in which it will happen. `officers` are the names of the 柜管员."""
    if not asked.items:
        said = reading.say("先选要用的东西，这里会写明谁审批、谁到场、什么时候还。")
        return (Need("seal", reading.say("还没选要用什么"), said),)
    return tuple(_needs(outlook, asked, officers, reading))


def _needs(outlook: Outlook, asked: FileCheckout, officers: tuple[str, ...], reading: Reading) -> Iterator[Need]:
    if outlook.refused is not None and outlook.refused.rule not in NOT_WRITTEN_YET:
        yield Need("warning", reading.say("这样办不成"), say_refusal(outlook.refused, reading.language), stops=True)
    for step in outlook.approvers:
        yield _approval(step, reading)
    if outlook.presence:
        yield _presence(outlook.presence[0], asked, officers, reading)
    if outlook.collect_until is not None:
        yield _window(outlook, asked, reading)
    if asked.document:
        yield Need("contract", reading.say("带上要盖的文件"), asked.document)


def _approval(step: ApproverStep, reading: Reading) -> Need:
    icon = "person" if step.step is Step.HEAD else "persons"
    who = reading.say("%(title)s%(names)s") % {
        "title": reading.say(step.title),
        "names": say_names(step.names, reading.say),
    }
    return Need(icon, reading.say("%(who)s审批") % {"who": who}, reading.say(STEP_HINTS[step.step]))


def _presence(holder: str, asked: FileCheckout, officers: tuple[str, ...], reading: Reading) -> Need:
    cooperative = _cooperative_of(asked, reading)
    cabinet = reading.known.get(Cabinet, cooperative.cabinet)
    words = {
        "place": say_place(cooperative.place, reading.say),
        "location": cabinet.place if cabinet else "",
        "officers": say_names(officers, reading.say),
    }
    what = reading.say("%(who)s和一位柜管员一起开柜") % {"who": holder}
    return Need("compartment", what, reading.say("%(place)s，%(location)s。柜管员：%(officers)s。") % words)


def _window(outlook: Outlook, asked: FileCheckout, reading: Reading) -> Need:
    due = reading.say("取出后 %(n)s 小时内归还") if asked.off_site else reading.say("取出后 %(n)s 分钟内归还")
    length = OFF_SITE_HOURS_MAX if asked.off_site else ON_SITE_MINUTES_MAX
    until = reading.moment(outlook.collect_until) if outlook.collect_until else ""
    return Need("clock", due % {"n": length}, reading.say("今天批下来的话，要在 %(until)s 前取。") % {"until": until})


def _cooperative_of(asked: FileCheckout, reading: Reading) -> Cooperative:
    return reading.cooperative(reading.items(asked.items)[0].cooperative)
