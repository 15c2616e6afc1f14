"""What an approver looks at besides the request: whether the vote stands, and what was done before."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from server.custody.attachments import DOCUMENT_KIND_TITLES, Attachment, DocumentKind
from server.custody.facts import Checkout
from server.custody.matters import unread_documents
from server.custody.policy.versions import PolicyVersion
from server.custody.policy.votes import shortfalls
from server.custody.policy.words import TIER_TITLES, Meeting
from server.custody.states import CheckoutState
from server.custody.working_days import day_of
from server.store.database import Reader
from server.store.lists import checkouts
from server.store.lists.checkouts import CheckoutFilter
from server.web import times
from server.web.reasons import say_refusal
from server.web.views.checkouts import title_of
from server.web.views.reading import Reading

LOOKED_THROUGH = 60
SHOWN_MAX = 4
_NEVER_USED = frozenset({CheckoutState.REFUSED, CheckoutState.WITHDRAWN, CheckoutState.EXPIRED})


@dataclass(frozen=True, slots=True)
class Verdict:
    """Something that was computed for the approver. `good`: it is as the policy wants it."""

    sentence: str
    good: bool


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier request of the same cooperative: for one of the same things, or with the same counterparty."""

    href: str
    title: str
    note: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Before:
    """What was done before: with these things, and with this counterparty."""

    same_items: tuple[Earlier, ...]
    same_counterparty: tuple[Earlier, ...]


def judged(
    checkout: Checkout, version: PolicyVersion | None, attached: Iterable[Attachment], reading: Reading
) -> tuple[Verdict, ...]:
    """What the policy says of it: what is not there to be read, how much is at stake, and whether a vote stands."""
    found = _unread(checkout, frozenset(each.kind for each in attached), reading)
    if checkout.demands.is_major:
        tier = reading.say(TIER_TITLES[checkout.demands.tier])
        found.append(Verdict(reading.say("重大事项（%(tier)s），开柜时监事要到场监印。") % {"tier": tier}, good=True))
    if checkout.revision > 1:
        found.append(Verdict(reading.say("第 %(n)s 次送来，以前退回过。") % {"n": checkout.revision}, good=True))
    if version is not None and checkout.demands.meetings:
        found.extend(_vote(checkout, version, reading))
    return tuple(found)


def _unread(checkout: Checkout, kinds: frozenset[DocumentKind], reading: Reading) -> list[Verdict]:
    """A bad mark for each paper that nobody handed in."""
    unread = unread_documents(checkout.mode, checkout.demands, kinds)
    sentence = reading.say("没有附上“%(what)s”，看不到内容。请退回补上，或者当面看过原件再决定。")
    return [Verdict(sentence % {"what": reading.say(DOCUMENT_KIND_TITLES[each])}, good=False) for each in unread]


def before(checkout: Checkout, reader: Reader, reading: Reading) -> Before:
    """The newest of what was done before; nothing else is searched than the cooperative's newest requests."""
    wanted = CheckoutFilter(cooperatives=[checkout.cooperative])
    lately = checkouts.checkouts(reader, wanted, limit=LOOKED_THROUGH).rows
    earlier = [each for each in lately if each.id != checkout.id and each.state not in _NEVER_USED]
    items, other = set(checkout.items), checkout.counterparty
    return Before(
        same_items=_shown([each for each in earlier if items & set(each.items)], reading),
        same_counterparty=_shown([each for each in earlier if other and each.counterparty == other], reading),
    )


def _vote(checkout: Checkout, version: PolicyVersion, reading: Reading) -> list[Verdict]:
    policy = version.policy
    today = day_of(checkout.filed_at)
    found = shortfalls(policy, policy.matter(checkout.matter), checkout.demands, checkout.meeting, today)
    if found:
        return [Verdict(say_refusal(each, reading.language), good=False) for each in found]
    stands = Verdict(reading.say("表决算过了：通知、到会、同意的人数都够。"), good=True)
    return [stands, *_fewer_than_registered(checkout, reading)]


def _fewer_than_registered(checkout: Checkout, reading: Reading) -> list[Verdict]:
    """Who may vote is the applicant's word; the register counts children too, so this warns and forbids nothing."""
    meeting, members = checkout.meeting, reading.cooperative(checkout.cooperative).members
    if meeting is None or meeting.kind is not Meeting.MEMBERS or members is None or meeting.expected >= members:
        return []
    sentence = reading.say("登记的成员有 %(members)s 人，申请写的应到只有 %(expected)s 人。请对照会议记录和成员名册。")
    return [Verdict(sentence % {"members": members, "expected": meeting.expected}, good=False)]


def _shown(found: list[Checkout], reading: Reading) -> tuple[Earlier, ...]:
    return tuple(_earlier(each, reading) for each in found[:SHOWN_MAX])


def _earlier(checkout: Checkout, reading: Reading) -> Earlier:
    amount = checkout.amount_cents
    yuan = "" if amount is None else reading.say("%(amount)s 元") % {"amount": times.yuan(amount)}
    note = reading.say("，").join(text for text in (checkout.purpose, checkout.counterparty, yuan) if text)
    return Earlier(f"/checkouts/{checkout.id}", title_of(checkout, reading), note, checkout.filed_at)
