"""What the public may read of names and numbers: companies and officers in full, villagers as 张*.

Whether a counterparty is a person cannot be known, only guessed; where it is not plainly an organisation, it is masked.
"""

import re

_ORGANISATIONS = (
    *("公司", "集团", "合作社", "经济社", "联合社", "联社", "银行", "信用社", "委员会", "村委会", "居委会", "工程队"),
    *("政府", "街道", "办事处", "学校", "小学", "中学", "幼儿园", "大学", "学院", "医院", "卫生院", "研究院", "设计院"),
    *("中心", "协会", "基金会", "事务所", "经营部", "服务部", "门市部", "商店", "超市", "农场", "林场", "渔场"),
    "养殖场",
)
"""How the names of organisations end."""
_ENDINGS_OF_LONG_NAMES = tuple("厂店行局站院馆园部社所队组")
_LONG_NAME_CHARACTERS = 4
"""From this length on one last character tells: nobody is called 东坑砖厂, but somebody may be called 李园."""
_IN_BRACKETS = re.compile(r"[（(〔\[].*?[）)〕\]]")
_COMPOUND_SURNAMES = frozenset(
    (
        *("欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐"),
        *("司徒", "夏侯", "端木", "轩辕", "宇文", "长孙", "闻人", "澹台", "南宫", "独孤"),
    )
)
_LONG_NUMBER = re.compile(r"\d(?:[\s-]?\d){6,17}[\dXx]?")
_PERSON_CHARACTERS_MIN = 2

PERSONAL_MATTERS = (
    *("证明", "低保", "户口", "婚姻", "困难", "残疾", "医疗", "住院", "健康", "收入", "亲属", "死亡", "出生", "政审"),
    *("学历", "五保", "救助", "补助申请", "居住"),
)
"""Words of papers about one person's life, which are counted in public and never named."""


def is_organisation(name: str) -> bool:
    """Whether this is plainly the name of an organisation."""
    bare = _IN_BRACKETS.sub("", name).strip()
    is_long = len(bare) >= _LONG_NAME_CHARACTERS
    return bare.endswith(_ORGANISATIONS) or (is_long and bare.endswith(_ENDINGS_OF_LONG_NAMES))


def mask_counterparty(name: str) -> str:
    """An organisation in full; anybody else as surname and star: 张*, 欧阳*."""
    stripped = name.strip()
    return stripped if not stripped or is_organisation(stripped) else mask_person(stripped)


def mask_person(name: str) -> str:
    """A person's surname and a star."""
    return name[: 2 if name[:2] in _COMPOUND_SURNAMES else 1] + "*"


def mask_text(text: str, counterparty: str) -> str:
    """A text without long numbers (phones, identity cards), and with a person it names as counterparty masked."""
    person = counterparty.strip()
    if len(person) >= _PERSON_CHARACTERS_MIN and not is_organisation(person):
        text = text.replace(person, mask_person(person))
    return _LONG_NUMBER.sub("****", text)


def is_personal(*texts: str) -> bool:
    """Whether these texts are about one person's life."""
    return any(word in text for text in texts for word in PERSONAL_MATTERS)
