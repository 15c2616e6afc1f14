"""The auditor's one file: it finds every attack, names the entry, and agrees with the product where both look."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from firmware_protocol import entries
from firmware_protocol.cosignatures import Cosigner, cosign, with_signatures
from firmware_protocol.entries import SERVER, Chain
from firmware_protocol.log_policy import parse_policy
from firmware_protocol.notes import Signer, parse_note
from firmware_protocol.proofs import leaf_hash
from firmware_protocol.receipts import issue_receipt
from server.operate import verify_log
from server.operate.verify_log import Unreadable, check_earlier, check_receipt, report, verify
from tests.fixtures.exported_logs import AGENTS, AT, LOG, PERMIT, STRANGER, WITNESS, History

SIZE = 300
KEYS = {(SERVER, 1): PERMIT, ("hall-1", 1): AGENTS["hall-1"], ("hall-2", 1): AGENTS["hall-2"]}

Attack = Callable[[Path], object]


def lived() -> History:
    return History.lived(SIZE)


def replaced(history: History, position: int, raw: bytes) -> History:
    """The same log with other bytes in one place; the later entries are left as they are."""
    history.notes[position] = raw
    return history


def rewritten(position: int) -> History:
    """The server's own administrator rewrites one of its entries and every later one of its chain, and signs anew."""
    old, new = lived(), History()
    for place, raw in enumerate(old.notes):
        entry = entries.parse(raw, [signer.verifier for signer in KEYS.values()])
        if entry.by != SERVER:
            new.notes.append(raw)
            continue
        about = {"person": "p-other"} if place == position else entry.about
        new.says(SERVER, entry.type, about)
    return new


def edited(raw: bytes) -> bytes:
    return raw.replace(b"CAB-01/7", b"CAB-01/8").replace(b'"p-', b'"q-')


def swapped(history: History, one: int, other: int) -> History:
    history.notes[one], history.notes[other] = history.notes[other], history.notes[one]
    return history


def without(history: History, position: int) -> History:
    del history.notes[position]
    return history


def inserted(history: History, position: int, raw: bytes) -> History:
    history.notes.insert(position, raw)
    return history


def foreign(by: str = "hall-1") -> bytes:
    """An entry with that controller's name by somebody who has not its key."""
    history = lived()
    return history.says(by, "door_opened", {"opening": "o-x", "compartment": "CAB-01/1"}, signer=STRANGER)


def forked_source() -> History:
    """A stolen controller's key tells a second story behind entry 100."""
    history = lived()
    history.chains["hall-1"] = Chain("hall-1", 1)
    for raw in history.notes[:100]:
        if entries.parse(raw, [signer.verifier for signer in KEYS.values()]).by == "hall-1":
            history.chains["hall-1"] = history.chains["hall-1"].extend(raw)
    history.says("hall-1", "door_opened", {"opening": "o-x", "compartment": "CAB-01/1"})
    return history


SIGNED_ANEW: dict[str, tuple[Callable[[], History], str]] = {
    "a server's entry is edited": (lambda: replaced(lived(), 101, edited(lived().notes[101])), "第 101 条"),
    "a controller's entry is edited": (lambda: replaced(lived(), 99, edited(lived().notes[99])), "第 99 条"),
    "the last entry is edited": (lambda: replaced(lived(), 299, edited(lived().notes[299])), "第 299 条"),
    "an entry is emptied": (lambda: replaced(lived(), 120, b""), "第 120 条"),
    "an entry is no text": (lambda: replaced(lived(), 120, b"\xff\xfe"), "第 120 条"),
    "an entry loses its signature": (
        lambda: replaced(lived(), 120, lived().notes[120].rpartition(b"\n\n")[0] + b"\n\n"),
        "第 120 条",
    ),
    "a server's entry is deleted": (lambda: without(lived(), 101), "第 103 条（server"),
    "a controller's entry is deleted": (lambda: without(lived(), 99), "第 101 条（hall-1"),
    "a controller's first entry is deleted": (lambda: without(lived(), 3), "第 5 条（hall-1"),
    "two entries of one source change places": (lambda: swapped(lived(), 99, 102), "第 99 条（hall-1"),
    "an entry stands twice": (lambda: inserted(lived(), 200, lived().notes[99]), "第 200 条（hall-1"),
    "an entry is invented for a controller": (lambda: inserted(lived(), 200, foreign()), "第 200 条"),
    "an entry of a controller nobody registered": (
        lambda: inserted(lived(), 200, foreign().replace(b'"hall-1"', b'"hall-9"')),
        "第 200 条",
    ),
    "a controller's registration is deleted": (lambda: without(lived(), 1), "第 1 条（server"),
    "a stolen key tells a second story": (forked_source, "第 300 条（hall-1"),
    "the first entry is deleted": (lambda: without(lived(), 0), "第 0 条"),
}
"""By somebody who holds the log's key and publishes what he made of it: the tree fits, the entries do not."""


