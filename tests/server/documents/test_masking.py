"""Villagers are masked in public, companies are not; what is about one person's life is only counted."""

import pytest

from server.documents.masking import is_personal, mask_counterparty, mask_text


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张三", "张*"),
        ("欧阳振华", "欧阳*"),
        ("张三等5户", "张*"),
        ("李园", "李*"),
        ("王建行（身份证441900198001011234）", "王*"),
        ("阿依古丽·买买提", "阿*"),
        ("", ""),
        ("清溪镇恒达贸易有限公司", "清溪镇恒达贸易有限公司"),
        ("东坑砖厂", "东坑砖厂"),
        ("清溪农商银行（东坑支行）", "清溪农商银行（东坑支行）"),
        ("东坑村村民委员会", "东坑村村民委员会"),
    ],
)
def test_a_counterparty_in_public(name: str, shown: str) -> None:
    assert mask_counterparty(name) == shown


@pytest.mark.parametrize(
    ("text", "counterparty", "shown"),
    [
        ("与张三签土地承包合同", "张三", "与张*签土地承包合同"),
        ("张三，电话 138 0013 8000", "张三", "张*，电话 ****"),
        ("身份证441900198001011234的核对", "", "身份证****的核对"),
        ("合同（44200101）第3页", "", "合同（****）第3页"),
        ("2026年第17号", "", "2026年第17号"),
        ("与恒达公司签合同", "恒达公司", "与恒达公司签合同"),
    ],
    ids=["the counterparty's name", "a phone", "an identity card", "a long number", "a year", "a company"],
)
def test_a_text_in_public(text: str, counterparty: str, shown: str) -> None:
    assert mask_text(text, counterparty) == shown


@pytest.mark.parametrize(
    ("purpose", "personal"),
    [("开低保证明", True), ("李四婚姻状况说明", True), ("签路灯采购合同", False), ("报送季度报表", False)],
)
def test_what_is_about_one_persons_life(purpose: str, personal: bool) -> None:
    assert is_personal(purpose, "") is personal
    assert is_personal("", purpose) is personal
