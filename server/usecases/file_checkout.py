"""An accountant or head asks for items of their cooperative, or corrects what was sent back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from server.custody.applications import Application
from server.custody.approvals import able_to_decide, names_of, role_asked
from server.custody.attachments import Attachment, DocumentKind
from server.custody.facts import Checkout, Cooperative
from server.custody.holidays import calendar_of
from server.custody.matters import bench_for, door_roles, lacking_documents, unread_documents
from server.custody.permits import window_end
from server.custody.policy.demands import NOTHING_DEMANDED, Demands
from server.custody.policy.versions import PolicyVersion
from server.custody.policy.writing import plain
from server.custody.refusals import Refused
from server.custody.requests import everything_missing, refuse_correction, refuse_request
from server.custody.roles import TITLES, Role
from server.custody.stated import STATED, Stated, stated_of
from server.custody.states import Step
from server.custody.working_days import day_of
from server.store import find
from server.store.database import Reader
from server.store.fact_rows import FactRows
from server.store.work import Work
from server.usecases.file_documents import documents_to_file, record_filing
from server.usecases.refusing import UNKNOWN_CHECKOUT, UNKNOWN_PERSON, acting, refuse
from server.usecases.texts import tidy

_IN_THE_LOG = ("mode", "matter")
"""What of a request stands in the log itself; everything else stated is in the body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCheckout(Stated):
    """What is asked for. `holder` defaults to `by`.

    `corrects` is the checkout that was sent back and is filed anew; `attachments` are documents handed in before.
    """

    by: str
    items: tuple[str, ...]
    attachments: tuple[str, ...] = ()
    holder: str | None = None
    corrects: str | None = None


