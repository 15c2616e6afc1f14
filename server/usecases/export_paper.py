"""Whoever takes a paper out of the system leaves an entry: which, how many rows, and the file's hash."""

from dataclasses import dataclass

from server.custody.refusals import Refused
from server.store.work import Work
from server.usecases.refusing import refuse


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportPaper:
    """What was drawn for whom. `cooperative` None: of the whole township. `sha256` (hex) of the file's bytes.

    `month` (`2026-11`) where the paper makes one month public.
    """

    by: str
    form: str
    format: str
    rows: int
    sha256: str
    cooperative: str | None
    checkout: str | None
    title: str
    period: str
    month: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineExport:
    """A paper that somebody asked for and that could not be made."""

    by: str
    refused: Refused
    cooperative: str | None


def export_paper(work: Work, asked: ExportPaper) -> str:
    """Record the export, and only then may the file be given out; its id."""
    export = work.new_id("e")
    about = {
        "export": export,
        "form": asked.form,
        "format": asked.format,
        "rows": asked.rows,
        "sha256": asked.sha256,
        "person": asked.by,
        "cooperative": asked.cooperative,
        "checkout": asked.checkout,
        "month": asked.month,
    }
    work.record("export_made", about, {"title": asked.title, "period": asked.period})
    return export


def decline_export(work: Work, asked: DeclineExport) -> Refused:
    """Record the refusal and pass it on."""
    return refuse(work, asked.refused, asked.by, cooperative=asked.cooperative)
