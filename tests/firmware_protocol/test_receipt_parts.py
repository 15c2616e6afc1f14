"""A receipt in several codes is one receipt again, whatever order they were scanned in, and never half of two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_protocol.notes import MalformedNote
from firmware_protocol.receipt_parts import PARTS_MAX, PartsMissing, parts_of, whole_of

CODE = "Aq-_9xB" * 100
SITE = "https://gongguan.example/verify#"


@pytest.mark.parametrize("before", ["", SITE], ids=["bare", "addresses"])
@pytest.mark.parametrize("between", ["\n", "  ", "\r\n\t"], ids=["lines", "blanks", "Windows"])
@given(st.integers(50, 600), st.data())
def test_parts_in_any_order_are_the_whole(before: str, between: str, characters: int, data: st.DataObject) -> None:
    parts = data.draw(st.permutations([before + each for each in parts_of(CODE, characters)]))
    assert whole_of(between.join([*parts, parts[0]])) == CODE


def test_a_short_code_is_one_part_and_a_broken_line_does_no_harm() -> None:
    assert parts_of(CODE, len(CODE)) == (CODE,)
    parts = parts_of(CODE, 300)
    assert whole_of("\n".join(each[:100] + "\n" + each[100:] for each in parts)) == CODE
    assert whole_of("".join(parts)) == CODE


def test_what_is_missing_is_named() -> None:
    parts = parts_of(CODE, 200)
    with pytest.raises(PartsMissing) as caught:
        whole_of(f"{parts[3]} {parts[1]}")
    assert (caught.value.missing, caught.value.count) == ((1, 3), 4)


def test_parts_of_two_receipts_never_make_a_third() -> None:
    ours, theirs = parts_of(CODE, 400), parts_of(CODE[::-1], 400)
    with pytest.raises(PartsMissing):
        whole_of(f"{ours[0]} {theirs[1]}")
    swapped = ours[1].replace(CODE[400:], CODE[::-1][400:])
    with pytest.raises(MalformedNote):
        whole_of(f"{ours[0]} {swapped}")
    assert whole_of(" ".join((*ours, *theirs))) == CODE[::-1]


def test_more_parts_than_anybody_scans_are_refused() -> None:
    with pytest.raises(ValueError, match="too many"):
        parts_of("A" * (PARTS_MAX + 1), 1)
