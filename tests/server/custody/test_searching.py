"""What is compared with what."""

from server.custody.searching import plain, terms_of, words_of
from tests.server.cast import DONGKENG_1


def test_full_width_and_capitals_make_no_difference() -> None:
    assert plain("ＣＡＢ－０１　 合同") == "cab-01 合同"


def test_a_query_is_a_few_words() -> None:
    assert terms_of(" 东坑  公章 东坑 ") == ("东坑", "公章")
    assert len(terms_of(" ".join(map(str, range(99))))) == 6
    assert terms_of("   ") == ()


def test_a_cooperative_is_found_by_its_names_and_numbers() -> None:
    assert words_of(DONGKENG_1).split("\n") == ["清溪镇东坑村第一经济合作社", "东坑一社", "44200101"]
