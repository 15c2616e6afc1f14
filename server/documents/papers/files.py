"""A paper as a file: which formats there are, how long a paper may be in each, and what the file is called."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from firmware_protocol.times import CHINA
from server.custody.refusals import Refused
from server.documents.papers import as_pdf, as_xlsx
from server.documents.papers.paper import Paper
from server.documents.papers.printing import ROWS_MAX
from server.store.lists.progress import Tell, untold


@dataclass(frozen=True, slots=True)
class Format:
    """One format: how a paper is drawn, and how many rows that bears."""

    title: str
    ending: str
    media_type: str
    rows_max: int
    draw: Callable[[Paper, Tell], bytes]


FORMATS: Mapping[str, Format] = {
    "pdf": Format("PDF", ".pdf", as_pdf.MEDIA_TYPE, as_pdf.ROWS_MAX, as_pdf.paper_as_pdf),
    "pdfa": Format("PDF/A", ".pdf", as_pdf.MEDIA_TYPE, as_pdf.ROWS_MAX, partial(as_pdf.paper_as_pdf, is_archival=True)),
    "xlsx": Format("Excel", ".xlsx", as_xlsx.MEDIA_TYPE, ROWS_MAX - 1, as_xlsx.paper_as_xlsx),
}
"""Every format by the word that stands in addresses and entries."""


def drawn(paper: Paper, format_: str, tell: Tell = untold) -> bytes | Refused:
    """The file's bytes, or why there is none; `tell` hears how many rows are in it. Slow: call it in a thread."""
    chosen = FORMATS[format_]
    if paper.rows > chosen.rows_max:
        return Refused(
            "paper_too_long",
            f"这份表超过{chosen.rows_max:,}行，{chosen.title}装不下。请把日期缩短一些再导出，或者改用 Excel。",
        )
    try:
        return chosen.draw(paper, tell)
    except as_pdf.Unprintable:
        return Refused("paper_unprintable", "表里有字库没有的生僻字，做不成存档用的 PDF/A。请改用 PDF 或 Excel。")


def name_of(paper: Paper, format_: str) -> str:
    """清溪镇用印登记表 2026-11-23.pdf."""
    day = paper.printed_at.astimezone(CHINA).date()
    return f"{paper.of}{paper.title} {day}{FORMATS[format_].ending}"