@pytest.mark.parametrize(("attacked", "culprit"), SIGNED_ANEW.values(), ids=SIGNED_ANEW)
def test_what_was_done_to_entries_is_found_though_the_tree_was_made_anew(
    attacked: Callable[[], History], culprit: str, tmp_path: Path
) -> None:
    findings = verify(attacked().write(tmp_path)).findings
    assert findings
    assert findings[0].where.startswith(culprit)


def in_bundle(folder: Path, place: int, change: Callable[[bytes], bytes]) -> None:
    (file,) = folder.glob(f"tile/entries/{place:03}*") if place == 0 else folder.glob(f"tile/entries/{place:03}.p/*")
    file.write_bytes(change(file.read_bytes()))


FILES: dict[str, tuple[Attack, str]] = {
    "a byte of an entry": (lambda f: in_bundle(f, 0, lambda raw: raw.replace(b"o-99", b"o-98")), "第 99 条"),
    "a bundle is cut off": (lambda f: in_bundle(f, 1, lambda raw: raw[:-40]), "第 256–299 条"),
    "a bundle is gone": (lambda f: (f / "tile/entries/000").unlink(), "第 0–255 条"),
    "a hash of the tree": (
        lambda f: (f / "tile/0/000").write_bytes(bytes(32) + (f / "tile/0/000").read_bytes()[32:]),
        "第 0 条",
    ),
    "a tile of the tree is gone": (lambda f: (f / "tile/0/000").unlink(), "tile/0/000"),
    "an upper tile": (lambda f: (f / "tile/1/000.p/1").write_bytes(bytes(32)), "tile/1/000.p/1"),
}


@pytest.mark.parametrize(("attack", "culprit"), FILES.values(), ids=FILES)
def test_an_edited_file_is_found(attack: Attack, culprit: str, tmp_path: Path) -> None:
    folder = lived().write(tmp_path)
    attack(folder)
    assert verify(folder).findings[0].where.startswith(culprit)


def test_an_old_log_put_back_is_whole_and_contradicts_whoever_kept_a_later_head(tmp_path: Path) -> None:
    result = verify(lived().write(tmp_path, size=270))
    assert result.findings == []
    wrong = check_earlier(result, kept(tmp_path, lived()))
    assert wrong is not None
    assert wrong.what == "当时已有 300 条记录，现在只有 270 条"


def kept(folder: Path, history: History, size: int | None = None) -> Path:
    """A checkpoint that somebody put aside."""
    file = folder / "kept"
    file.write_bytes(history.checkpoint(size))
    return file


def test_a_clean_log_of_any_size_raises_no_alarm(tmp_path: Path) -> None:
    history = lived()
    for size in (*range(3, 12), 255, 256, 257, 300):
        result = verify(history.write(tmp_path / str(size), size=size))
        assert (result.findings, result.size, result.leaves.size) == ([], size, size)


def test_a_log_rewritten_with_every_key_of_the_server_contradicts_what_others_kept(tmp_path: Path) -> None:
    result = verify(rewritten(101).write(tmp_path))
    assert not result.findings, "whoever holds all keys can write another history"
    assert check_earlier(result, kept(tmp_path, lived(), 101)) is None
    wrong = check_earlier(result, kept(tmp_path, lived(), 102))
    assert wrong is not None
    assert wrong.means == verify_log.MEANS_FORKED
    assert check_receipt(result, receipt(lived(), 101)) is not None


def receipt(history: History, index: int, size: int | None = None) -> str:
    issued = issue_receipt(history.checkpoint(size), LOG.verifier, index, leaf_hash(history.notes[index]))
    return f"https://hall.example/verify#{issued.code}"


@pytest.mark.parametrize("size", [100, 256, 257, 300])
def test_a_forms_receipt_is_found_in_the_log(size: int, tmp_path: Path) -> None:
    result = verify(lived().write(tmp_path))
    assert check_receipt(result, receipt(lived(), 99, size)) is None


