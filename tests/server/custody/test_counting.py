"""Things are listed in the order in which two people count them."""

from hypothesis import given
from hypothesis import strategies as st

from server.custody.counting import in_counting_order
from server.custody.facts import Item
from server.custody.states import ItemKind, SealType


def thing(kind: ItemKind, key: str, seal_type: SealType | None = None) -> Item:
    """Something of a cooperative, known by its key."""
    return Item(id=f"i-{key}", cooperative="c-1", kind=kind, name=key, key=key, seal_type=seal_type, details={})


IN_ORDER = (
    thing(ItemKind.SEAL, "东坑一社/公章", SealType.OFFICIAL),
    thing(ItemKind.SEAL, "东坑一社/财务专用章", SealType.FINANCE),
    thing(ItemKind.SEAL, "廖坤东印/法定代表人名章", SealType.LEGAL_REPRESENTATIVE),
    thing(ItemKind.CONTRACT, "44200101-HT-2019-ZC-0011"),
    thing(ItemKind.CONTRACT, "44200101-HT-2020-ZC-0002"),
    thing(ItemKind.VOUCHER, "2024-09-1"),
    thing(ItemKind.VOUCHER, "2025-03-2"),
    thing(ItemKind.VOUCHER, "2025-03-10"),
    thing(ItemKind.VOUCHER, "2025-10-1"),
)


@given(mixed=st.permutations(IN_ORDER))
def test_seals_come_first_then_contracts_then_vouchers_month_by_month(mixed: list[Item]) -> None:
    assert in_counting_order(mixed) == IN_ORDER


@given(keys=st.lists(st.text(max_size=8), max_size=6))
def test_any_keys_at_all_can_be_put_in_order(keys: list[str]) -> None:
    things = [thing(ItemKind.CONTRACT, key) for key in keys]
    assert sorted(each.key for each in in_counting_order(things)) == sorted(keys)
