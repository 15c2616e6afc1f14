"""What is possible but odd: the row is taken in, and somebody should look at it."""

import re
from datetime import date

from server.custody.roles import Role
from server.custody.states import SealType
from server.documents.intake.boards import FAMILIES_SAID, board_family, boards_of, closed_bit
from server.documents.intake.cells import compact
from server.documents.intake.identifiers import is_credit_code
from server.documents.intake.odd_names import described, odd_in_person_name, odd_in_title
from server.documents.intake.records import Cabinet, Contract, Cooperative, Person, Seal, VoucherVolume
from server.documents.intake.rules import Rule
from server.documents.intake.town import Town, place_of
from server.documents.intake.vocabulary import CATEGORY_LETTERS, OTHER_CATEGORY_NAMES
from server.documents.intake.vouchers import number_range

LEASE_MONTHS_MAX = 20 * 12
"""民法典第七百零五条: a lease is void beyond twenty years."""
MANDATE_YEARS_USUAL = 5
"""A board's term (农村集体经济组织法第二十九条); a mandate that outlives it was hardly meant."""
_SEAL_CODE = re.compile(r"\d{13}", re.ASCII)
_CONTRACT_NUMBER = re.compile(r"(\w+)-HT-(\d{4})-([A-Z]{2})-\w+", re.ASCII)


def _in_the_future(day: date | None, town: Town) -> str | None:
    return f"这一天还没有到（今天是 {town.today}），请核对。" if day and day > town.today else None


def _unknown_board(cabinet: Cabinet, _: Town) -> str | None:
    if board_family(cabinet.board_model):
        return None
    return f"认得的型号是{FAMILIES_SAID}；接线配置里的 board 要手工填写。"


def _unknown_feedback(cabinet: Cabinet, _: Town) -> str | None:
    return (
        None
        if closed_bit(cabinet) is not None
        else "写成 1=锁闭 或 0=锁闭；接线配置里的 closed_bit 要在验收时测定后填写。"
    )


def _boards_do_not_fit(cabinet: Cabinet, _: Town) -> str | None:
    if boards_of(cabinet) or not board_family(cabinet.board_model):
        return None
    return f"{len(cabinet.board_addresses)} 块板与 {cabinet.compartments} 格对不上；接线配置里的 boards 要手工填写。"


def _no_mandate(cooperative: Cooperative, _: Town) -> str | None:
    if cooperative.resolved_on and cooperative.expires_on:
        return None
    return "没有写全委托保管的决议日期和到期日，补上之前不能领用。"


def _mandate_expired(cooperative: Cooperative, town: Town) -> str | None:
    day = cooperative.expires_on
    return f"委托保管已到期（今天是 {town.today}），续签之前不能领用。" if day and day < town.today else None


def _mandate_long(cooperative: Cooperative, _: Town) -> str | None:
    start, end = cooperative.resolved_on, cooperative.expires_on
    if not (start and end) or (end.year - MANDATE_YEARS_USUAL, end.month, end.day) <= (
        start.year,
        start.month,
        start.day,
    ):
        return None
    return f"从决议日期 {start} 起超过 {MANDATE_YEARS_USUAL} 年，请核对这两个日期。"


def _resolution_in_the_future(cooperative: Cooperative, town: Town) -> str | None:
    return _in_the_future(cooperative.resolved_on, town)


def _credit_code_wrong(cooperative: Cooperative, _: Town) -> str | None:
    code = cooperative.credit_code
    return (
        "统一社会信用代码应是 18 位，且末位校验相符；请对照登记证核对。" if code and not is_credit_code(code) else None
    )


def _village_not_in_name(cooperative: Cooperative, _: Town) -> str | None:
    village = compact(cooperative.village)
    return f"合作社名称里没有“{village}”，请核对所属村。" if village not in compact(cooperative.name) else None


def _one_person_two_offices(cooperative: Cooperative, _: Town) -> str | None:
    names = [name for name in (cooperative.head, cooperative.accountant, cooperative.supervisor) if name]
    return "理事长、报账员、监事应是三个不同的人。" if len(set(names)) < len(names) else None


def _odd_cooperative_name(cooperative: Cooperative, _: Town) -> str | None:
    return _odd(odd_in_title(cooperative.name))


def _odd_person_name(person: Person, _: Town) -> str | None:
    return _odd(odd_in_person_name(person.name))


def _odd_seal_name(seal: Seal, _: Town) -> str | None:
    return _odd(odd_in_title(seal.name))


def _odd(character: str) -> str | None:
    return f"名称里有不常见的字符“{described(character)}”，请核对。" if character else None


def _second_role(person: Person, town: Town) -> str | None:
    known = town.phones.get(person.phone)
    return f"与{place_of(known[0])}是同一人，按一人兼任读入。" if known else None


def _second_head(person: Person, town: Town) -> str | None:
    cooperative = town.by_code.get(person.unit.code or "")
    if cooperative is None or person.role is not Role.HEAD or person.name == cooperative.head:
        return None
    return f"{place_of(cooperative)}写的理事长是{cooperative.head or '（空）'}，请核对。"


