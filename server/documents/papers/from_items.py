"""What the store knows of things, as rows of the lists that name them: what was registered, and nothing more."""

from collections.abc import Iterable
from datetime import date

from server.custody.facts import Cooperative, Item
from server.custody.states import KIND_TITLES, SEAL_TITLES, ItemKind, ItemState
from server.documents.intake.cells import Refusal
from server.documents.intake.numbers import read_amount_cents
from server.documents.papers.contract_catalogue import CataloguedContract
from server.documents.papers.handover_list import HandedOverContract, HandedOverSeal, HandedOverVolume
from server.documents.papers.inventory import CountedThing

UNDER_CUSTODY = frozenset({ItemState.IN_CABINET, ItemState.OUT, ItemState.MISSING})
"""What the book counts as one piece: everything that was ever put in."""


def amount_cents(item: Item) -> int | None:
    """The registered total amount in hundredths of 元, or None where there is none."""
    cents = read_amount_cents(item.details.get("总金额", ""))
    return None if isinstance(cents, Refusal) else cents


def catalogued(item: Item, owner: Cooperative) -> CataloguedContract:
    """A contract as the catalogue has it."""
    written = item.details
    parts = (f"{written[key]}{word}" for key, word in (("份数", "份"), ("页数", "页")) if written.get(key))
    return CataloguedContract(
        name=item.name,
        owner=owner.name,
        counterparty=written.get("对方当事人", ""),
        signed_on=_day(item, "签订日期"),
        term=written.get("期限", ""),
        amount_cents=amount_cents(item),
        price=written.get("单价", ""),
        copies_and_pages="/".join(parts),
        uses=written.get("用印编号", ""),
        place=owner.place,
        written=written,
    )


def counted(item: Item, owner: Cooperative) -> CountedThing:
    """A thing as the book has it, not counted yet."""
    return CountedThing(
        cooperative=owner.name,
        kind=SEAL_TITLES[item.seal_type] if item.seal_type else KIND_TITLES[item.kind],
        name=item.name,
        number=number_of(item),
        place=owner.place,
        booked=1 if item.state in UNDER_CUSTODY else 0,
        found=None,
        reason="",
        counter="",
        overseer="",
    )


def number_of(item: Item) -> str:
    """The number that is written on the thing: a seal's code, a contract's number, a volume's 年-月-册."""
    return item.details.get("印章编码", "") if item.kind is ItemKind.SEAL else item.key


def handed_over_seals(items: Iterable[Item], owner: Cooperative) -> tuple[HandedOverSeal, ...]:
    """The seals among these as the handover list has them."""
    return tuple(
        HandedOverSeal(
            name=item.name,
            code=item.details.get("印章编码", ""),
            type=SEAL_TITLES[item.seal_type] if item.seal_type else "",
            material_and_size=" ".join(part for part in (item.details.get("材质"), item.details.get("规格")) if part),
            used_since=_day(item, "启用日期"),
            condition="",
            place=owner.place,
            note="",
        )
        for item in items
        if item.kind is ItemKind.SEAL
    )


def handed_over_contracts(items: Iterable[Item]) -> tuple[HandedOverContract, ...]:
    """The contracts among these."""
    return tuple(
        HandedOverContract(
            number=item.key,
            name=item.name,
            signed_on=_day(item, "签订日期"),
            counterparty=item.details.get("对方当事人", ""),
            term=item.details.get("期限", ""),
            amount_cents=amount_cents(item),
            pages=item.details.get("页数", ""),
            original_or_copy="",
            is_original="",
            note="",
        )
        for item in items
        if item.kind is ItemKind.CONTRACT
    )


def handed_over_volumes(items: Iterable[Item]) -> tuple[HandedOverVolume, ...]:
    """The volumes of vouchers among these."""
    return tuple(
        HandedOverVolume(
            year=item.details.get("年度", ""),
            month=item.details.get("月份", ""),
            volume=_volume(item),
            numbers=item.details.get("凭证起讫号", ""),
            sheets=item.details.get("张数", ""),
            enclosures="",
            condition="",
            note="",
        )
        for item in items
        if item.kind is ItemKind.VOUCHER
    )


def _day(item: Item, heading: str) -> date | None:
    """A registered day, or None where there is none."""
    try:
        return date.fromisoformat(item.details.get(heading, ""))
    except ValueError:
        return None


def _volume(item: Item) -> str:
    return f"共{item.details.get('本月共几册', '')}第{item.details.get('册号', '')}"
