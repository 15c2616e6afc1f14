"""What is compared with what."""

from hypothesis import given
from hypothesis import strategies as st

from server.custody.searching import pieces_looked_for, pieces_of, plain, terms_of, words_of
from tests.server.cast import DONGKENG_1


def test_full_width_and_capitals_make_no_difference() -> None:
    assert plain("ＣＡＢ－０１　 合同") == "cab-01 合同"


def test_a_query_is_a_few_words() -> None:
    assert terms_of(" 东坑  公章 东坑 ") == ("东坑", "公章")
    assert len(terms_of(" ".join(map(str, range(99))))) == 6
    assert terms_of("   ") == ()


def test_a_cooperative_is_found_by_its_names_and_numbers() -> None:
    assert words_of(DONGKENG_1).split("\n") == ["清溪镇东坑村第一经济合作社", "东坑一社", "44200101"]


def test_words_come_in_pieces() -> None:
    assert pieces_of("东坑\nqx 1") == {"东", "坑", "东坑", "q", "x", "qx", "1"}
    assert pieces_looked_for("东坑社") == {"东坑", "坑社"}
    assert pieces_looked_for("东") == {"东"}


@given(words=st.text(), start=st.integers(0, 20), length=st.integers(1, 8))
def test_whatever_has_a_term_in_it_has_all_of_its_pieces(words: str, start: int, length: int) -> None:
    for term in terms_of(plain(words)[start : start + length]):
        assert pieces_looked_for(term) <= pieces_of(plain(words))
