"""A receipt at the command line: the same words as on the page, whatever somebody did to the form or to the log."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from firmware_protocol.cosignatures import Cosigner
from firmware_protocol.notes import Signer
from firmware_protocol.proofs import leaf_hash
from firmware_protocol.receipt_parts import parts_of
from firmware_protocol.receipts import Receipt, issue_receipt
from server.__main__ import app
from server.ledger.prove import inclusion_proof
from server.operate.verify_receipt import check_receipt, exported_log
from server.web.receipt_words import Said, Verdict
from tests.fixtures.exported_logs import LOG, STRANGER, WITNESS, History

SIZE = 300
LIVED = History.lived(SIZE)


WITNESSES = (WITNESS, STRANGER)
COSIGNERS = [Cosigner.of(each.verifier) for each in WITNESSES]


def receipt(
    index: int, *, history: History = LIVED, size: int = SIZE, is_full: bool = False, witnesses: Sequence[Signer] = ()
) -> Receipt:
    leaves = [leaf_hash(each) for each in history.notes[:size]]
    path = inclusion_proof(leaves, index) if is_full else None
    seen = history.checkpoint(size, witnesses=witnesses)
    return issue_receipt(seen, LOG.verifier, index, leaves[index], path, COSIGNERS)


def falsely_witnessed() -> Receipt:
    """A proof under a cosignature of another head."""
    elsewhere = receipt(7, size=200, is_full=True, witnesses=[WITNESS])
    return replace(receipt(7, is_full=True), cosignatures=elsewhere.cosignatures)


def parts() -> tuple[str, ...]:
    return parts_of(receipt(7, is_full=True, witnesses=WITNESSES).code, 300)


def other_history() -> History:
    """The same log, but for what one controller says in the middle."""
    changed = History.lived(SIZE - 50)
    while len(changed.notes) < SIZE + 20:
        changed.says("hall-1", "door_opened", {"opening": "o-other", "compartment": "CAB-01/8"})
    return changed


def one_letter_changed(code: str) -> str:
    return code[:-5] + ("A" if code[-5] != "A" else "B") + code[-4:]


RIGHT, OPEN, WRONG = Verdict.RIGHT, Verdict.OPEN, Verdict.WRONG
CASES: dict[str, tuple[Callable[[], str], Callable[[], History | None], Verdict, tuple[Said, ...]]] = {
    "as it was printed": (lambda: receipt(7).code, lambda: LIVED, RIGHT, (Said.SIGNED, Said.STANDS)),
    "the first entry": (lambda: receipt(0).code, lambda: LIVED, RIGHT, (Said.SIGNED, Said.STANDS)),
    "an address": (
        lambda: f"http://x/#{receipt(7).code}",
        lambda: LIVED,
        RIGHT,
        (Said.SIGNED, Said.STANDS),
    ),
    "an older one": (lambda: receipt(7, size=256).code, lambda: LIVED, RIGHT, (Said.SIGNED, Said.STANDS)),
    "with its proof": (
        lambda: receipt(299, is_full=True).code,
        lambda: LIVED,
        RIGHT,
        (Said.SIGNED, Said.PROVEN, Said.UNSEEN, Said.STANDS),
    ),
    "with its proof, which a witness saw": (
        lambda: receipt(299, is_full=True, witnesses=WITNESSES).code,
        lambda: LIVED,
        RIGHT,
        (Said.SIGNED, Said.PROVEN, Said.SEEN, Said.STANDS),
    ),
    "with its proof, which somebody unknown saw": (
        lambda: receipt(299, is_full=True, witnesses=[STRANGER]).code,
        lambda: LIVED,
        RIGHT,
        (Said.SIGNED, Said.PROVEN, Said.UNSEEN, Said.STANDS),
    ),
    "a cosignature of something else": (
        lambda: falsely_witnessed().code,
        lambda: LIVED,
        WRONG,
        (Said.SIGNED, Said.PROVEN, Said.FALSELY_SEEN),
    ),
    "another entry's proof": (
        lambda: replace(receipt(7, is_full=True), index=8).code,
        lambda: LIVED,
        WRONG,
        (Said.SIGNED, Said.NOT_PROVEN),
    ),
    "in parts": (
        lambda: "\n".join(reversed(parts())),
        lambda: LIVED,
        RIGHT,
        (Said.SIGNED, Said.PROVEN, Said.SEEN, Said.STANDS),
    ),
    "one part of more": (lambda: parts()[1], lambda: LIVED, OPEN, (Said.PARTS_MISSING,)),
    "no log": (lambda: receipt(7).code, lambda: None, OPEN, (Said.SIGNED, Said.NOT_LOOKED)),
    "its proof and no log": (
        lambda: receipt(7, is_full=True).code,
        lambda: None,
        RIGHT,
        (Said.SIGNED, Said.PROVEN, Said.UNSEEN, Said.NOT_LOOKED),
    ),
    "one letter changed": (lambda: one_letter_changed(receipt(7).code), lambda: LIVED, WRONG, (Said.FORGED,)),
    "cut off": (lambda: receipt(7).code[:-1], lambda: LIVED, WRONG, (Said.MALFORMED,)),
    "something else": (lambda: "https://gongguan.example/", lambda: LIVED, WRONG, (Said.MALFORMED,)),
    "a shorter log": (lambda: receipt(7).code, lambda: History.lived(SIZE - 1), WRONG, (Said.SIGNED, Said.SHRUNK)),
    "a rewritten log": (lambda: receipt(7).code, other_history, WRONG, (Said.SIGNED, Said.REWRITTEN)),
    "an entry that is gone": (
        lambda: receipt(280, history=other_history()).code,
        lambda: LIVED,
        WRONG,
        (Said.SIGNED, Said.REWRITTEN),
    ),
}


@pytest.mark.parametrize(("code", "history", "verdict", "said"), CASES.values(), ids=CASES)
def test_a_receipt_comes_to_what_it_should(
    tmp_path: Path,
    code: Callable[[], str],
    history: Callable[[], History | None],
    verdict: Verdict,
    said: tuple[Said, ...],
) -> None:
    lived = history()
    if lived is None:
        (tmp_path / "keys.txt").write_text(f"log {LOG.verifier.vkey}\n")
    else:
        lived.write(tmp_path)
    found = check_receipt(code(), exported_log(tmp_path))
    assert (found.verdict, found.said) == (verdict, said)


def test_another_logs_receipt_and_another_logs_head_are_told_apart(tmp_path: Path) -> None:
    LIVED.write(tmp_path)
    (tmp_path / "keys.txt").write_text(f"log {STRANGER.verifier.vkey}\n")
    files = exported_log(tmp_path)
    assert check_receipt(receipt(7).code, files).said == (Said.OTHER_LOG,)
    (tmp_path / "keys.txt").write_text(f"log {LOG.verifier.vkey}\n")
    (tmp_path / "checkpoint").write_bytes(LIVED.checkpoint(log=STRANGER))
    assert check_receipt(receipt(7).code, exported_log(tmp_path)).said == (Said.SIGNED, Said.UNSIGNED_NOW)


@pytest.mark.parametrize(
    ("code", "status", "begins"),
    [(receipt(7).code, 0, "凭证是真的\n签名对"), ("x", 1, "凭证不对\n")],
    ids=["right", "none"],
)
def test_the_command_says_it_in_words(tmp_path: Path, code: str, status: int, begins: str) -> None:
    LIVED.write(tmp_path)
    ran = CliRunner().invoke(app, ["verify-receipt", code, "--log", str(tmp_path)])
    assert (ran.exit_code, ran.output[: len(begins)]) == (status, begins)


def test_a_whole_proof_is_read_part_by_part_and_saved_for_anybodys_program(tmp_path: Path) -> None:
    LIVED.write(tmp_path)
    saved = tmp_path / "7.tlog-proof"
    ran = CliRunner().invoke(app, ["verify-receipt", *parts(), "--log", str(tmp_path), "--proof", str(saved)])
    assert (ran.exit_code, f"它们也看过：{WITNESS.name}（2026-11-02 09:00:00）。" in ran.output) == (0, True)
    assert saved.read_text("utf-8").startswith("c2sp.org/tlog-proof@v1\nextra ")
    ran = CliRunner().invoke(app, ["verify-receipt", parts()[0], parts()[2], "--log", str(tmp_path)])
    assert (ran.exit_code, "还差第 2 张" in ran.output) == (0, True)
    plain = ["verify-receipt", receipt(7).code, "--log", str(tmp_path), "--proof", str(saved)]
    assert CliRunner().invoke(app, plain).exit_code == 2


def test_a_folder_without_a_log_is_said_to_be_one(tmp_path: Path) -> None:
    ran = CliRunner().invoke(app, ["verify-receipt", receipt(7).code, "--log", str(tmp_path)])
    assert ran.exit_code == 2
    assert "没有台账的公钥" in ran.output


DAMAGE: dict[str, Callable[[Path], object]] = {
    "a tile cut off": lambda log: (log / "tile/0/000").write_bytes(bytes(5)),
    "a tile gone": lambda log: (log / "tile/0/000").unlink(),
    "a bundle cut off": lambda log: (log / "tile/entries/000").write_bytes(bytes([9] * 9)),
    "a bundle emptied": lambda log: (log / "tile/entries/000").write_bytes(b""),
    "a bundle gone": lambda log: (log / "tile/entries/000").unlink(),
    "no list of keys": lambda log: (log / "keys").write_bytes(b"[" * 10_000),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
@pytest.mark.parametrize("is_full", [False, True], ids=["a receipt", "a whole proof"])
def test_a_log_whose_files_are_damaged_leaves_it_open(
    damage: Callable[[Path], object], is_full: bool, tmp_path: Path
) -> None:
    damage(LIVED.write(tmp_path))
    found = check_receipt(receipt(7, is_full=is_full).code, exported_log(tmp_path))
    assert (found.verdict, found.said[-1]) == (OPEN, Said.DAMAGED)


def test_keys_that_are_no_text_are_no_log(tmp_path: Path) -> None:
    (LIVED.write(tmp_path) / "keys.txt").write_bytes(b"\xff\xfe")
    ran = CliRunner().invoke(app, ["verify-receipt", receipt(7).code, "--log", str(tmp_path)])
    assert ran.exit_code == 2
    assert "没有台账的公钥" in ran.output
