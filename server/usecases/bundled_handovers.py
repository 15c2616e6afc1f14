"""One change of custodian for a whole cabinet: a list for each cooperative, opened, begun and signed together."""

from dataclasses import dataclass

from server.custody.facts import Cooperative
from server.custody.handovers.facts import Handover
from server.custody.handovers.opening import Plan, refuse_opening
from server.custody.handovers.states import HandoverKind, HandoverState, Part
from server.custody.refusals import Refused
from server.store.find_bundles import bundle_of, cooperatives_in
from server.store.work import Work
from server.usecases.open_handover import (
    BeginHandover,
    HandoverStands,
    OpenHandover,
    begin_handover,
    draft_list,
    plan_of,
)
from server.usecases.refusing import UNKNOWN_HANDOVER, refuse
from server.usecases.sign_handover import SignHandover, sign_handover

NOTHING_TO_HAND_OVER = Refused(
    "nothing_to_hand_over", "这台柜子里还没有一个社办过首次进柜，没有可移交的清单。请先办首次进柜。"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenBundle:
    """Who opens it for which cabinet, who hands over to whom, and why."""

    by: str
    cabinet: str
    outgoing: str
    incoming: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginBundle:
    """Who has all drafts counted from now on."""

    by: str
    bundle: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignBundle:
    """Who signs in which part; `contents` has, for each list, its handover and the hash that was shown."""

    by: str
    part: Part
    contents: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class BundleStands:
    """The bundle, and for how many of its lists what was asked holds now. `refused`: why not for the others, if any."""

    bundle: str
    lists: int
    refused: Refused | None = None


def open_bundle(work: Work, asked: OpenBundle) -> BundleStands | Refused:
    """Draft the list of every cooperative of the cabinet that can have one now, or say why there is none.

    A cooperative that cannot (another list is open, its mandate is over) is left out; its page says what it needs.
    """
    plans = [_plan(work, asked, each) for each in cooperatives_in(work.facts, asked.cabinet)]
    refused = [(plan, refuse_opening(plan)) for plan in plans if plan.was_counted_in]
    able = [plan for plan, why in refused if why is None]
    if not able:
        why = next((why for _plan, why in refused if why is not None), NOTHING_TO_HAND_OVER)
        return refuse(work, why, asked.by)
    bundle = work.new_id("b")
    for plan in able:
        draft_list(work, plan, bundle)
    return BundleStands(bundle, len(able))


def begin_bundle(work: Work, asked: BeginBundle) -> BundleStands | Refused:
    """Count every list of the bundle that is still a draft."""
    drafts = [each.id for each in bundle_of(work.facts, asked.bundle) if each.state is HandoverState.DRAFT]
    answers = [begin_handover(work, BeginHandover(by=asked.by, handover=each)) for each in drafts]
    return _stands(asked.bundle, answers) or refuse(work, UNKNOWN_HANDOVER, asked.by)


def sign_bundle(work: Work, asked: SignBundle) -> BundleStands | Refused:
    """Sign each of these lists by one's own session, as far as its rules allow."""
    contents = dict(asked.contents)
    first = next((work.get(Handover, each) for each in contents), None)
    if first is None or first.bundle is None:
        return refuse(work, UNKNOWN_HANDOVER, asked.by)
    ours = [each.id for each in bundle_of(work.facts, first.bundle) if each.id in contents]
    answers = [
        sign_handover(work, SignHandover(by=asked.by, handover=each, part=asked.part, content=contents[each]))
        for each in ours
    ]
    return _stands(first.bundle, answers) or refuse(work, UNKNOWN_HANDOVER, asked.by)


def _stands(bundle: str, answers: list[HandoverStands | Refused]) -> BundleStands | Refused | None:
    """What became of asking for every list; a refusal where none would have it, None where nothing was asked."""
    refused = next((answer for answer in answers if isinstance(answer, Refused)), None)
    done = sum(not isinstance(answer, Refused) for answer in answers)
    return BundleStands(bundle, done, refused) if done else refused


def _plan(work: Work, asked: OpenBundle, cooperative: Cooperative) -> Plan:
    one = OpenHandover(
        by=asked.by,
        cooperative=cooperative.id,
        kind=HandoverKind.CUSTODIAN,
        reason=asked.reason,
        outgoing=asked.outgoing,
        incoming=asked.incoming,
    )
    return plan_of(work, one, cooperative)
