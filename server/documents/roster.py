"""A workbook as custody's roster: what the import stores. Typed columns become the clean text of an item's details."""

from collections.abc import Mapping

from server.custody.roster import CabinetRow, CooperativeRow, ItemRow, PersonRow, Roster
from server.custody.states import SEAL_TITLES, ItemKind
from server.documents.intake.records import Cabinet, Contract, Cooperative, Person, Seal, VoucherVolume
from server.documents.wording import in_years, in_yuan
from server.documents.workbook import Workbook


def as_roster(workbook: Workbook) -> Roster:
    """The workbook's good rows and its problems, in custody's words."""
    names = {cooperative.code: cooperative.name for cooperative in workbook.cooperatives}
    items = [
        *(_seal(seal, names) for seal in workbook.seals),
        *(_contract(contract, names) for contract in workbook.contracts),
        *(_volume(volume, names) for volume in workbook.vouchers),
    ]
    return Roster(
        cabinets=tuple(_cabinet(cabinet) for cabinet in workbook.cabinets),
        cooperatives=tuple(_cooperative(cooperative) for cooperative in workbook.cooperatives),
        people=tuple(_person(person) for person in workbook.people),
        items=tuple(items),
        problems=workbook.problems,
        document=workbook.document,
    )


def _cabinet(cabinet: Cabinet) -> CabinetRow:
    return CabinetRow(
        row=cabinet.row,
        id=cabinet.number,
        place=cabinet.place,
        compartments=cabinet.compartments,
        board=cabinet.board_model,
        port=cabinet.port,
        baud=cabinet.baud,
        board_addresses=",".join(map(str, cabinet.board_addresses)),
        lock_feedback=cabinet.lock_feedback,
    )


def _cooperative(cooperative: Cooperative) -> CooperativeRow:
    return CooperativeRow(
        row=cooperative.row,
        code=cooperative.code,
        village=cooperative.village,
        name=cooperative.name,
        cabinet=cooperative.cabinet,
        compartment=cooperative.compartment,
        credit_code=cooperative.credit_code,
        members=cooperative.members,
        resolved_on=cooperative.resolved_on,
        expires_on=cooperative.expires_on,
        head=cooperative.head,
        accountant=cooperative.accountant,
        supervisor=cooperative.supervisor,
    )


def _person(person: Person) -> PersonRow:
    return PersonRow(
        row=person.row,
        unit=person.unit.name,
        name=person.name,
        phone=person.phone,
        role=person.role,
        card=person.card,
    )


def _seal(seal: Seal, names: Mapping[str, str]) -> ItemRow:
    return ItemRow(
        row=seal.row,
        kind=ItemKind.SEAL,
        cooperative=names[seal.cooperative],
        key=f"{seal.name}/{SEAL_TITLES[seal.seal_type]}",
        name=seal.name,
        seal_type=seal.seal_type,
        details=_filled(
            印章编码=seal.seal_code,
            材质=seal.material,
            规格=seal.size,
            启用日期=seal.used_since.isoformat() if seal.used_since else "",
            标签号=seal.tag or "",
        ),
    )


def _contract(contract: Contract, names: Mapping[str, str]) -> ItemRow:
    return ItemRow(
        row=contract.row,
        kind=ItemKind.CONTRACT,
        cooperative=names[contract.cooperative],
        key=contract.number,
        name=contract.name,
        details=_filled(
            合同编号=contract.number,
            类别=contract.category,
            对方当事人=contract.counterparty,
            签订日期=contract.signed_on.isoformat(),
            期限=in_years(contract.term_months),
            总金额=in_yuan(contract.amount_cents),
            份数=str(contract.copies),
            页数=str(contract.pages),
        )
        | _catalogued(contract),
    )


def _catalogued(contract: Contract) -> dict[str, str]:
    """What the 合同档案目录 and the handover list have besides, by the headings of those papers."""
    said = {
        "档号": contract.archive_number,
        "标的及坐落": contract.subject,
        "面积/数量": contract.extent,
        "付款方式及应收日": contract.payment,
        "民主决策形式及日期": contract.decision,
        "交易方式/交易平台编号": contract.transaction,
        "履行状态": contract.performance,
        "欠缴金额": in_yuan(contract.arrears_cents) if contract.arrears_cents else "",
        "欠缴起始日": contract.arrears_since.isoformat() if contract.arrears_since else "",
        "保管期限": contract.retention,
        "正/副本": contract.original_or_copy,
        "是否原件": contract.is_original,
        "备注": contract.note,
    }
    return _filled(**said)


def _volume(volume: VoucherVolume, names: Mapping[str, str]) -> ItemRow:
    return ItemRow(
        row=volume.row,
        kind=ItemKind.VOUCHER,
        cooperative=names[volume.cooperative],
        key=f"{volume.year}-{volume.month:02}-{volume.volume}",
        name=f"{volume.year}年{volume.month}月凭证 第{volume.volume}册（共{volume.volumes_in_month}册）",
        details=_filled(
            年度=str(volume.year),
            月份=str(volume.month),
            册号=str(volume.volume),
            本月共几册=str(volume.volumes_in_month),
            凭证起讫号=volume.numbers,
            张数=str(volume.sheets),
        ),
    )


def _filled(**details: str) -> dict[str, str]:
    return {heading: text for heading, text in details.items() if text}
