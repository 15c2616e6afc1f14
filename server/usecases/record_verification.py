"""Whoever verifies the log leaves an entry in it, whatever came out."""

from dataclasses import dataclass

from server.store.work import Work


@dataclass(frozen=True, slots=True)
class RecordVerification:
    """How many entries were read and the root over them (hex); where the first wrong thing is, and what (None: no)."""

    size: int
    root: str
    wrong: tuple[str, str] | None = None


def record_verification(work: Work, asked: RecordVerification) -> None:
    """Record it; what was wrong may name people, so it goes into the body."""
    about = {"size": asked.size, "root": asked.root, "result": "passed" if asked.wrong is None else "failed"}
    body = None if asked.wrong is None else {"where": asked.wrong[0], "what": asked.wrong[1]}
    work.record("verification_run", about, body)
