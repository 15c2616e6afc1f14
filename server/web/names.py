"""Long official names on narrow screens: where they may wrap."""

import re

from markupsafe import Markup, escape

BREAKS = re.compile(
    r"(?<=[镇乡村])(?=\S)|(?<=社)(?=[^区\s])|(?<=社区)(?=\S)|(?<=、)"
    r"|(?=财务专用章|法定代表人名章|合同专用章|发票专用章|经济合作社)"
    r"|(?=（)"
)


def wrapping(name: str) -> Markup:
    """The name as HTML, with a break allowed between its words: 清溪镇|水口村|第八|经济合作社|法定代表人名章."""
    return Markup("<span class=name>{}</span>").format(
        Markup("<wbr>").join(escape(part) for part in BREAKS.split(name))
    )
