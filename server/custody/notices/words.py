"""What each stage of each topic says, in one sentence that ends with what to do next; and what it says it about.

`%(what)s` is the thing (东坑一社 公章), `%(who)s` the person it is mostly about, `%(when)s` the moment its ladder
counts from. Names and titles are looked up when somebody reads: a notice keeps ids alone.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from server.custody.administration.changes import CHANGE_KIND_TITLES, Change
from server.custody.delegations import Delegation
from server.custody.facts import Checkout, Cooperative, Item
from server.custody.findings.emergencies import Emergency
from server.custody.findings.finding import Finding
from server.custody.findings.rulebook import RULES
from server.custody.handovers.facts import Handover
from server.custody.handovers.states import HANDOVER_KIND_TITLES
from server.custody.happenings import Known
from server.custody.notices.notice import Notice, Stage, Topic
from server.custody.people import Person
from server.custody.states import SEAL_TITLES
from server.custody.wording import say_moment

S, T = Stage, Topic
_RETURNS: Mapping[Stage, str] = {
    S.SOON: "%(what)s请在 %(when)s 前归还。回不来的，请先请三资办延期。",
    S.DUE: "%(what)s到了归还时间（%(when)s）。请送回柜子，晚了也能还。",
    S.LATE: "%(what)s应在 %(when)s 前归还，还在%(who)s手上。请%(who)s现在送回，柜管员和理事长帮着催一下。",
    S.OFFICE: "%(what)s应在 %(when)s 前归还，还在%(who)s手上，已经催过。请三资办联系%(who)s和理事长。",
    S.INSPECTION: "%(what)s应在 %(when)s 前归还，超过一天还在%(who)s手上。请三资办负责人督促，镇纪委知悉情况。",
}
_FINDING: Mapping[Stage, str] = {
    S.DUE: "预警提示“%(what)s”与您有关。请打开看看，写一下说明。",
    S.OFFICE: "新的预警提示“%(what)s”。有关的人会写说明，请三资办核查。",
}
SENTENCES: Mapping[Topic, Mapping[Stage, str]] = {
    T.RETURN_ON_SITE: _RETURNS,
    T.RETURN_AWAY: _RETURNS,
    T.APPROVAL: {S.DUE: "%(who)s申请用%(what)s，等您审批。"},
    T.APPROVAL_LATE: {
        S.LATE: "%(who)s申请用%(what)s，审批时限 %(when)s 已过。请尽快审批；不在岗可以委托别人代为审批。",
        S.OFFICE: "%(who)s申请用%(what)s，审批时限 %(when)s 已过，还没有人处理。请督促。",
    },
    T.PERMITTED: {S.DUE: "用%(what)s的申请已全部同意，可以到柜前取用了。"},
    T.REFUSED: {S.DUE: "用%(what)s的申请没有同意，原因写在申请里。"},
    T.SENT_BACK: {S.DUE: "用%(what)s的申请退回补正。请打开看要改什么，改好再送。"},
    T.PERMIT_ENDING: {S.SOON: "%(what)s的开柜许可到 %(when)s 为止。要用请在这之前来取；不用了请撤回申请。"},
    T.SEIZURE: {
        S.DUE: "%(who)s凭公函调取%(what)s，已经批准，不用您同意。哪个单位、去向和时限写在申请里；开柜时您可以到场。"
    },
    T.EMERGENCY: {
        S.DUE: "%(what)s没有许可就开了门（%(when)s）。请柜管员 24 小时内写明情况，请负责人追认。",
        S.SOON: "%(what)s没有许可的开柜（%(when)s）快满 24 小时，还没有追认。过时按违规开柜处理，请现在办。",
    },
    T.EMERGENCY_ATTEST: {S.DUE: "%(what)s没有许可的开柜写了您在场见证。请打开确认。"},
    T.CLEARING: {S.DUE: "%(what)s从 %(when)s 起应急清柜，柜门会依次打开。搬完请盘点，镇纪委请留意。"},
    T.FINDING_YELLOW: _FINDING,
    T.FINDING_ORANGE: _FINDING,
    T.FINDING_RED: _FINDING,
    T.FINDING_ANSWER: {
        S.SOON: "预警提示“%(what)s”的说明期限是 %(when)s。请在这之前写说明。",
        S.OFFICE: "预警提示“%(what)s”的说明期限 %(when)s 已过，还没有说明。请三资办督促。",
    },
    T.SIGNATURE: {
        S.DUE: "%(what)s的清单已点完，等您签字。",
        S.LATE: "%(what)s的清单已点完两天，还缺您的签字。请打开看过再签。",
    },
    T.MANDATE: {
        S.SIXTY_DAYS: "%(what)s的委托保管授权到 %(when)s 为止，还有不到 60 天。续签要开成员大会，请早做安排。",
        S.THIRTY_DAYS: "%(what)s的委托保管授权到 %(when)s 为止，还有不到 30 天。开会要提前 10 天通知，请现在安排续签。",
        S.SEVEN_DAYS: "%(what)s的委托保管授权到 %(when)s 为止，只剩几天。到期不能领用，请把续签的决议交三资办登记。",
        S.LATE: "%(what)s的委托保管授权已于 %(when)s 到期，现在不能领用，归还不受影响。请续签后交三资办登记。",
    },
    T.CONTRACT: {
        S.SOON: "%(what)s到 %(when)s 期满。要续签的，请早做安排。",
        S.SEVEN_DAYS: "%(what)s到 %(when)s 期满，只剩几天。请看看是续签还是收回。",
    },
    T.DELEGATION_GIVEN: {S.DUE: "%(who)s委托您代为审批。这几天的申请会送到您这里。"},
    T.DELEGATION_ENDING: {S.SOON: "%(who)s委托的代为审批到 %(when)s 结束。还要代的，请再委托一次。"},
    T.CHANGE: {
        S.DUE: "%(who)s提出了变更“%(what)s”，等您确认。请打开看过，再确认或者不确认。",
        S.LATE: "%(who)s提出的变更“%(what)s”等您确认已经一天。请打开看过，再确认或者不确认。",
    },
    T.TRIAL: {S.DUE: "这是一条试发的通知。看到它，说明这条渠道通了。"},
}

TOPIC_TITLES: Mapping[Topic, str] = {
    T.RETURN_ON_SITE: "归还",
    T.RETURN_AWAY: "归还",
    T.APPROVAL: "待审批",
    T.APPROVAL_LATE: "审批超时",
    T.PERMITTED: "可以取用",
    T.REFUSED: "没有同意",
    T.SENT_BACK: "退回补正",
    T.PERMIT_ENDING: "许可快到期",
    T.SEIZURE: "上级调取",
    T.EMERGENCY: "应急开柜",
    T.EMERGENCY_ATTEST: "应急开柜",
    T.CLEARING: "应急清柜",
    T.FINDING_YELLOW: "黄色预警",
    T.FINDING_ORANGE: "橙色预警",
    T.FINDING_RED: "红色预警",
    T.FINDING_ANSWER: "预警说明",
    T.SIGNATURE: "待签字",
    T.MANDATE: "委托保管",
    T.CONTRACT: "合同期满",
    T.DELEGATION_GIVEN: "代为审批",
    T.DELEGATION_ENDING: "代为审批",
    T.CHANGE: "待确认",
    T.TRIAL: "试发",
}
_CHECKOUT, _FINDING_PAGE = "/checkouts/{}", "/findings/{}"
PAGES: Mapping[Topic, str] = {
    **dict.fromkeys((T.RETURN_ON_SITE, T.RETURN_AWAY, T.PERMITTED, T.REFUSED, T.PERMIT_ENDING), _CHECKOUT),
    **dict.fromkeys((T.APPROVAL, T.APPROVAL_LATE, T.SENT_BACK, T.SEIZURE), _CHECKOUT),
    **dict.fromkeys((T.EMERGENCY, T.EMERGENCY_ATTEST, T.FINDING_ANSWER), _FINDING_PAGE),
    **dict.fromkeys((T.FINDING_YELLOW, T.FINDING_ORANGE, T.FINDING_RED), _FINDING_PAGE),
    T.CLEARING: "/cabinets#{}",
    T.SIGNATURE: "/handovers/{}",
    T.MANDATE: "/cooperatives/{}",
    T.CONTRACT: "/items/{}",
    T.DELEGATION_GIVEN: "/decide",
    T.DELEGATION_ENDING: "/decide",
    T.CHANGE: "/admin/changes#change-{}",
    T.TRIAL: "/notices",
}
"""Where what a notice is about is to be seen."""


def _unchanged(text: str) -> str:
    return text


def _own_name(item: Item) -> str:
    return item.name


def _in_words(place: str) -> str:
    """CAB-01 7格 for `CAB-01/7`."""
    cabinet, _, number = place.rpartition("/")
    return f"{cabinet} {number}格"


@dataclass(frozen=True, slots=True)
class Speech:
    """How a sentence is said: its language, and how moments, people, things other than seals and places are named."""

    say: Callable[[str], str] = _unchanged
    moment: Callable[[datetime], str] = say_moment
    name: Callable[[str], str] = _unchanged
    thing: Callable[[Item], str] = _own_name
    place: Callable[[str], str] = _in_words


@dataclass(frozen=True, slots=True)
class _Meant:
    """What a notice is about, and the id of whom."""

    what: str = ""
    who: str | None = None


def say_notice(notice: Notice, known: Known, speech: Speech) -> str:
    """The notice as one sentence."""
    meant = _MEANING.get(notice.topic, _nothing)(notice, known, speech)
    person = known.get(Person, meant.who) if meant.who else None
    who = speech.name(person.name) if person else speech.say("有人")
    template = speech.say(SENTENCES[notice.topic][notice.stage])
    return template % {"what": meant.what, "who": who, "when": speech.moment(notice.at)}


def page_of(notice: Notice) -> str:
    """The path of the page to look at."""
    return PAGES[notice.topic].format(notice.subject)


def _nothing(_notice: Notice, _known: Known, _speech: Speech) -> _Meant:
    return _Meant()


def _checkout(who: Callable[[Checkout], str]) -> Callable[[Notice, Known, Speech], _Meant]:
    def meant(notice: Notice, known: Known, speech: Speech) -> _Meant:
        checkout = known.get(Checkout, notice.subject)
        if checkout is None:
            return _Meant()
        items = checkout.taken or checkout.items
        return _Meant(_owned(checkout.cooperative, _items(items, known, speech), known), who(checkout))

    return meant


def _items(ids: Sequence[str], known: Known, speech: Speech) -> str:
    first = known.get(Item, ids[0]) if ids else None
    if first is None:
        return ""
    named = speech.say(SEAL_TITLES[first.seal_type]) if first.seal_type else speech.thing(first)
    return named if len(ids) == 1 else speech.say("%(what)s等 %(n)s 件") % {"what": named, "n": len(ids)}


def _owned(cooperative: str | None, thing: str, known: Known) -> str:
    """东坑一社 thing, or either alone."""
    owner = known.get(Cooperative, cooperative) if cooperative else None
    return " ".join(filter(None, (owner.short_name if owner else "", thing)))


def _finding(notice: Notice, known: Known, speech: Speech) -> _Meant:
    finding = known.get(Finding, notice.subject)
    if finding is None:
        return _Meant()
    title = speech.say(RULES[finding.rule].title) if finding.rule in RULES else finding.rule
    return _Meant(_owned(finding.cooperative, title, known))


def _emergency(notice: Notice, known: Known, speech: Speech) -> _Meant:
    emergency = known.get(Emergency, notice.subject)
    return _Meant(speech.place(emergency.compartment) if emergency and emergency.compartment else "")


def _handover(notice: Notice, known: Known, speech: Speech) -> _Meant:
    handover = known.get(Handover, notice.subject)
    if handover is None:
        return _Meant()
    return _Meant(_owned(handover.cooperative, speech.say(HANDOVER_KIND_TITLES[handover.kind]), known))


def _cooperative(notice: Notice, known: Known, _speech: Speech) -> _Meant:
    return _Meant(_owned(notice.subject, "", known))


def _contract(notice: Notice, known: Known, speech: Speech) -> _Meant:
    item = known.get(Item, notice.subject)
    return _Meant(_owned(item.cooperative, speech.thing(item), known) if item else "")


def _delegation(notice: Notice, known: Known, _speech: Speech) -> _Meant:
    delegation = known.get(Delegation, notice.subject)
    return _Meant(who=delegation.giver if delegation else None)


def _change(notice: Notice, known: Known, speech: Speech) -> _Meant:
    change = known.get(Change, notice.subject)
    return _Meant(speech.say(CHANGE_KIND_TITLES[change.kind]), change.proposed_by) if change else _Meant()


_by_holder, _by_applicant = _checkout(lambda checkout: checkout.holder), _checkout(lambda checkout: checkout.applicant)
_MEANING: Mapping[Topic, Callable[[Notice, Known, Speech], _Meant]] = {
    **dict.fromkeys((T.RETURN_ON_SITE, T.RETURN_AWAY, T.PERMIT_ENDING), _by_holder),
    **dict.fromkeys((T.APPROVAL, T.APPROVAL_LATE, T.PERMITTED, T.REFUSED, T.SENT_BACK, T.SEIZURE), _by_applicant),
    **dict.fromkeys((T.FINDING_YELLOW, T.FINDING_ORANGE, T.FINDING_RED, T.FINDING_ANSWER), _finding),
    **dict.fromkeys((T.EMERGENCY, T.EMERGENCY_ATTEST), _emergency),
    T.CLEARING: lambda notice, _known, _speech: _Meant(notice.subject),
    T.SIGNATURE: _handover,
    T.MANDATE: _cooperative,
    T.CONTRACT: _contract,
    T.CHANGE: _change,
    **dict.fromkeys((T.DELEGATION_GIVEN, T.DELEGATION_ENDING), _delegation),
}
