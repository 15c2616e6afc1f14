"""An accountant or head asks for items of their cooperative."""

from dataclasses import dataclass
from datetime import datetime

from server.custody.approvals import first_approver
from server.custody.facts import Cooperative
from server.custody.people import Standing
from server.custody.permits import window_end
from server.custody.refusals import Refused
from server.custody.requests import OFF_SITE_HOURS_MAX, ON_SITE_MINUTES_MAX, Application, refuse_request
from server.custody.roles import TITLES, Role
from server.custody.states import Step
from server.custody.working_days import WEEKDAYS
from server.store import find
from server.store.database import Reader
from server.store.fact_rows import FactRows
from server.store.work import Work
from server.usecases.refusing import UNKNOWN_PERSON, refuse
from server.usecases.texts import tidy

_ON_SITE_DUE = f"取出后{ON_SITE_MINUTES_MAX}分钟内归还"
_OFF_SITE_DUE = f"取出后{OFF_SITE_HOURS_MAX}小时内归还"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCheckout:
    """What is asked for. `holder` defaults to `by`; `amount_cents` in hundredths of 元."""

    by: str
    items: tuple[str, ...]
    purpose: str
    off_site: bool = False
    document: str = ""
    counterparty: str = ""
    amount_cents: int | None = None
    copies: int | None = None
    place: str = ""
    holder: str | None = None


@dataclass(frozen=True, slots=True)
class Filed:
    """The new checkout's id, and the names of those who can decide the first step."""

    checkout: str
    waits_for: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ApproverStep:
    """One step of approval: its title, and the names of those who can take it."""

    step: Step
    title: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a request would need, said while it is being written.

    `refused` is the first rule it does not satisfy yet; `collect_until` assumes that it is approved now.
    """

    refused: Refused | None
    approvers: tuple[ApproverStep, ...] = ()
    presence: tuple[str, ...] = ()
    collect_until: datetime | None = None
    due_text: str = ""


def file_checkout(work: Work, asked: FileCheckout) -> Filed | Refused:
    """File the request, or say which rule stands against it."""
    application = _application(work.facts, asked, work.now)
    if isinstance(application, Refused):
        return refuse(work, application, asked.by)
    if (refused := refuse_request(application)) is not None:
        known = [item.id for item in application.items]
        return refuse(work, refused, asked.by, cooperative=application.cooperative.id, items=known)
    return Filed(_record(work, application, asked), _first_names(application))


def outlook(reader: Reader, asked: FileCheckout, now: datetime) -> Outlook:
    """What this request would need; reads only."""
    facts = FactRows(reader)
    application = _application(facts, asked, now)
    if isinstance(application, Refused):
        return Outlook(application)
    officers = find.people_with(facts, [Role.CABINET_OFFICER])
    reviewers = find.people_with(facts, [Role.REVIEWER])
    return Outlook(
        refused=refuse_request(application),
        approvers=(
            ApproverStep(Step.HEAD, _first_title(application), _first_names(application)),
            ApproverStep(Step.OFFICE, TITLES[Role.REVIEWER], _active_names(reviewers)),
        ),
        presence=(application.holder.name, f"{TITLES[Role.CABINET_OFFICER]}（{'或'.join(_active_names(officers))}）"),
        collect_until=window_end(now, application.cooperative, WEEKDAYS),
        due_text=_OFF_SITE_DUE if asked.off_site else _ON_SITE_DUE,
    )


def _application(facts: FactRows, asked: FileCheckout, now: datetime) -> Application | Refused:
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
        officers=find.officers(facts, cooperative.id),
        items=items,
        holder_seals=find.seals_held(facts, holder.id, cooperative.id),
        off_site=asked.off_site,
        purpose=tidy(asked.purpose),
        document=tidy(asked.document),
        copies=asked.copies,
        place=tidy(asked.place),
        now=now,
    )


def _record(work: Work, application: Application, asked: FileCheckout) -> str:
    checkout = work.new_id("k")
    about = {
        "checkout": checkout,
        "cooperative": application.cooperative.id,
        "items": [item.id for item in application.items],
        "person": application.applicant.id,
        "off_site": asked.off_site,
    }
    body = {
        "holder": application.holder.id,
        "purpose": application.purpose,
        "document": application.document,
        "counterparty": tidy(asked.counterparty),
        "amount_cents": asked.amount_cents,
        "copies": asked.copies,
        "place": application.place,
    }
    work.record("checkout_filed", about, body)
    return checkout


def _first_approvers(application: Application) -> tuple[Standing, ...]:
    able = first_approver(
        application.applicant.id, application.holder.id, application.cooperative, application.officers
    )
    return () if isinstance(able, Refused) else able


def _first_names(application: Application) -> tuple[str, ...]:
    return tuple(who.name for who in _first_approvers(application))


def _first_title(application: Application) -> str:
    cooperative = application.cooperative.id
    heads_decide = all(who.holds(Role.HEAD, cooperative) for who in _first_approvers(application))
    return TITLES[Role.HEAD if heads_decide else Role.SUPERVISOR]


def _active_names(people: tuple[Standing, ...]) -> tuple[str, ...]:
    return tuple(who.name for who in people if who.person.is_active)
