"""Which papers there are, and how each is made from one snapshot of the store."""

import base64
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from firmware_protocol.times import CHINA
from server.custody.facts import Cooperative, Item
from server.custody.states import ItemKind
from server.documents.disclosing import disclosed_month
from server.documents.papers import (
    approval_form,
    archive_register,
    contract_catalogue,
    disclosure,
    handover_list,
    inventory,
    opening_register,
    seal_register,
)
from server.documents.papers.from_handovers import (
    counted_things,
    sheet_blocks,
    sheet_fingerprint,
    sheet_head,
    sheet_signers,
)
from server.documents.papers.from_items import (
    catalogued,
    counted,
    handed_over_contract,
    handed_over_seal,
    handed_over_volume,
)
from server.documents.papers.from_openings import opened_doors
from server.documents.papers.from_uses import approval_form as approval_of
from server.documents.papers.from_uses import archive_readings, seal_uses
from server.documents.papers.paper import Grid, Paper, PaperReceipt, Style, Table, table, write_cell
from server.store.database import Reader
from server.store.fact_rows import all_facts
from server.store.lists import entries, handovers, openings, registers, uses
from server.store.lists.handovers import HandoverSheet
from server.store.lists.openings import OpeningFilter
from server.store.lists.progress import Tell, untold
from server.store.lists.uses import UseFilter

ROWS_MAX = 20_000
"""How many rows are read at most; a paper that is cut there is refused, not drawn."""


class Subject(StrEnum):
    """What a paper is about, and so what has to be named to make one."""

    PERIOD = "period"
    COOPERATIVE = "cooperative"
    CHECKOUT = "checkout"
    MONTH = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which paper, for whom. `cooperatives` None: all that there are; since inclusive, until exclusive.

    `log_key` is the fingerprint of the log's key; `address` the page a poster leads to; `receipt` what it carries.
    `tell` hears how many rows are gathered.
    """

    form: str
    cooperatives: Collection[str] | None
    printed_by: str
    now: datetime
    log_key: str
    since: datetime | None = None
    until: datetime | None = None
    checkout: str = ""
    handover: str = ""
    address: str = ""
    receipt: PaperReceipt | None = None
    tell: Tell = untold


@dataclass(frozen=True, slots=True)
class Body:
    """What one form adds to the frame that all have."""

    blocks: tuple[Table | Grid, ...]
    head: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    signers: tuple[str, ...] = ()
    is_landscape: bool = True


@dataclass(frozen=True, slots=True)
class Form:
    """One of the office's papers."""

    title: str
    subject: Subject
    make: Callable[[Reader, Wanted], Body]


def make_paper(reader: Reader, wanted: Wanted) -> Paper:
    """The paper as the snapshot has it; raises `KeyError` for a form or checkout nobody knows."""
    form = FORMS[wanted.form]
    body = form.make(reader, wanted)
    return Paper(
        form=wanted.form,
        title=form.title,
        of=_owner(reader, wanted),
        blocks=body.blocks,
        printed_at=wanted.now,
        printed_by=wanted.printed_by,
        fingerprint=log_line(reader, wanted.log_key),
        head=body.head,
        notes=body.notes,
        signers=body.signers,
        address=wanted.address,
        receipt=wanted.receipt,
        is_landscape=body.is_landscape,
    )


def log_line(reader: Reader, log_key: str) -> str:
    """By what a paper is checked against the log: its name, its size and root at that moment, its key."""
    lines = entries.checkpoint(reader).decode().split("\n")
    if len(lines) < 3:
        return ""
    origin, size, root = lines[:3]
    return f"日志 {origin}，共 {int(size):,} 条，树根 {base64.b64decode(root).hex()}，日志公钥 {log_key}"


def say_period(since: datetime | None, until: datetime | None) -> str:
    """2026-11-01 至 2026-11-30, or what is open at one end."""
    last = None if until is None else (until.astimezone(CHINA) - timedelta(microseconds=1)).date()
    first = None if since is None else since.astimezone(CHINA).date()
    match first, last:
        case None, None:
            return "全部"
        case date(), None:
            return f"{first} 起"
        case None, date():
            return f"至 {last}"
        case _:
            return str(first) if first == last else f"{first} 至 {last}"


