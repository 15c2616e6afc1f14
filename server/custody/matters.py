"""What the policy asks of a request: its matter, its vote, its use, and somebody for every step and place."""

from collections.abc import Callable, Collection, Sequence

from server.custody.applications import Application
from server.custody.approvals import Bench, able_to_decide
from server.custody.attachments import DOCUMENT_KIND_TITLES, DocumentKind
from server.custody.facts import Checkout
from server.custody.people import Standing
from server.custody.policy.demands import Demands
from server.custody.policy.votes import shortfalls
from server.custody.policy.words import (
    FOR_OTHERS,
    LEAVES_THE_HALL,
    MATTER_TITLES,
    MODE_TITLES,
    SEALS_PAPERS,
    TO_BE_ATTACHED,
    Mode,
    Presence,
)
from server.custody.refusals import Refused
from server.custody.roles import TITLES, Role
from server.custody.states import ItemKind, Step
from server.custody.wording import say_names

YEAR_MONTHS = 12


def door_roles(demands: Demands, holder: Standing, cooperative: str) -> tuple[Role, ...]:
    """Whoever else has to identify at the door, by role: one person each, none of them twice.

    The 监印人 is the cooperative's 监事; with the 报账员 the 监事 carries along too, with a 理事长 the 报账员.
    """
    holds_the_books = holder.holds(Role.ACCOUNTANT, cooperative)
    role_of = {
        Presence.WITNESS: Role.SUPERVISOR,
        Presence.COMPANION: Role.SUPERVISOR if holds_the_books else Role.ACCOUNTANT,
    }
    return tuple(dict.fromkeys(role_of[each] for each in demands.presence))


def bench_for(application: Application, step: Step) -> Bench:
    """Who would be asked about this step."""
    demand = application.demands.step(step)
    if demand is None:
        raise LookupError(step)
    return Bench(
        demand=demand,
        cooperative=application.cooperative,
        people=application.people,
        apart=frozenset({application.applicant.id, application.holder.id}),
        delegations=tuple(each for each in application.delegations if each.holds_on(application.today)),
    )


def _every_step_is_taken(a: Application) -> Refused | None:
    """Somebody can take each step, and each of them somebody else: who has agreed is not asked again."""
    able_at = []
    for demand in a.demands.steps:
        able = able_to_decide(bench_for(a, demand.step))
        if isinstance(able, Refused):
            return able
        able_at.append(frozenset(each.who.id for each in able))
    if _each_by_another(sorted(able_at, key=len)):
        return None
    return Refused("nobody_decides", "这件事的每一步要由不同的人审批，现在人不够。请换一位来申请，或联系三资办。")


def _each_by_another(able_at: Sequence[frozenset[str]], taken: frozenset[str] = frozenset()) -> bool:
    return not able_at or any(_each_by_another(able_at[1:], taken | {who}) for who in able_at[0] - taken)


def _everybody_can_come(a: Application) -> Refused | None:
    """Somebody can stand at the door in each role, who is not the only one to approve."""
    for role in door_roles(a.demands, a.holder, a.cooperative.id):
        free = {who.id for who in a.people if _can_come(who, role, a)} - _sole_approvers(a)
        if not free:
            title = TITLES[role]
            return Refused(
                "nobody_present",
                f"这件事开柜时还要{title}到场，{a.cooperative.short_name}现在没有能到场的{title}（审批的人不能到场）。"
                "请改由报账员申请和领用，或联系三资办核对人员名册。",
            )
    return None


def _can_come(who: Standing, role: Role, a: Application) -> bool:
    return who.person.is_active and who.id != a.holder.id and who.holds(role, a.cooperative.id)


def _sole_approvers(a: Application) -> set[str]:
    """Those without whom a step could not be taken."""
    benches = (able_to_decide(bench_for(a, demand.step)) for demand in a.demands.steps)
    return {able[0].who.id for able in benches if not isinstance(able, Refused) and len(able) == 1}


def _matter_is_allowed(a: Application) -> Refused | None:
    article = a.policy.matter(a.matter).forbidden_by
    if not article or not a.is_sealing:
        return None
    return Refused(
        "matter_forbidden", f"“{MATTER_TITLES[a.matter]}”不能用印：{article}禁止。请不要办理，有疑问请问三资办。"
    )


def _use_fits_the_items(a: Application) -> Refused | None:
    wrong = next((item for item in a.items if a.policy.use(a.mode, item.kind) is None), None)
    if wrong is not None:
        return Refused("mode_items", f"{wrong.name}不能“{MODE_TITLES[a.mode]}”。请换一种用法，或去掉它。")
    if a.mode in SEALS_PAPERS and ItemKind.SEAL not in a.kinds:
        return Refused("mode_no_seal", "盖章要选印章。只看合同或凭证，请选“在大厅查阅”。")
    return None


