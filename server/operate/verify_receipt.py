"""`verify-receipt`: hold a printed form's receipt against a published log, here or in a folder that was exported."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from firmware_protocol.checkpoints import read_checkpoint
from firmware_protocol.entries import KIND
from firmware_protocol.notes import MalformedNote, UnverifiedNote, Verifier, document_fields, parse_note
from firmware_protocol.proofs import check_consistency, check_inclusion, leaf_hash
from firmware_protocol.receipts import Receipt, read_receipt
from server.store.log_files import LogFiles
from server.store.receipts import Evidence, evidence
from server.web.public.receipts import title_of
from server.web.receipt_words import SENTENCES, VERDICTS, Said, Verdict

KEYS_FILE = "keys.txt"


class NoLog(Exception):
    """The folder has no `keys.txt` that names the log's key."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a receipt came to, what was found on the way, and what the sentences are filled in with."""

    verdict: Verdict
    said: tuple[Said, ...]
    values: dict[str, object] = field(default_factory=dict)

    def lines(self) -> Iterator[str]:
        """The verdict, then a sentence for each thing found."""
        yield VERDICTS[self.verdict]
        for said in self.said:
            yield SENTENCES[said].format(**self.values)


def exported_log(folder: Path) -> LogFiles:
    """The log in a folder that `export-log` wrote; raises `NoLog` or `MalformedNote`."""
    file = folder / KEYS_FILE
    for line in file.read_text("utf-8").splitlines() if file.is_file() else ():
        word, _, key = line.partition(" ")
        if word == "log":
            return LogFiles(folder, Verifier.parse(key.strip()))
    raise NoLog(folder)


def check_receipt(text: str, files: LogFiles) -> Finding:
    """Check what was scanned against the published log; a log that is not there or not signed is part of the answer."""
    try:
        receipt = read_receipt(text)
    except MalformedNote:
        return Finding(Verdict.WRONG, (Said.MALFORMED,))
    values: dict[str, object] = {"index": receipt.index, "size": receipt.size}
    wrong = _wrong_by_itself(receipt, files.verifier)
    if wrong is not None:
        return Finding(Verdict.WRONG, (wrong,), values)
    said = (Said.SIGNED,) if receipt.path is None else (Said.SIGNED, Said.PROVEN)
    try:
        shown = evidence(files, receipt.index, receipt.size)
    except (MalformedNote, UnverifiedNote):
        return Finding(Verdict.WRONG, (*said, Said.UNSIGNED_NOW), values)
    if shown is None:
        return Finding(Verdict.RIGHT if receipt.path else Verdict.OPEN, (*said, Said.NOT_LOOKED), values)
    held, seen = _held(receipt, shown, files.verifier)
    verdict = Verdict.RIGHT if held is Said.STANDS else Verdict.WRONG
    return Finding(verdict, (*said, held), {**values, **seen})


def _wrong_by_itself(receipt: Receipt, log: Verifier) -> Said | None:
    """What is wrong with it before any log is looked at."""
    if receipt.key_id != log.key_id:
        return Said.OTHER_LOG
    if not receipt.index < receipt.size or not receipt.is_signed_by(log):
        return Said.FORGED
    return Said.NOT_PROVEN if receipt.path is not None and not receipt.is_proven() else None


def _held(receipt: Receipt, shown: Evidence, log: Verifier) -> tuple[Said, dict[str, object]]:
    """How it stands with the published log, and what is read there."""
    now = read_checkpoint(shown.checkpoint, (log,))
    if now.size < receipt.size:
        return Said.SHRUNK, {"now": now.size}
    stands = (
        leaf_hash(shown.entry) == receipt.leaf_hash
        and check_inclusion(receipt.leaf_hash, receipt.index, now.size, list(shown.inclusion), now.root)
        and check_consistency(receipt.size, now.size, list(shown.consistency), receipt.root, now.root)
    )
    if not stands:
        return Said.REWRITTEN, {}
    at = str(document_fields(parse_note(shown.entry).text, KIND)["at"])
    return Said.STANDS, {"now": now.size, "at": at[:19].replace("T", " "), "title": title_of(shown.entry)}