def _seal_register(reader: Reader, wanted: Wanted) -> Body:
    rows = seal_uses(_uses(reader, wanted))
    return _listed(wanted, table(seal_register.COLUMNS, rows, nothing=seal_register.NOTHING))


def _archive_register(reader: Reader, wanted: Wanted) -> Body:
    rows = archive_readings(_uses(reader, wanted))
    return _listed(wanted, table(archive_register.COLUMNS, rows, nothing=archive_register.NOTHING))


def _opening_register(reader: Reader, wanted: Wanted) -> Body:
    asked = OpeningFilter(cooperatives=wanted.cooperatives, since=wanted.since, until=wanted.until)
    found = openings.openings_in_order(reader, asked, ROWS_MAX, wanted.tell)
    names = registers.names(
        reader,
        people=(person for each in found for person in each.persons),
        checkouts=(each.checkout for each in found),
    )
    rows = opened_doors(found, names)
    return _listed(wanted, table(opening_register.COLUMNS, rows, nothing=opening_register.NOTHING))


def _contract_catalogue(reader: Reader, wanted: Wanted) -> Body:
    things = _things(reader, wanted)
    rows = (catalogued(item, owner) for item, owner in things if item.kind is ItemKind.CONTRACT)
    return Body((table(contract_catalogue.COLUMNS, rows, nothing=contract_catalogue.NOTHING),))


def _inventory(reader: Reader, wanted: Wanted) -> Body:
    """A count with what was found, or, where none is named, the book to count by."""
    if wanted.handover:
        sheet = _sheet(reader, wanted)
        name = _namer(reader, sheet)
        block = table(inventory.COLUMNS, counted_things(sheet, name), nothing=inventory.NOTHING)
        return Body((block,), sheet_head(sheet), (sheet_fingerprint(sheet),), sheet_signers(sheet, name))
    rows = (counted(item, owner) for item, owner in _things(reader, wanted))
    block = table(inventory.COLUMNS, rows, nothing=inventory.NOTHING)
    return Body((block,), (("账面时间", write_cell(wanted.now, Style.TIME)),), signers=inventory.COUNTERS)


def _handover_list(reader: Reader, wanted: Wanted) -> Body:
    """A handover's own list, or, where none is named, what a cooperative has on record, to be counted by and signed."""
    if wanted.handover:
        sheet = _sheet(reader, wanted)
        signers = sheet_signers(sheet, _namer(reader, sheet))
        return Body(sheet_blocks(sheet), sheet_head(sheet), (handover_list.NOTE, sheet_fingerprint(sheet)), signers)
    things = _things(reader, wanted)
    blocks = handover_list.handover_blocks(
        [handed_over_seal(item, owner.place) for item, owner in things if item.kind is ItemKind.SEAL],
        [handed_over_contract(item) for item, _ in things if item.kind is ItemKind.CONTRACT],
        [handed_over_volume(item) for item, _ in things if item.kind is ItemKind.VOUCHER],
    )
    to_fill = "　　年　　月　　日　　时　　分"
    unit = _owner(reader, wanted)
    head = (("交接单位", unit), ("交接原因", "　　　　　　　　"), ("交接时间", to_fill), ("地点", "　　　　　　　　"))
    return Body(blocks, head, (handover_list.NOTE,), handover_list.SIGNERS)


def _sheet(reader: Reader, wanted: Wanted) -> HandoverSheet:
    sheet = handovers.sheet(reader, wanted.handover)
    if sheet is None:
        raise KeyError(wanted.handover)
    return sheet


def _namer(reader: Reader, sheet: HandoverSheet) -> Callable[[str], str]:
    """How the people on this list are called."""
    ids = (*(line.counted_by for line in sheet.lines), *(signature.person for signature in sheet.signatures))
    people = registers.names(reader, people=ids).people
    return lambda person: people[person].name if person in people else person


