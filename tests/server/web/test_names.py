"""Long official names may wrap between the words that make them up, nowhere else."""

import pytest

from server.web.names import wrapping


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("清溪镇水口村第八经济合作社法定代表人名章", ["清溪镇", "水口村", "第八", "经济合作社", "法定代表人名章"]),
        ("东坑一社 公章、财务专用章", ["东坑一社 公章、", "财务专用章"]),
        (
            "清溪镇东坑村第十三村民小组股份经济合作社联合社",
            ["清溪镇", "东坑村", "第十三村民小组", "股份", "经济合作社", "联合社"],
        ),
        ("公章", ["公章"]),
        ("247,000.00 元", ["247,000.00 元"]),
    ],
    ids=["a seal's full name", "a request", "the longest of names", "a word", "an amount"],
)
def test_a_name_wraps_between_its_words(name: str, parts: list[str]) -> None:
    assert wrapping(name) == f"<span class=name>{'<wbr>'.join(parts)}</span>"


def test_prose_wraps_anywhere() -> None:
    words = "续签第十三村民小组山塘承包合同并一并办理租金调整补充协议"
    assert wrapping(words) == words


def test_a_name_is_text_and_never_markup() -> None:
    assert "<b>" not in wrapping("清溪镇<b>东坑村</b>")
