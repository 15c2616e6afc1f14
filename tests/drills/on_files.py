"""Deeds on a published log's files, and on what people kept of it: checkpoints, cosignatures, printed receipts."""

from collections.abc import Callable, Mapping
from pathlib import Path

from firmware_protocol.cosignatures import Cosigner, cosign, with_signatures
from firmware_protocol.notes import Signer, parse_note
from firmware_protocol.proofs import leaf_hash
from firmware_protocol.receipts import issue_receipt
from server.operate.verify_log import Finding, check_earlier, check_receipt, verify
from tests.drills.noticed import AUDITOR, Drill, Noticed
from tests.drills.on_entries import found, lived, rewritten
from tests.fixtures.exported_logs import AT, LOG, WITNESS, History


def receipt(history: History, index: int, size: int | None = None) -> str:
    """What a form printed when the log had `size` entries says of one of them."""
    issued = issue_receipt(history.checkpoint(size), LOG.verifier, index, leaf_hash(history.notes[index]))
    return f"https://hall.example/verify#{issued.code}"


def kept(folder: Path, history: History, size: int | None = None) -> Path:
    """A checkpoint that somebody put aside."""
    file = folder / "kept"
    file.write_bytes(history.checkpoint(size))
    return file


def _said(finding: Finding | None) -> Noticed:
    return Noticed(AUDITOR, "" if finding is None else f"{finding.where}：{finding.what}")


def _on_file(deed: Callable[[Path], object]) -> Drill:
    def run(folder: Path) -> Noticed:
        deed(lived().write(folder))
        return found(verify(folder))

    return run


def _rewrite(file: str, change: Callable[[bytes], bytes]) -> Drill:
    return _on_file(lambda folder: (folder / file).write_bytes(change((folder / file).read_bytes())))


def _remove(file: str) -> Drill:
    return _on_file(lambda folder: (folder / file).unlink())


def _against_kept(now: Callable[[], History], size: int | None = None, then: int | None = None) -> Drill:
    """What a kept checkpoint over `then` entries says to the log as it is now, cut off after `size`."""

    def run(folder: Path) -> Noticed:
        return _said(check_earlier(verify(now().write(folder, size=size)), kept(folder, lived(), then)))

    return run


def _on_paper(code: Callable[[], str]) -> Drill:
    def run(folder: Path) -> Noticed:
        return _said(check_receipt(verify(lived().write(folder)), code()))

    return run


def _borrowed_cosignature(folder: Path) -> Noticed:
    lived().write(folder)
    line = cosign(parse_note(lived().checkpoint(299)).text, WITNESS, AT)
    (folder / "checkpoint").write_bytes(with_signatures(lived().checkpoint(), [line]))
    return found(verify(folder))


def _without_its_witness(folder: Path) -> Noticed:
    """The policy asks for the witness's cosignature, and the checkpoint has none."""
    lived().write(folder)
    vkey = Cosigner.of(WITNESS.verifier).vkey
    (folder / "witnesses.txt").write_text(f"witness jiwei {vkey}\nquorum jiwei\n")
    return found(verify(folder))


def _signed_by_a_stranger(folder: Path) -> Noticed:
    (folder / "stranger").write_bytes(lived().checkpoint(log=Signer(LOG.name, bytes(32))))
    return _said(check_earlier(verify(lived().write(folder)), folder / "stranger"))


def _of_no_entry() -> str:
    return issue_receipt(lived().checkpoint(), LOG.verifier, 99, leaf_hash(b"an entry that never was")).code


def _with_one_other_character() -> str:
    code = receipt(lived(), 99).rpartition("#")[2]
    return ("B" if code[60] != "B" else "C").join((code[:60], code[61:]))


DRILLS: Mapping[str, Drill] = {
    "a byte of a bundle of entries": _rewrite("tile/entries/000", lambda raw: raw.replace(b"o-99", b"o-98")),
    "a bundle of entries is cut off": _rewrite("tile/entries/001.p/44", lambda raw: raw[:-40]),
    "a bundle of entries is gone": _remove("tile/entries/000"),
    "a hash in the tree": _rewrite("tile/0/000", lambda raw: bytes(32) + raw[32:]),
    "a tile of the tree is gone": _remove("tile/0/000"),
    "a hash in an upper tile": _rewrite("tile/1/000.p/1", lambda _raw: bytes(32)),
    "a tile of the tree is cut between two hashes": _rewrite("tile/0/000", lambda raw: raw[:-32]),
    "a bundle with more entries than the checkpoint covers": _rewrite(
        "tile/entries/001.p/44", lambda raw: raw + b"\0\1a"
    ),
    "an old log is put back": _against_kept(lived, size=270),
    "a log rewritten with every key of the server": _against_kept(lambda: rewritten(101), then=102),
    "a checkpoint by somebody else": _signed_by_a_stranger,
    "a cosignature of another head": _borrowed_cosignature,
    "a cosignature is taken away": _without_its_witness,
    "a receipt for an entry that never was": _on_paper(_of_no_entry),
    "a receipt with one other character": _on_paper(_with_one_other_character),
    "a receipt that is cut off": _on_paper(lambda: receipt(lived(), 99)[:-8]),
    "a receipt of a log that grew differently": _on_paper(lambda: receipt(rewritten(101), 99)),
    "a receipt of more entries than there are": _on_paper(lambda: receipt(History.lived(310), 305)),
}