def _term_is_lawful(a: Application) -> Refused | None:
    row = a.policy.matter(a.matter)
    if row.term_months_max is None or a.term_months is None or a.term_months <= row.term_months_max:
        return None
    years = row.term_months_max // YEAR_MONTHS
    return Refused(
        "term_too_long", f"期限不能超过 {years} 年（{row.term_by}），超过的部分无效。请把合同的期限改短再申请。"
    )


def _place_is_named(a: Application) -> Refused | None:
    if a.mode not in LEAVES_THE_HALL or a.place.strip():
        return None
    return Refused("no_place", "外带要写明带到哪里。请补上地点，例如“清溪农商银行”。")


def _return_is_in_time(a: Application) -> Refused | None:
    """A promised return lies ahead; where it is later than the limit the limit holds, so nothing else is refused."""
    if a.expected_at is None or a.expected_at > a.now:
        return None
    return Refused("expected_past", "预计归还的时间已经过了。请改成以后的时间。")


def _reader_is_named(a: Application) -> Refused | None:
    if a.mode not in FOR_OTHERS or (a.reader.strip() and a.letter.strip()):
        return None
    if a.mode is Mode.SEIZURE:
        return Refused("no_reader", "上级调取要写明是哪个单位、公函的文号。请补上。")
    return Refused("no_reader", "成员查阅要写明是谁来查、身份证后四位。请补上。")


def _deal_is_complete(a: Application) -> Refused | None:
    if not a.is_sealing or not a.policy.matter(a.matter).is_deal or (a.counterparty.strip() and a.amount_cents):
        return None
    return Refused("deal_incomplete", f"“{MATTER_TITLES[a.matter]}”要写明对方是谁、金额多少，不能空着盖章。请补上。")


def _term_is_stated(a: Application) -> Refused | None:
    if not a.is_sealing or a.term_months or a.policy.matter(a.matter).term_months_max is None:
        return None
    return Refused("no_term", f"“{MATTER_TITLES[a.matter]}”要写明期限几年。请补上。")


def vote_shortfalls(a: Application) -> tuple[Refused, ...]:
    """Everything that keeps the stated vote from standing."""
    return shortfalls(a.policy, a.policy.matter(a.matter), a.demands, a.meeting, a.today)


def _vote_stands(a: Application) -> Refused | None:
    return next(iter(vote_shortfalls(a)), None)


def _transaction_is_named(a: Application) -> Refused | None:
    if not a.demands.needs_transaction or a.transaction.strip():
        return None
    return Refused("no_transaction", "这个金额要先上资产交易平台。请补上平台的交易编号。")


def lacking_documents(demands: Demands, kinds: Collection[DocumentKind]) -> tuple[DocumentKind, ...]:
    """What the policy asks for and nobody handed in as that; whether it is the right one is for approvers to see."""
    wanted = (DocumentKind(each) for each in demands.evidence if each in TO_BE_ATTACHED)
    return tuple(each for each in wanted if each not in kinds)


def unread_documents(mode: Mode, demands: Demands, kinds: Collection[DocumentKind]) -> tuple[DocumentKind, ...]:
    """What an approver cannot read: what is lacking, and of a sealing the paper itself in any case."""
    lacking = lacking_documents(demands, kinds)
    is_blind = mode in SEALS_PAPERS and DocumentKind.DOCUMENT not in kinds
    return tuple(dict.fromkeys((DocumentKind.DOCUMENT, *lacking))) if is_blind else lacking


def kind_to_add(checkout: Checkout, kinds: Collection[DocumentKind]) -> DocumentKind:
    """What somebody who adds a document to this request most likely brings."""
    if checkout.mode not in SEALS_PAPERS:
        return DocumentKind.OTHER
    if checkout.taken_at is not None:
        return DocumentKind.STAMPED
    return DocumentKind.OTHER if DocumentKind.DOCUMENT in kinds else DocumentKind.DOCUMENT


def _evidence_is_attached(a: Application) -> Refused | None:
    lacking = lacking_documents(a.demands, a.documents)
    if not lacking:
        return None
    names = say_names(DOCUMENT_KIND_TITLES[each] for each in lacking)
    return Refused("no_evidence", f"这件事要附上{names}。请拍照或选 PDF，传到写着这个名字的地方。")


IMPOSSIBLE: tuple[Callable[[Application], Refused | None], ...] = (
    _matter_is_allowed,
    _use_fits_the_items,
    _term_is_lawful,
    _every_step_is_taken,
    _everybody_can_come,
)
"""Rules that say it cannot be at all."""
INCOMPLETE: tuple[Callable[[Application], Refused | None], ...] = (
    _place_is_named,
    _return_is_in_time,
    _reader_is_named,
    _deal_is_complete,
    _term_is_stated,
    _vote_stands,
    _transaction_is_named,
    _evidence_is_attached,
)
"""Rules that say something is missing."""
