"""What the store knows of uses, as rows of the forms that tell of them. Nothing is claimed that nobody reported."""

from collections.abc import Iterable
from datetime import datetime

from server.custody.attachments import DOCUMENT_KIND_TITLES, Attachment, DocumentKind
from server.custody.facts import Decision, Item
from server.custody.policy.words import LEAVES_THE_HALL, MEETING_TITLES, MODE_TITLES, ORDERED, Mode, Presence
from server.custody.states import SEAL_TITLES, CheckoutState, ItemKind, SealType, Step
from server.documents.papers.approval_form import OPINIONS, ApprovalForm
from server.documents.papers.archive_register import ArchiveReading
from server.documents.papers.paper import Style, write_cell
from server.documents.papers.seal_register import SealUse
from server.documents.wording import in_years
from server.store.lists.uses import Use

BETWEEN = "、"
HASH_CHARACTERS = 8
"""How much of a document's SHA-256 stands on a form: enough to find it among those of one request."""
WAYS = {Mode.ON_SITE: "现场", Mode.OFF_SITE: "外带"}
"""How the form says it; the other modes have no box there."""
OPINION_OF_STEP = {
    Step.HEAD: OPINIONS[0],
    Step.VILLAGE: OPINIONS[2],
    Step.OFFICE: OPINIONS[3],
    Step.OFFICE_HEAD: OPINIONS[3],
    Step.LEADER: OPINIONS[4],
}
NOT_ASKED = "上级凭公函调取，告知理事长，不需同意。"
"""In the head's place on the form where an authority orders."""


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
        purpose=_purpose(use),
        document=asked.document,
        copies_and_pages="/".join(f"{n}{word}" for n, word in ((asked.copies, "份"), (asked.pages, "页")) if n),
        counterparty=asked.counterparty,
        amount_cents=asked.amount_cents,
        term=in_years(asked.term_months or 0),
        is_major=asked.demands.is_major,
        decision=decision(use),
        attachments=tuple(map(_attachment, use.attachments)),
        way=WAYS.get(asked.mode, MODE_TITLES[asked.mode]),
        place=asked.place,
        companion=asked.companion,
        due_at=asked.expected_at or asked.due_at,
        opinions=_opinions(use),
        copies_used="" if asked.stamped is None else f"{asked.stamped}份",
        used_at=asked.taken_at,
        witness=witness(use),
        returned=_returned(use),
    )


def seal_names(items: Iterable[Item]) -> str:
    """公章、财务专用章: the seals among these by their kind."""
    seals = (item for item in items if item.kind is ItemKind.SEAL)
    return BETWEEN.join(SEAL_TITLES[item.seal_type] if item.seal_type else item.name for item in seals)


def approvers(use: Use) -> str:
    """Who agreed, in order."""
    return BETWEEN.join(use.name(person) for person in use.checkout.approvers)


def officer(use: Use) -> str:
    """Who of the office opened the door beside the holder."""
    return BETWEEN.join(use.name(each) for each in _beside_the_holder(use) if each in use.officers)


def witness(use: Use) -> str:
    """Who else stood at the door, where the policy wanted a witness (监印人)."""
    if Presence.WITNESS not in use.checkout.demands.presence:
        return ""
    return BETWEEN.join(use.name(each) for each in _beside_the_holder(use) if each not in use.officers)


def decision(use: Use) -> str:
    """成员大会 2026-10-01 应到113人 实到100人 同意90人: the meeting that decided, as the applicant stated it."""
    meeting = use.checkout.meeting
    if meeting is None:
        return ""
    figures = f"应到{meeting.expected}人 实到{meeting.present}人 同意{meeting.agreed}人"
    return f"{MEETING_TITLES[meeting.kind]} {meeting.held_on} {figures}"


def _beside_the_holder(use: Use) -> list[str]:
    persons = () if use.taking is None else use.taking.persons
    return [each for each in persons if each != use.checkout.holder]


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
        copies=asked.copies if asked.stamped is None else asked.stamped,
        impressions=None,
        applicant=use.name(asked.applicant),
        approvers=approvers(use),
        request=asked.id,
        witness=witness(use),
        officer=officer(use),
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
        unit=asked.reader if asked.mode in ORDERED else use.cooperative.name,
        reader=use.name(asked.holder) if asked.mode in ORDERED else asked.reader or use.name(asked.holder),
        letter=asked.letter,
        purpose=asked.purpose,
        archive=volume.name,
        year=written.get("年度", ""),
        month=written.get("月份", ""),
        volume=written.get("册号", ""),
        numbers=written.get("凭证起讫号", ""),
        mode=_archive_mode(asked.mode),
        pages_copied=None,
        approvers=approvers(use),
        handled_by=officer(use),
        due_at=asked.due_at,
        returned_at=_returned_at(use),
        condition="",
        returned_by="" if use.returning is None else BETWEEN.join(map(use.name, use.returning.persons)),
        note=_note(use),
    )


