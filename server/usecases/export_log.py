"""Whoever takes the whole log out of the system leaves an entry in it."""

from dataclasses import dataclass

from server.store.work import Work


@dataclass(frozen=True, slots=True)
class ExportLog:
    """How many entries were committed when somebody at the machine asked for them."""

    size: int


def export_log(work: Work, asked: ExportLog) -> None:
    """Record it; the export then holds this entry too."""
    work.record("log_exported", {"size": asked.size})
