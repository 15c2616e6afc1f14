"""What the store knows of things, as rows of the lists that name them: what was registered, and nothing more."""

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


def handed_over_seal(seal: Item, place: str, condition: str = "", note: str = "") -> HandedOverSeal:
    """A seal as the handover list has it; `condition` and `note` as people said."""
    material_and_size = (seal.details.get("材质"), seal.details.get("规格"))
    return HandedOverSeal(
        name=seal.name,
        code=seal.details.get("印章编码", ""),
        type=SEAL_TITLES[seal.seal_type] if seal.seal_type else "",
        material_and_size=" ".join(part for part in material_and_size if part),
        used_since=_day(seal, "启用日期"),
        condition=condition,
        place=place,
        note=note,
    )


def handed_over_contract(contract: Item, note: str = "") -> HandedOverContract:
    """A contract as the handover list has it."""
    written = contract.details
    return HandedOverContract(
        number=contract.key,
        name=contract.name,
        signed_on=_day(contract, "签订日期"),
        counterparty=written.get("对方当事人", ""),
        term=written.get("期限", ""),
        amount_cents=amount_cents(contract),
        pages=written.get("页数", ""),
        original_or_copy=written.get("正/副本", ""),
        is_original=written.get("是否原件", ""),
        note=note,
    )


def handed_over_volume(volume: Item, condition: str = "", note: str = "") -> HandedOverVolume:
    """A volume of vouchers as the handover list has it."""
    written = volume.details
    return HandedOverVolume(
        year=written.get("年度", ""),
        month=written.get("月份", ""),
        volume=f"共{written.get('本月共几册', '')}第{written.get('册号', '')}",
        numbers=written.get("凭证起讫号", ""),
        sheets=written.get("张数", ""),
        enclosures=written.get("附件", ""),
        condition=condition,
        note=note,
    )


def _day(item: Item, heading: str) -> date | None:
    """A registered day, or None where there is none."""
    try:
        return date.fromisoformat(item.details.get(heading, ""))
    except ValueError:
        return None