def _approval_form(reader: Reader, wanted: Wanted) -> Body:
    found = uses.use(reader, wanted.checkout)
    if found is None:
        raise KeyError(wanted.checkout)
    return Body((approval_form.approval_grid(approval_of(found)),), is_landscape=False)


def _disclosure(reader: Reader, wanted: Wanted) -> Body:
    """One month of one cooperative, to hang up: what the public page says, with the lines the notice board wants."""
    signed = _signed_handovers(reader, wanted)
    month = disclosed_month(_uses(reader, wanted), signed, wanted.now)
    by_seal = "，".join(f"{title}{times}次" for title, times in month.by_seal) or "没有用印"
    use = f"外带{month.off_site}次；超时归还{month.late}次；查阅凭证{month.volumes_read}册"
    personal = f"；个人证明{month.personal}次（涉及个人，只公开次数）" if month.personal else ""
    figures = f"{by_seal}；{use}；交接{month.handovers}次{personal}"
    return Body(
        (table(disclosure.COLUMNS, month.uses, nothing=disclosure.NOTHING),),
        head=(("期间", say_period(wanted.since, wanted.until)), ("本月", figures)),
        notes=disclosure.NOTES,
    )


def _signed_handovers(reader: Reader, wanted: Wanted) -> int:
    if wanted.since is None or wanted.until is None:
        return 0
    whose = wanted.cooperatives or ()
    return sum(handovers.signed_between(reader, each, wanted.since, wanted.until) for each in whose)


def _listed(wanted: Wanted, block: Table) -> Body:
    return Body((block,), head=(("期间", say_period(wanted.since, wanted.until)), ("共", f"{len(block.rows)} 行")))


def _uses(reader: Reader, wanted: Wanted) -> tuple[uses.Use, ...]:
    asked = UseFilter(cooperatives=wanted.cooperatives, since=wanted.since, until=wanted.until)
    return uses.uses(reader, asked, ROWS_MAX, wanted.tell)


def _things(reader: Reader, wanted: Wanted) -> list[tuple[Item, Cooperative]]:
    """Everything on record of the cooperatives wanted, cooperative by cooperative."""
    known = sorted(all_facts(reader, Cooperative).values(), key=lambda each: each.code)
    owners = [each for each in known if wanted.cooperatives is None or each.id in wanted.cooperatives]
    total = registers.item_count(reader, [each.id for each in owners])
    found: list[tuple[Item, Cooperative]] = []
    for owner in owners:
        found += [(item, owner) for item in registers.items_of(reader, owner.id)]
        wanted.tell(len(found), total)
    return found


def _owner(reader: Reader, wanted: Wanted) -> str:
    """The one cooperative it is about by its full name, or the township."""
    if wanted.cooperatives is not None and len(wanted.cooperatives) == 1:
        cooperative = registers.cooperative(reader, next(iter(wanted.cooperatives)))
        return cooperative.name if cooperative else ""
    township = registers.township(reader)
    return township.name if township else ""


FORMS: Mapping[str, Form] = {
    seal_register.FORM: Form(seal_register.TITLE, Subject.PERIOD, _seal_register),
    archive_register.FORM: Form(archive_register.TITLE, Subject.PERIOD, _archive_register),
    opening_register.FORM: Form(opening_register.TITLE, Subject.PERIOD, _opening_register),
    contract_catalogue.FORM: Form(contract_catalogue.TITLE, Subject.COOPERATIVE, _contract_catalogue),
    handover_list.FORM: Form(handover_list.TITLE, Subject.COOPERATIVE, _handover_list),
    inventory.FORM: Form(inventory.TITLE, Subject.COOPERATIVE, _inventory),
    disclosure.FORM: Form(disclosure.TITLE, Subject.MONTH, _disclosure),
    approval_form.FORM: Form(approval_form.TITLE, Subject.CHECKOUT, _approval_form),
}
"""Every paper by the word that stands in addresses and entries."""