def forged_receipts() -> dict[str, str]:
    true = receipt(lived(), 99).rpartition("#")[2]
    other = issue_receipt(lived().checkpoint(), LOG.verifier, 99, leaf_hash(b"an entry that never was"))
    return {
        "another entry": other.code,
        "cut off": true[:-8],
        "no receipt": "你好",
        "one character": ("B" if true[60] != "B" else "C").join((true[:60], true[61:])),
        "of a log that grew differently": receipt(rewritten(101), 99),
        "of more entries than there are": receipt(History.lived(310), 305),
    }


def test_a_forged_receipt_is_found(tmp_path: Path) -> None:
    result = verify(lived().write(tmp_path))
    passed = [name for name, code in forged_receipts().items() if check_receipt(result, code) is None]
    assert passed == []


def test_who_cosigned_is_told_and_a_wrong_cosignature_is_found(tmp_path: Path) -> None:
    folder = lived().write(tmp_path, witnesses=(WITNESS, AGENTS["hall-2"]))
    result = verify(folder)
    assert result.findings == []
    assert result.cosigned == {WITNESS.name: AT, AGENTS["hall-2"].name: AT}
    line = cosign(parse_note(lived().checkpoint(299)).text, WITNESS, AT)
    (folder / "checkpoint").write_bytes(with_signatures(lived().checkpoint(), [line]))
    assert "旁证" in verify(folder).findings[0].what


RULE = f"""witness jiwei {Cosigner.of(WITNESS.verifier).vkey}
witness hall {Cosigner.of(AGENTS["hall-1"].verifier).vkey}
group any-of-us {{}} jiwei hall
"""
NEITHER, ONE, BOTH = (), (WITNESS,), (WITNESS, AGENTS["hall-1"])
QUORUMS = {
    "nobody is asked for": ("1", "none", NEITHER, True),
    "the one who signed": ("1", "jiwei", ONE, True),
    "the one who did not": ("1", "hall", ONE, False),
    "one of two": ("any", "any-of-us", ONE, True),
    "two of two, by number": ("2", "any-of-us", ONE, False),
    "both": ("all", "any-of-us", BOTH, True),
    "none of two": ("any", "any-of-us", NEITHER, False),
}


@pytest.mark.parametrize(("needed", "quorum", "witnesses", "is_met"), QUORUMS.values(), ids=QUORUMS)
def test_cosignatures_that_were_taken_away_are_missed(
    needed: str, quorum: str, witnesses: tuple[Signer, ...], is_met: bool, tmp_path: Path
) -> None:
    folder = History.lived(30).write(tmp_path, witnesses=witnesses)
    text = RULE.format(needed) + f"quorum {quorum}\n"
    (folder / "witnesses.txt").write_text(text)
    assert parse_policy(text).is_met((folder / "checkpoint").read_bytes()) == is_met
    result = verify(folder)
    assert [each.where for each in result.findings] == ([] if is_met else ["检查点"])
    assert result.silent == ([] if WITNESS in witnesses else [WITNESS.name])
    said = "\n".join(report(result, with_signatures=True))
    assert (f"没有 {WITNESS.name} 的签名" in said) == (WITNESS not in witnesses)


@pytest.mark.parametrize("text", ["witness jiwei\nquorum jiwei\n", "group a many b\n", "quorum nobody\n"])
def test_a_rule_that_cannot_be_read_is_not_taken_for_none(text: str, tmp_path: Path) -> None:
    folder = History.lived(30).write(tmp_path)
    (folder / "witnesses.txt").write_text(text)
    with pytest.raises(Unreadable):
        verify(folder)


NOTES = lived().notes


@pytest.mark.parametrize("is_attacked", [False, True], ids=["whole", "edited"])
def test_it_runs_alone_on_a_bare_python(is_attacked: bool, tmp_path: Path) -> None:
    history = replaced(History.lived(60), 33, edited(NOTES[33])) if is_attacked else History.lived(60)
    program = Path(verify_log.__file__)
    history.write(tmp_path).joinpath(program.name).write_bytes(program.read_bytes())
    bare = [sys.executable, "-S", program.name]  # neither site-packages nor this project
    environment = {"PYTHONIOENCODING": "gbk", "PATH": os.environ["PATH"]}
    ran = subprocess.run(bare, cwd=tmp_path, capture_output=True, check=False, env=environment)
    printed = ran.stdout.decode("gbk", errors="replace")
    assert ran.returncode == is_attacked, printed
    assert ("第 33 条" in printed) == is_attacked
    assert ("核验通过" in printed) != is_attacked
