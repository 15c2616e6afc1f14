"""What people typed is kept as one reads it."""

import pytest

from server.usecases.texts import tidy


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  签 \t合同\r\n两份 ", "签 合同 两份"),
        ("清\u200b溪\ufeff镇", "清溪镇"),
        ("\u202e恒达\u202c公司", "恒达公司"),
        ("清溪镇⼈民政府", "清溪镇人民政府"),
        ("\uf9d0別", "類別"),
        ("（第1期）ＡＢ", "（第1期）ＡＢ"),
        ("长" * 600, "长" * 500),
        ("\0\x07", ""),
    ],
    ids=[
        "blanks",
        "invisible",
        "turned round",
        "a radical",
        "a compatibility form",
        "full width",
        "endless",
        "nothing",
    ],
)
def test_a_text_is_kept_as_it_reads(typed: str, kept: str) -> None:
    assert tidy(typed) == kept
