"""Long official names on narrow screens: where they may wrap."""

import re

from markupsafe import Markup, escape

BREAKS = re.compile(
    r"(?<=[镇乡村])(?=[^民\s])|(?<=社)(?=[^区\s])|(?<=社区)(?=\S)|(?<=、)"
    r"|(?=财务专用章|法定代表人名章|合同专用章|发票专用章|经济合作社)"
    r"|(?<=小组)(?=\S)|(?=股份)|(?=联合社)"
    r"|(?=（)"
)


WORD_CHARACTERS_MAX = 16
"""No word of a name is longer; what has a longer run is prose."""


def wrapping(name: str) -> Markup:
    """The name as HTML, with a break allowed between its words: 清溪镇|水口村|第八|经济合作社|法定代表人名章.

    Prose wraps anywhere, as prose does.
    """
    words = [word for part in BREAKS.split(name) for word in part.split()]
    if any(len(word) > WORD_CHARACTERS_MAX and not word.isascii() for word in words):
        return escape(name)
    return Markup("<span class=name>{}</span>").format(
        Markup("<wbr>").join(escape(part) for part in BREAKS.split(name))
    )
