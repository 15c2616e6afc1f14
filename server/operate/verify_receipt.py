"""`verify-receipt`: hold a printed form's receipt against a published log, here or in a folder that was exported."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from firmware_protocol.checkpoints import read_checkpoint
from firmware_protocol.cosignatures import Cosigner
from firmware_protocol.entries import KIND
from firmware_protocol.notes import MalformedNote, UnverifiedNote, Verifier, document_fields, parse_note
from firmware_protocol.proofs import check_consistency, check_inclusion, leaf_hash
from firmware_protocol.receipt_parts import PartsMissing
from firmware_protocol.receipts import Receipt, read_receipt
from firmware_protocol.times import CHINA
from server.store.folder import DataFolder
from server.store.log_files import LogFiles
from server.store.receipts import UNREADABLE, Evidence, evidence
from server.web.public.receipts import title_of
from server.web.receipt_words import SENTENCES, VERDICTS, Said, Verdict
from server.witnesses import policy_in

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


@dataclass(frozen=True, slots=True)
class KnownLog:
    """A log as it lies in a folder, and the witnesses whose cosignatures can be checked."""

    files: LogFiles
    witnesses: tuple[Cosigner, ...] = ()


def exported_log(folder: Path) -> KnownLog:
    """The log in a folder that `export-log` wrote; raises `NoLog` or `MalformedNote`."""
    file = folder / KEYS_FILE
    try:
        lines = file.read_text("utf-8-sig").splitlines() if file.is_file() else []
    except UnicodeDecodeError as error:
        raise NoLog(folder) from error
    named = [(word, key.strip()) for word, _, key in (line.partition(" ") for line in lines)]
    logs = [Verifier.parse(key) for word, key in named if word == "log"]
    if not logs:
        raise NoLog(folder)
    return KnownLog(LogFiles(folder, logs[0]), tuple(Cosigner.parse(key) for word, key in named if word == "witness"))


def own_log(data: Path) -> KnownLog:
    """The log that this machine's server publishes; raises `KeysMissing` or `MalformedPolicy`."""
    folder = DataFolder(data)
    witnesses = policy_in(data).witnesses.values()
    keys = folder.keys()
    files = LogFiles(folder.log, keys.log.verifier, keys.former_logs)
    return KnownLog(files, tuple(each.cosigner for each in witnesses))


def check_receipt(text: str, log: KnownLog) -> Finding:
    """Check what was scanned against the published log; a log that is not there or not signed is part of the answer."""
    try:
        receipt = read_receipt(text)
    except PartsMissing as error:
        values = {"count": error.count, "missing": "、".join(map(str, error.missing))}
        return Finding(Verdict.OPEN, (Said.PARTS_MISSING,), values)
    except MalformedNote:
        return Finding(Verdict.WRONG, (Said.MALFORMED,))
    try:
        own = _by_itself(receipt, log)
    except MalformedNote:
        return Finding(Verdict.OPEN, (Said.DAMAGED,))
    return own if own.verdict is Verdict.WRONG else _against_log(receipt, own, log.files)


def save_proof(text: str, log: KnownLog, target: Path) -> bool:
    """Write a whole proof in the open format (C2SP tlog-proof); False where what was scanned is none."""
    try:
        receipt = read_receipt(text)
    except MalformedNote:
        return False
    if receipt.path is None:
        return False
    target.write_text(receipt.as_tlog_proof(log.files.verifier), "utf-8", newline="\n")
    return True


def _by_itself(receipt: Receipt, log: KnownLog) -> Finding:
    """What the receipt shows before any log is looked at."""
    values: dict[str, object] = {"index": receipt.index, "size": receipt.size}
    period = log.files.ring().period_of(receipt.key_id)
    if period is None:
        return Finding(Verdict.WRONG, (Said.OTHER_LOG,), values)
    if not receipt.index < receipt.size or not receipt.is_signed_by(period.key):
        return Finding(Verdict.WRONG, (Said.FORGED,), values)
    if not period.may_head(receipt.size):
        return Finding(Verdict.WRONG, (Said.KEY_OVER,), values)
    if receipt.path is None:
        return Finding(Verdict.OPEN, (Said.SIGNED,), values)
    if not receipt.is_proven():
        return Finding(Verdict.WRONG, (Said.SIGNED, Said.NOT_PROVEN), values)
    verdict, seen, who = _seen(receipt, log)
    return Finding(verdict, (Said.SIGNED, Said.PROVEN, seen), {**values, **who})


def _seen(receipt: Receipt, log: KnownLog) -> tuple[Verdict, Said, dict[str, object]]:
    """What the cosignatures of a proof say; those of unknown keys say nothing."""
    told = receipt.witnessed(log.files.verifier, log.witnesses)
    wrong = [name for name, at in told.items() if at is None]
    if wrong:
        return Verdict.WRONG, Said.FALSELY_SEEN, {"witness": "、".join(wrong)}
    seen = [f"{name}（{at.astimezone(CHINA):%Y-%m-%d %H:%M:%S}）" for name, at in told.items() if at is not None]
    return Verdict.RIGHT, Said.SEEN if seen else Said.UNSEEN, {"seen": "；".join(seen)}


def _against_log(receipt: Receipt, own: Finding, files: LogFiles) -> Finding:
    said, values = own.said, own.values
    try:
        shown = evidence(files, receipt.index, receipt.size)
    except (MalformedNote, UnverifiedNote):
        return Finding(Verdict.WRONG, (*said, Said.UNSIGNED_NOW), values)
    except UNREADABLE:
        return Finding(Verdict.OPEN, (*said, Said.DAMAGED), values)
    if shown is None:
        return Finding(own.verdict, (*said, Said.NOT_LOOKED), values)
    held, seen = _held(receipt, shown, (files.verifier, *files.former))
    verdict = Verdict.RIGHT if held is Said.STANDS else Verdict.WRONG
    return Finding(verdict, (*said, held), {**values, **seen})


def _held(receipt: Receipt, shown: Evidence, logs: Iterable[Verifier]) -> tuple[Said, dict[str, object]]:
    """How it stands with the published log, and what is read there."""
    now = read_checkpoint(shown.checkpoint, logs)
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
