"""Any paper as a PDF, drawn by typst (`paper.typ`). The paper travels as JSON and is never part of the source.

Reproducible: the same paper gives the same bytes; fonts come from their wheel, none from the system.
"""

import io
import json
import re
from pathlib import Path
from typing import Any, Final

import pylopdf_fonts_zh_cn
import segno
import typst

from server.documents.papers.paper import Cell, Field, Grid, Paper, PaperProof, PaperReceipt, Style, Table, write_cell
from server.store.lists.progress import Tell, untold

MEDIA_TYPE = "application/pdf"
ARCHIVAL: Final = "a-2b"
"""PDF/A-2b: what an archive takes, since it needs nothing from outside."""
ROWS_MAX = 1_000
"""More rows take more memory than a small server has (400 MB for these): they go into an Excel file."""
TAGGED_ROWS_MAX = 200
"""Tags, by which a screen reader finds its way, make a long table ten times as large."""

CHARACTERS_A_WIDTH = 0.45
"""How many Chinese characters stand on a line of a column one wide, where a form is widest."""
LINES_WHOLE_MAX = 40
"""A row as tall as this fits on a page, and is not cut in two at its end; a taller one has to be."""

MODULE_MM = 0.5
"""A square of a receipt's code: what a cheap printer and an old phone still manage."""
CODE_MM_MIN = 25.0

_SOURCE = Path(__file__).with_name("paper.typ")
_FONTS = Path(pylopdf_fonts_zh_cn.sans_path()).parent
_LONG_RUN = re.compile(r"[!-~]{7,}")
_PIECE = re.compile(r"[!-~]{1,4}")
_MAY_BREAK, _MAY_NOT_BREAK = "\u200b", "\u2060"
_WHOLE = frozenset({Style.COUNT, Style.AMOUNT, Style.TIME, Style.DATE})
_CENTRED = frozenset({Style.COUNT, Style.TIME, Style.DATE})


class Unprintable(Exception):
    """The paper has a character the fonts lack, which an archival PDF may not have."""


def paper_as_pdf(paper: Paper, tell: Tell = untold, *, is_archival: bool = False) -> bytes:
    """The paper as the bytes of a PDF (PDF/A-2b where `is_archival`); raises `Unprintable`.

    Slow, about a second for a few hundred rows: call it in a thread. The rows are set all at once: `tell` hears of none
    before, and of all of them afterwards.
    """
    tell(0, paper.rows)
    try:
        drawn = typst.compile(
            str(_SOURCE),
            font_paths=[str(_FONTS)],
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"paper": json.dumps(_drawable(paper), ensure_ascii=False)},
            pdf_standards=ARCHIVAL if is_archival else None,
            pdf_tags=paper.rows <= TAGGED_ROWS_MAX,
            timestamp=int(paper.printed_at.timestamp()),
        )
    except typst.TypstError as error:
        if is_archival:
            raise Unprintable from error
        raise
    tell(paper.rows, paper.rows)
    assert isinstance(drawn, bytes)  # noqa: S101 - one document of this format is one file
    return drawn


def _drawable(paper: Paper) -> dict[str, Any]:
    """Everything as text, as `paper.typ` reads it."""
    return {
        "title": paper.title,
        "of": paper.of,
        "head": [[label, _breakable(value)] for label, value in paper.head],
        "blocks": [_table(block) if isinstance(block, Table) else _grid(block) for block in paper.blocks],
        "notes": list(paper.notes),
        "signers": list(paper.signers),
        "prepared_by": paper.prepared_by,
        "reviewed_by": paper.reviewed_by,
        "printed": f"{write_cell(paper.printed_at, Style.TIME)} {paper.printed_by}打印",
        "fingerprint": _breakable(paper.fingerprint),
        "qr": _qr(paper.address)[0] if paper.address else "",
        "receipt": drawn_receipt(paper.receipt) if paper.receipt else None,
        "landscape": paper.is_landscape,
    }


def _table(block: Table) -> dict[str, Any]:
    styles = [heading.style for heading in block.headings]
    return {
        "kind": "table",
        "caption": block.caption,
        "widths": [heading.width for heading in block.headings],
        "aligns": [_align(style) for style in styles],
        "headings": [heading.text for heading in block.headings],
        "rows": [[_written(value, style) for value, style in zip(row, styles, strict=True)] for row in block.rows],
        "nothing": block.nothing,
        "row_mm": block.row_mm,
        "rows_stay_whole": max((_lines_of(row, block) for row in block.rows), default=0) <= LINES_WHOLE_MAX,
    }


def _lines_of(row: tuple[Cell, ...], block: Table) -> float:
    """About how many lines the longest cell of a row takes."""
    cells = zip(row, block.headings, strict=True)
    return max(len(write_cell(value, each.style)) / (CHARACTERS_A_WIDTH * each.width) for value, each in cells)


def _grid(block: Grid) -> dict[str, Any]:
    return {
        "kind": "grid",
        "caption": block.caption,
        "lines": [[_field(each) for each in line] for line in block.lines],
    }


def _field(field: Field) -> dict[str, Any]:
    value = _written(field.value, field.style)
    return {"label": field.label, "value": value, "span": field.span, "lines": field.lines}


def _align(style: Style) -> str:
    return "center" if style in _CENTRED else "right" if style is Style.AMOUNT else "left"


def _written(value: Cell, style: Style) -> str:
    """A cell as text; a figure or a day stays in one piece."""
    text = write_cell(value, style)
    return text.replace("-", f"-{_MAY_NOT_BREAK}") if style in _WHOLE else _breakable(text)


def _breakable(text: str) -> str:
    """Long runs without a blank (ids, addresses, hashes) may break every few characters; nothing runs off the page."""
    return _LONG_RUN.sub(lambda run: _MAY_BREAK.join(_PIECE.findall(run[0])), text)


def drawn_receipt(receipt: PaperReceipt) -> dict[str, Any]:
    """The code as an SVG image, how wide that is printed (mm), and the words beside it."""
    image, modules = _qr(receipt.link)
    return {
        "qr": image,
        "mm": max(CODE_MM_MIN, modules * MODULE_MM),
        "sentence": receipt.beside_code,
        "code": f"凭证码：{_breakable(receipt.code)}",
        "proof": _drawn_proof(receipt, receipt.proof) if receipt.proof else None,
    }


def _drawn_proof(receipt: PaperReceipt, proof: PaperProof) -> dict[str, Any]:
    """The sheet with the whole proof: sentences, the codes in their order, and all of it as text."""
    codes = [_qr(link) for link in receipt.proof_links]
    return {
        "sentences": list(proof.sentences),
        "codes": [
            {"qr": image, "mm": modules * MODULE_MM, "caption": f"第 {number} 张，共 {len(codes)} 张"}
            for number, (image, modules) in enumerate(codes, 1)
        ],
        "code": f"完整凭证码：{_breakable(proof.code)}",
        "text": proof.text,
    }


def _qr(text: str) -> tuple[str, int]:
    """The text as an SVG image of a QR code, and how many squares wide that is."""
    image, code = io.BytesIO(), segno.make(text, error="m", boost_error=False, micro=False)
    code.save(image, kind="svg", border=0, xmldecl=False, omitsize=True)
    return image.getvalue().decode(), len(code.matrix)