@dataclass(frozen=True, slots=True)
class Filed:
    """The checkout's id, and the names of those who can decide the first step."""

    checkout: str
    waits_for: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ApproverStep:
    """One step of approval: its title, the names of those who can take it, and its clock in working minutes."""

    step: Step
    title: str
    names: tuple[str, ...]
    minutes: int


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a request would need, said while it is being written.

    `missing` are the rules it does not satisfy yet, `lacking` the papers without which it is refused, `unread` all
    those that an approver will miss; `comes_along` the roles at the door besides holder and 柜管员, each with the names
    of those who hold it; `collect_until` assumes that it is approved now.
    """

    missing: tuple[Refused, ...]
    lacking: tuple[DocumentKind, ...] = ()
    unread: tuple[DocumentKind, ...] = ()
    demands: Demands = NOTHING_DEMANDED
    approvers: tuple[ApproverStep, ...] = ()
    holder: str = ""
    comes_along: tuple[tuple[Role, tuple[str, ...]], ...] = ()
    collect_until: datetime | None = None


def file_checkout(work: Work, asked: FileCheckout) -> Filed | Refused:
    """File the request, or say which rule stands against it."""
    version = find.policy_in_force(work.facts)
    application = _application(work.facts, asked, version, work.now)
    if isinstance(application, Refused):
        return refuse(work, application, asked.by)
    papers = (
        _may_correct(work, asked, application.cooperative.id)
        or refuse_request(application)
        or documents_to_file(work.facts, asked.attachments, asked.by, application.cooperative.id)
    )
    if isinstance(papers, Refused):
        items = [item.id for item in application.items]
        return refuse(work, papers, asked.by, cooperative=application.cooperative.id, items=items)
    checkout = record_request(work, application, version.number)
    record_filing(work, papers, asked.by, checkout, checkout=checkout)
    return Filed(checkout, _names_of_first(application))


def outlook(reader: Reader, asked: FileCheckout, now: datetime) -> Outlook:
    """What this request would need; reads only."""
    facts = FactRows(reader)
    application = _application(facts, asked, find.policy_in_force(facts), now)
    if isinstance(application, Refused):
        return Outlook((application,))
    demands, cooperative = application.demands, application.cooperative
    return Outlook(
        missing=everything_missing(application),
        lacking=lacking_documents(demands, application.documents),
        unread=unread_documents(application.mode, demands, application.documents),
        demands=demands,
        approvers=tuple(_step(application, each.step, each.minutes) for each in demands.steps),
        holder=application.holder.name,
        comes_along=tuple(
            (role, _names_in(application, role)) for role in door_roles(demands, application.holder, cooperative.id)
        ),
        collect_until=window_end(now, cooperative, calendar_of(facts)),
    )


def _application(facts: FactRows, asked: FileCheckout, version: PolicyVersion, now: datetime) -> Application | Refused:
    applicant = find.standing(facts, asked.by)
    holder = applicant if asked.holder in (None, asked.by) else find.standing(facts, asked.holder)
    if applicant is None or holder is None:
        return UNKNOWN_PERSON
    items = find.items(facts, asked.items)
    cooperative = facts.get(Cooperative, items[0].cooperative) if items else None
    if cooperative is None or len(items) < len(set(asked.items)):
        return Refused("no_items", "还没有选择要用的东西。请先选印章、合同或凭证。")
    return Application(
        applicant=applicant,
        holder=holder,
        cooperative=cooperative,
        people=find.bench(facts, cooperative.id),
        items=items,
        holder_seals=find.seals_held(facts, holder.id, cooperative.id, but=asked.corrects),
        policy=version.policy,
        delegations=find.delegations(facts, day_of(now)),
        corrects=asked.corrects,
        documents=_documents(facts, asked),
        now=now,
        **_tidied(asked),
    )


def _documents(facts: FactRows, asked: FileCheckout) -> frozenset[DocumentKind]:
    """The kinds of what the applicant names, and of what belongs to the request that is corrected already."""
    named = (facts.get(Attachment, each) for each in asked.attachments)
    own = [each for each in named if each is not None and each.by == asked.by and each.is_waiting]
    filed = find.attachments_of(facts, asked.corrects) if asked.corrects else []
    return frozenset(each.kind for each in (*own, *filed))


def _tidied(asked: Stated) -> dict[str, Any]:
    values = {name: getattr(asked, name) for name in STATED}
    return {name: tidy(value) if type(value) is str else value for name, value in values.items()}


def _may_correct(work: Work, asked: FileCheckout, cooperative: str) -> Refused | None:
    if asked.corrects is None:
        return None
    checkout = work.get(Checkout, asked.corrects)
    return UNKNOWN_CHECKOUT if checkout is None else refuse_correction(acting(work, asked.by), checkout, cooperative)


def record_request(work: Work, application: Application, policy: int) -> str:
    """Record a request that no rule stands against, under this version of the policy; answers the checkout's id."""
    before = work.get(Checkout, application.corrects) if application.corrects else None
    checkout = work.new_id("k") if before is None else before.id
    about = {
        "checkout": checkout,
        "cooperative": application.cooperative.id,
        "items": [item.id for item in application.items],
        "person": application.applicant.id,
        "mode": application.mode,
        "matter": application.matter,
        "policy": policy,
    }
    stated = {key: value for key, value in plain(stated_of(application)).items() if key not in _IN_THE_LOG}
    body = {"holder": application.holder.id, **stated, "demands": plain(application.demands)}
    if before is None:
        work.record("checkout_filed", {**about, "off_site": application.off_site}, body)
    else:
        work.record("checkout_corrected", {**about, "revision": before.revision + 1}, body)
    return checkout


def _step(application: Application, step: Step, minutes: int) -> ApproverStep:
    bench = bench_for(application, step)
    return ApproverStep(step, TITLES[role_asked(bench)], names_of(able_to_decide(bench)), minutes)


def _names_in(application: Application, role: Role) -> tuple[str, ...]:
    people = (who for who in application.people if who.person.is_active and who.id != application.holder.id)
    return tuple(who.name for who in people if who.holds(role, application.cooperative.id))


def _names_of_first(application: Application) -> tuple[str, ...]:
    return names_of(able_to_decide(bench_for(application, application.demands.steps[0].step)))
