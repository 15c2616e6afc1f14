"""What the store knows of uses, as rows of the forms that tell of them. Nothing is claimed that nobody reported."""

from collections.abc import Iterable
from datetime import datetime

from server.custody.facts import Item, Opening
from server.custody.states import SEAL_TITLES, CheckoutState, ItemKind, SealType, Step
from server.documents.papers.approval_form import OPINIONS, ApprovalForm
from server.documents.papers.archive_register import ArchiveReading
from server.documents.papers.paper import Style, write_cell
from server.documents.papers.seal_register import SealUse
from server.store.lists.uses import Use

BETWEEN = "、"
HASH_CHARACTERS = 8
"""How much of a document's SHA-256 stands on a form: enough to find it among those of one request."""
OPINION_OF_STEP = {
    Step.HEAD: OPINIONS[0],
    Step.VILLAGE: OPINIONS[2],
    Step.OFFICE: OPINIONS[3],
    Step.OFFICE_HEAD: OPINIONS[3],
    Step.LEADER: OPINIONS[4],
}


def seal_uses(uses: Iterable[Use]) -> tuple[SealUse, ...]:
    """The uses in which seals were taken."""
    return tuple(_seal_use(use) for use in uses if any(item.kind is ItemKind.SEAL for item in use.items))


def archive_readings(uses: Iterable[Use]) -> tuple[ArchiveReading, ...]:
    """Every volume of vouchers that was taken, one by one."""
    return tuple(_reading(use, item) for use in uses for item in use.items if item.kind is ItemKind.VOUCHER)


def approval_form(use: Use) -> ApprovalForm:
    """A request with every answer so far."""
    asked = use.checkout
    return ApprovalForm(
        number=asked.id,
        filed_at=asked.filed_at,
        cooperative=use.cooperative.name,
        applicant=use.name(asked.applicant),
        phone=_phone(use),
        seals=_ticked(use),
        others=BETWEEN.join(item.name for item in use.items if item.kind is not ItemKind.SEAL),
        purpose=asked.purpose,
        document=asked.document,
        copies_and_pages=f"{asked.copies}份" if asked.copies else "",
        counterparty=asked.counterparty,
        amount_cents=asked.amount_cents,
        term="",
        is_major=None,
        decision="",
        attachments=tuple(f"{each.name}（{each.sha256[:HASH_CHARACTERS]}）" for each in use.attachments),
        way="外带" if asked.off_site else "现场",
        place=asked.place,
        companion="",
        due_at=asked.due_at,
        opinions=_opinions(use),
        copies_used="",
        used_at=asked.taken_at,
        witness="",
        returned=_returned(use),
    )


def seal_names(items: Iterable[Item]) -> str:
    """公章、财务专用章: the seals among these by their kind."""
    seals = (item for item in items if item.kind is ItemKind.SEAL)
    return BETWEEN.join(SEAL_TITLES[item.seal_type] if item.seal_type else item.name for item in seals)


def approvers(use: Use) -> str:
    """Who agreed, in order."""
    return BETWEEN.join(use.name(person) for person in use.checkout.approvers)


def officer(use: Use, opening: Opening | None) -> str:
    """Who opened the door beside the holder."""
    if opening is None:
        return ""
    others = [each for each in opening.persons if each != use.checkout.holder]
    return BETWEEN.join(use.name(person) for person in others)


def _seal_use(use: Use) -> SealUse:
    asked = use.checkout
    return SealUse(
        number="" if use.number is None else f"日志{use.number}",
        used_at=asked.taken_at,
        cooperative=use.cooperative.name,
        seals=seal_names(use.items),
        purpose=asked.purpose,
        document=asked.document,
        counterparty=asked.counterparty,
        amount_cents=asked.amount_cents,
        copies=asked.copies,
        impressions=None,
        applicant=use.name(asked.applicant),
        approvers=approvers(use),
        request=asked.id,
        witness="",
        officer=officer(use, use.taking),
        taken_at=asked.taken_at,
        returned_at=_returned_at(use),
        is_off_site=asked.off_site,
        attachments=" ".join(each.sha256[:HASH_CHARACTERS] for each in use.attachments),
        note=_note(use),
    )


def _reading(use: Use, volume: Item) -> ArchiveReading:
    asked, written = use.checkout, volume.details
    return ArchiveReading(
        at=asked.taken_at,
        unit=use.cooperative.name,
        reader=use.name(asked.holder),
        letter="",
        purpose=asked.purpose,
        archive=volume.name,
        year=written.get("年度", ""),
        month=written.get("月份", ""),
        volume=written.get("册号", ""),
        numbers=written.get("凭证起讫号", ""),
        mode="外借" if asked.off_site else "查阅",
        pages_copied=None,
        approvers=approvers(use),
        handled_by=officer(use, use.taking),
        due_at=asked.due_at,
        returned_at=_returned_at(use),
        condition="",
        returned_by="" if use.returning is None else BETWEEN.join(map(use.name, use.returning.persons)),
        note=_note(use),
    )


def _phone(use: Use) -> str:
    applicant = use.people.get(use.checkout.applicant)
    return applicant.phone if applicant else ""


def _ticked(use: Use) -> tuple[tuple[str, bool], ...]:
    """The four kinds of seal of the printed form, and the fifth where it is asked for."""
    asked_for = {item.seal_type for item in use.items if item.kind is ItemKind.SEAL}
    on_the_form = (kind for kind in SEAL_TITLES if kind is not SealType.INVOICE or kind in asked_for)
    return tuple((SEAL_TITLES[kind], kind in asked_for) for kind in on_the_form)


def _opinions(use: Use) -> dict[str, str]:
    """The last answer at each place of the form, with who gave it and when."""
    said = {}
    for decision in use.checkout.decisions:
        word = "同意" if decision.agreed else "不同意"
        reason = f"，{decision.reason}" if decision.reason else ""
        when = write_cell(decision.at, Style.TIME)
        said[OPINION_OF_STEP[decision.step]] = f"{word}{reason}。　{use.name(decision.person)}　{when}"
    return said


def _returned(use: Use) -> str:
    if use.returning is None or use.checkout.state is not CheckoutState.RETURNED:
        return ""
    people = BETWEEN.join(map(use.name, use.returning.persons))
    return f"已归还　{people}　{write_cell(use.checkout.ended_at, Style.TIME)}"


def _returned_at(use: Use) -> datetime | None:
    return use.checkout.ended_at if use.checkout.state is CheckoutState.RETURNED else None


def _note(use: Use) -> str:
    asked = use.checkout
    if asked.off_site and asked.place:
        return f"外带到{asked.place}"
    return ""
