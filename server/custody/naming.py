"""What people call things: 水口八社 for 清溪镇水口村第八经济合作社; a seal by its kind too where its name is bare."""

import re
import unicodedata

from server.custody.states import SEAL_TITLES, SealType

_NUMBERED = re.compile(
    r"第([〇零一二三四五六七八九十百\d]+)(?:股份)?(?:经济合作社|经济联合社|经济社|合作社|村民小组|组)"
)
_TOWNSHIP = re.compile(r"^(.{1,12}?(?:镇|乡|街道))")
_READ_HERE = re.compile(r"CJK |IDEOGRAPHIC |FULLWIDTH LATIN |LATIN |FEMININE |MASCULINE ")
"""How Unicode begins the names of letters that people here read as what they are."""
_ORGANISATION = re.compile(r"(?:股份)?(?:经济合作社|经济联合社|经济社|合作社)$")


def short_name(name: str, village: str) -> str:
    """A cooperative's name for doors and lists; the name itself where it follows no pattern."""
    place = village.removesuffix("村").removesuffix("社区")
    numbered = _NUMBERED.search(name)
    if numbered is not None:
        return f"{place}{numbered.group(1)}社"
    rest = _ORGANISATION.sub("", _TOWNSHIP.sub("", name).removeprefix(village))
    return f"{place}{rest}社" if 0 < len(rest) <= 6 else name


def township_of(name: str) -> str | None:
    """The township at the head of a cooperative's full name (清溪镇), or None."""
    found = _TOWNSHIP.match(name)
    return None if found is None else found.group(1)


def seal_name(name: str, seal_type: SealType) -> str:
    """A seal's full name with what it is: many an official seal bears only the cooperative's name."""
    title = SEAL_TITLES[seal_type]
    return name if title in name else f"{name}{title}"


def foreign_letter(name: str) -> str:
    """The first letter that is neither Chinese nor Latin and may be a look-alike of one that is; "" without any."""
    return next((each for each in name if _is_foreign(each)), "")


def _is_foreign(character: str) -> bool:
    is_letter = unicodedata.category(character).startswith("L")
    return is_letter and not _READ_HERE.match(unicodedata.name(character, ""))