def _seal_of_another(seal: Seal, town: Town) -> str | None:
    cooperative = town.by_code[seal.cooperative]
    if seal.seal_type is SealType.LEGAL_REPRESENTATIVE:
        fits, owner = bool(cooperative.head) and cooperative.head in seal.name, f"理事长{cooperative.head}"
    else:
        fits, owner = compact(cooperative.name) in compact(seal.name), cooperative.name
    return None if fits else f"印章全称与{owner}对不上，请核对。"


def _seal_code_odd(seal: Seal, _: Town) -> str | None:
    code = seal.seal_code
    return "印章编码一般是 13 位数字，请对照章面核对。" if code and not _SEAL_CODE.fullmatch(code) else None


def _seal_code_taken(seal: Seal, town: Town) -> str | None:
    other = town.seal_codes.get(seal.seal_code)
    return f"与{place_of(other)}的印章编码相同，请核对。" if other else None


def _seal_from_the_future(seal: Seal, town: Town) -> str | None:
    return _in_the_future(seal.used_since, town)


def _lease_too_long(contract: Contract, _: Town) -> str | None:
    is_lease = contract.category == "资产租赁" or "租赁" in contract.name
    if not is_lease or contract.term_months <= LEASE_MONTHS_MAX:
        return None
    return "租赁期限超过 20 年，超过部分无效（民法典第七百零五条）。"


def _unusual_category(contract: Contract, _: Town) -> str | None:
    known = contract.category in OTHER_CATEGORY_NAMES
    return None if known else f"常用的类别是{'、'.join(OTHER_CATEGORY_NAMES)}；按原样读入。"


def _number_of_another(contract: Contract, town: Town) -> str | None:
    match = _CONTRACT_NUMBER.fullmatch(contract.number)
    if match is None:
        return None
    owner, category = town.by_code.get(match[1]), CATEGORY_LETTERS.get(match[3])
    if owner and owner.code != contract.cooperative:
        return f"编号开头是{owner.name}的，请核对合作社。"
    if int(match[2]) != contract.signed_on.year:
        return f"编号里的年份与签订日期 {contract.signed_on} 不同，请核对。"
    if category and contract.category in OTHER_CATEGORY_NAMES and category != contract.category:
        return f"编号里的 {match[3]} 是{category}，与类别“{contract.category}”不同，请核对。"
    return None


def _contract_from_the_future(contract: Contract, town: Town) -> str | None:
    return _in_the_future(contract.signed_on, town)


def _unreadable_range(volume: VoucherVolume, _: Town) -> str | None:
    return None if number_range(volume.numbers) else "写成 001-040 这样的起讫号，才能核对张数；按原样读入。"


def _fewer_sheets_than_vouchers(volume: VoucherVolume, _: Town) -> str | None:
    first, last = number_range(volume.numbers) or (0, -1)
    vouchers = last - first + 1
    return f"凭证有 {vouchers} 号，张数不应更少，请清点。" if volume.sheets < vouchers else None


def _volume_from_the_future(volume: VoucherVolume, town: Town) -> str | None:
    return _in_the_future(date(volume.year, volume.month, 1), town)


CABINET_REMINDERS: tuple[Rule[Cabinet], ...] = (
    Rule("unknown-board", "board_model", _unknown_board),
    Rule("boards-do-not-fit", "compartments", _boards_do_not_fit),
    Rule("unknown-feedback", "lock_feedback", _unknown_feedback),
)
COOPERATIVE_REMINDERS: tuple[Rule[Cooperative], ...] = (
    Rule("odd-name", "name", _odd_cooperative_name),
    Rule("village-not-in-name", "village", _village_not_in_name),
    Rule("credit-code", "credit_code", _credit_code_wrong),
    Rule("one-person-two-offices", "accountant", _one_person_two_offices),
    Rule("no-mandate", "expires_on", _no_mandate),
    Rule("mandate-expired", "expires_on", _mandate_expired),
    Rule("mandate-long", "expires_on", _mandate_long),
    Rule("future", "resolved_on", _resolution_in_the_future),
)
PERSON_REMINDERS: tuple[Rule[Person], ...] = (
    Rule("odd-name", "name", _odd_person_name),
    Rule("second-role", "phone", _second_role),
    Rule("another-head", "name", _second_head),
)
SEAL_REMINDERS: tuple[Rule[Seal], ...] = (
    Rule("odd-name", "name", _odd_seal_name),
    Rule("seal-of-another", "name", _seal_of_another),
    Rule("seal-code", "seal_code", _seal_code_odd),
    Rule("seal-code-taken", "seal_code", _seal_code_taken),
    Rule("future", "used_since", _seal_from_the_future),
)
CONTRACT_REMINDERS: tuple[Rule[Contract], ...] = (
    Rule("number-of-another", "number", _number_of_another),
    Rule("unusual-category", "category", _unusual_category),
    Rule("future", "signed_on", _contract_from_the_future),
    Rule("lease-over-20-years", "term_months", _lease_too_long),
)
VOUCHER_REMINDERS: tuple[Rule[VoucherVolume], ...] = (
    Rule("future", "month", _volume_from_the_future),
    Rule("unreadable-range", "numbers", _unreadable_range),
    Rule("fewer-sheets", "sheets", _fewer_sheets_than_vouchers),
)
