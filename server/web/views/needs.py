"""What a request will need, said beside the form while it is written."""

from collections.abc import Iterator
from dataclasses import dataclass

from server.custody.attachments import DocumentKind
from server.custody.facts import Cabinet, Cooperative
from server.custody.policy.words import EVIDENCE_TITLES, ORDERED, Evidence
from server.custody.roles import TITLES, Role
from server.custody.states import Step
from server.custody.working_days import DAY_MINUTES
from server.usecases.file_checkout import ApproverStep, FileCheckout, Outlook
from server.web.reasons import say_refusal
from server.web.telling import say_place
from server.web.views.checkouts import HOUR_MINUTES, say_period
from server.web.views.reading import Reading
from server.web.views.words import say_names

NOT_WRITTEN_YET = frozenset({"no_items", "no_purpose", "no_document", "no_place", "no_reader"})
"""Rules that only say that the form is not finished: no reason to warn while it is being written."""
STILL_TO_DO = frozenset(
    {"deal_incomplete", "no_term", "vote_missing", "no_transaction", "notice_missing", "mode_no_seal", "no_evidence"}
)
"""Rules that say what is still missing: no alarm, but it should be known before anybody walks anywhere."""


OPENS = {"vote_missing": "decided", "no_transaction": "decided"}


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that is needed. `stops`: as things stand the request would be refused.

    `opens` is the part of the form where it is written, which opens by itself.
    """

    icon: str
    what: str
    detail: str
    stops: bool = False
    opens: str = ""


def needs(outlook: Outlook, asked: FileCheckout, officers: tuple[str, ...], reading: Reading) -> tuple[Need, ...]:
    """What is needed, in the order in which it will happen. `officers` are the names of the 柜管员."""
    if not asked.items:
        said = reading.say("先选要用的东西，这里会写明谁审批、谁到场、什么时候还。")
        return (Need("seal", reading.say("还没选要用什么"), said),)
    return tuple(_needs(outlook, asked, officers, reading))


def _needs(outlook: Outlook, asked: FileCheckout, officers: tuple[str, ...], reading: Reading) -> Iterator[Need]:
    yield from _not_there(outlook, reading)
    for step in outlook.approvers:
        yield _approval(step, reading)
    if outlook.holder:
        yield _presence(outlook, asked, officers, reading)
    if asked.mode in ORDERED:
        head = reading.say("告知理事长，不用他同意")
        yield Need("person", head, reading.say("批准后自动通知。开柜时社里的人可以来，来了刷卡记下。"))
    if outlook.collect_until is not None:
        until = reading.moment(outlook.collect_until)
        said = reading.say("今天批下来的话，要在 %(until)s 前取。") % {"until": until}
        yield Need("clock", say_period(outlook.demands.due, reading), said)
    papers = [EVIDENCE_TITLES[each] for each in outlook.demands.evidence if each is not Evidence.DOCUMENT]
    if asked.document or papers:
        words = [asked.document, *(reading.say(each) for each in papers)]
        yield Need("contract", reading.say("带上这些材料"), say_names([word for word in words if word], reading.say))


def _not_there(outlook: Outlook, reading: Reading) -> Iterator[Need]:
    """What stops it, what is still to be written, and what an approver could not read."""
    for refused in outlook.missing:
        if refused.rule not in NOT_WRITTEN_YET:
            stops = refused.rule not in STILL_TO_DO
            head = reading.say("这样办不成") if stops else reading.say("还缺")
            yield Need(
                "warning", head, say_refusal(refused, reading.language), stops=stops, opens=OPENS.get(refused.rule, "")
            )
    if DocumentKind.DOCUMENT in outlook.unread:
        said = reading.say("“要盖章的文件”还没有附上，审批的人看不到内容，可能退回。请拍一张照片。")
        yield Need("warning", reading.say("还缺"), said)


def _approval(step: ApproverStep, reading: Reading) -> Need:
    icon = "person" if step.step is Step.HEAD else "persons"
    who = reading.say("%(title)s%(names)s") % {
        "title": reading.say(step.title),
        "names": say_names(step.names, reading.say),
    }
    return Need(icon, reading.say("%(who)s审批") % {"who": who}, _clock(step.minutes, reading))


def _clock(minutes: int, reading: Reading) -> str:
    if minutes >= DAY_MINUTES:
        return reading.say("一般 %(n)s 个工作日内。") % {"n": -(-minutes // DAY_MINUTES)}
    return reading.say("一般 %(n)s 小时内。") % {"n": -(-minutes // HOUR_MINUTES)}


def _presence(outlook: Outlook, asked: FileCheckout, officers: tuple[str, ...], reading: Reading) -> Need:
    cooperative = _cooperative_of(asked, reading)
    cabinet = reading.known.get(Cabinet, cooperative.cabinet)
    words = {
        "place": say_place(cooperative.place, reading.say),
        "location": cabinet.place if cabinet else "",
        "officers": say_names(officers, reading.say),
    }
    what = reading.say("%(who)s和一位柜管员一起开柜") % {"who": outlook.holder}
    detail = reading.say("%(place)s，%(location)s。柜管员：%(officers)s。") % words
    also = (_also(role, names, reading) for role, names in outlook.comes_along)
    return Need("compartment", what, detail + "".join(also))


def _also(role: Role, names: tuple[str, ...], reading: Reading) -> str:
    words = {"title": reading.say(TITLES[role]), "names": say_names(names, reading.say)}
    return reading.say("%(title)s%(names)s也要一起到场。") % words


def _cooperative_of(asked: FileCheckout, reading: Reading) -> Cooperative:
    return reading.cooperative(reading.items(asked.items)[0].cooperative)