def _archive_mode(mode: Mode) -> str:
    if mode in ORDERED:
        return "调取"
    return "外借" if mode in LEAVES_THE_HALL else "查阅"


def _phone(use: Use) -> str:
    applicant = use.people.get(use.checkout.applicant)
    return applicant.phone if applicant else ""


def _purpose(use: Use) -> str:
    """What it is for, and who reads on what paper where that is somebody from outside."""
    asked = use.checkout
    whose = "，".join(part for part in (asked.reader, asked.letter) if part)
    return f"{asked.purpose}（{whose}）" if whose else asked.purpose


def _ticked(use: Use) -> tuple[tuple[str, bool], ...]:
    """The four kinds of seal of the printed form, and the fifth where it is asked for."""
    asked_for = {item.seal_type for item in use.items if item.kind is ItemKind.SEAL}
    on_the_form = (kind for kind in SEAL_TITLES if kind is not SealType.INVOICE or kind in asked_for)
    return tuple((SEAL_TITLES[kind], kind in asked_for) for kind in on_the_form)


def _opinions(use: Use) -> dict[str, str]:
    """Every answer to the present revision at its place on the form, with who gave it and when."""
    said = {OPINIONS[0]: NOT_ASKED} if _is_head_left_out(use) else {}
    for each in use.checkout.decisions:
        if each.revision == use.checkout.revision:
            label = OPINION_OF_STEP[each.step]
            said[label] = "；".join(part for part in (said.get(label), _opinion(use, each)) if part)
    return said


def _is_head_left_out(use: Use) -> bool:
    return use.checkout.mode in ORDERED and use.checkout.demands.step(Step.HEAD) is None


def _opinion(use: Use, answered: Decision) -> str:
    word = "同意" if answered.agreed else "退回补正" if answered.correction else "不同意"
    reason = f"，{answered.reason}" if answered.reason else ""
    instead = f"（代{use.name(answered.stands_for)}）" if answered.stands_for else ""
    return f"{word}{reason}。　{use.name(answered.person)}{instead}　{write_cell(answered.at, Style.TIME)}"


def _returned(use: Use) -> str:
    if use.returning is None or use.checkout.state is not CheckoutState.RETURNED:
        return ""
    people = BETWEEN.join(map(use.name, use.returning.persons))
    return f"已归还　{people}　{write_cell(use.checkout.ended_at, Style.TIME)}"


def _returned_at(use: Use) -> datetime | None:
    return use.checkout.ended_at if use.checkout.state is CheckoutState.RETURNED else None


def _attachment(attached: Attachment) -> str:
    """What it is (where that was said), its name, and how it is found in the log."""
    what = "" if attached.kind is DocumentKind.OTHER else f"{DOCUMENT_KIND_TITLES[attached.kind]}："
    return f"{what}{attached.name}（{attached.sha256[:HASH_CHARACTERS]}）"


def _note_of_order(use: Use) -> tuple[str, ...]:
    """By whose order, and who of the cooperative stood by: nobody has to."""
    asked = use.checkout
    stood_by = BETWEEN.join(use.name(each) for each in _beside_the_holder(use) if each not in use.officers)
    ordered = "，".join(part for part in (MODE_TITLES[asked.mode], asked.reader, asked.letter) if part)
    return ordered, f"社里在场{stood_by}" if stood_by else ""


def _note(use: Use) -> str:
    asked = use.checkout
    notes = (
        *(_note_of_order(use) if asked.mode in ORDERED else ()),
        f"外带到{asked.place}" if asked.off_site and asked.place else "",
        f"随行{asked.companion}" if asked.companion else "",
        f"批准{asked.copies}份" if asked.stamped not in (None, asked.copies) and asked.copies else "",
    )
    return "；".join(note for note in notes if note)
