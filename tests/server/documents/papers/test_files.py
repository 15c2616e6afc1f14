"""Papers as files: called after what they are, and refused where a format cannot bear them."""

from dataclasses import replace

import pytest

from server.custody.refusals import Refused
from server.documents.papers import seal_register
from server.documents.papers.as_pdf import ROWS_MAX
from server.documents.papers.files import FORMATS, drawn, name_of
from server.documents.papers.paper import table
from tests.server.documents.papers import paper_rows as rows


def test_a_file_is_called_after_what_it_is() -> None:
    assert name_of(rows.paper(), "pdf") == "清溪镇用印登记表 2026-11-23.pdf"
    assert name_of(rows.paper(), "xlsx") == "清溪镇用印登记表 2026-11-23.xlsx"


@pytest.mark.parametrize("format_", ["pdf", "pdfa"])
def test_a_book_is_not_drawn_as_one_pdf(format_: str) -> None:
    book = rows.paper(table(seal_register.COLUMNS, [rows.USE] * (ROWS_MAX + 1)))
    refused = drawn(book, format_)
    assert isinstance(refused, Refused)
    assert (refused.rule, "Excel" in refused.sentence) == ("paper_too_long", True)
    assert isinstance(drawn(book, "xlsx"), bytes)


def test_what_the_fonts_lack_is_no_archive_but_still_a_paper() -> None:
    odd = rows.paper(table(seal_register.COLUMNS, [replace(rows.USE, applicant="\U0001f600")]))
    refused = drawn(odd, "pdfa")
    assert isinstance(refused, Refused)
    assert refused.rule == "paper_unprintable"
    assert isinstance(drawn(odd, "pdf"), bytes)


def test_no_format_bears_more_rows_than_are_read() -> None:
    assert all(format_.rows_max < 20_000 for format_ in FORMATS.values())
