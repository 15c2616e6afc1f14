"""Whoever exports the log chooses every byte of it: the auditor's file neither fails, nor hangs, nor is talked over."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from firmware_protocol.cosignatures import Cosigner, cosign, with_signatures
from firmware_protocol.entries import KIND, SERVER, Chain
from firmware_protocol.log_policy import MalformedPolicy, parse_policy
from firmware_protocol.notes import Signer, parse_note, sign_text, write_document
from firmware_protocol.successions import write_succession
from firmware_protocol.times import CHINA, write_time
from server.operate import verify_log
from server.operate.verify_log import Unreadable, is_quorum_met, periods_of, read_change, read_note, verify
from tests.drills.on_entries import lived
from tests.fixtures.exported_logs import AGENTS, AT, LOG, PERMIT, WITNESS, History

ENORMOUS = 1 << 40
Deed = Callable[[Path], object]


def headed(text: str, signer: Signer = LOG) -> Deed:
    """The log under a checkpoint of other words."""
    return lambda log: (log / "checkpoint").write_bytes(sign_text(text, signer))


def sized(size: str, signer: Signer = LOG) -> Deed:
    """The log under a checkpoint that writes its size so."""
    return headed(f"{LOG.name}\n{size}\n{b64encode(bytes(32)).decode()}\n", signer)


def same_size(size: str) -> Deed:
    """The right head, its size in other characters."""
    return headed(parse_note(lived().checkpoint()).text.replace("\n300\n", f"\n{size}\n"))


def rewritten(file: str, change: Callable[[bytes], bytes]) -> Deed:
    """One of the log's files, changed."""
    return lambda log: (log / file).write_bytes(change((log / file).read_bytes()))


def enormous(file: str) -> Deed:
    """One of the log's files, grown beyond any memory; on the disk it takes no room."""

    def deed(log: Path) -> None:
        with (log / file).open("ab") as opened:
            opened.truncate(ENORMOUS)

    return deed


def put(file: str, content: bytes) -> Deed:
    """A file beside the log."""
    return lambda log: (log / file).write_bytes(content)


def looped(log: Path) -> None:
    """A size for which a folder that contains itself seems to have every file."""
    for name in (f"x{n:03}" for n in range(1000)):
        (log / "tile" / "entries" / name).symlink_to(".")
    sized(f"{10**18}")(log)


EVIL_DEEP = f"gongguan-succession/v1\n{'[' * 20_000}\n\n— a AAAAAAAA\n".encode()
FILES: dict[str, tuple[Deed, int, str]] = {
    "a size that only looks like a number": (sized("²"), 2, "不是检查点"),
    "a size in Arabic digits": (same_size("٣٠٠"), 2, "不是检查点"),
    "a size with a zero before it": (same_size("0300"), 2, "不是检查点"),
    "a size of five thousand digits": (sized("9" * 5000), 2, "不是检查点"),
    "a size beyond everything": (sized("9" * 18), 1, "不见了"),
    "the same by a stranger": (sized("9" * 18, Signer(LOG.name, bytes(32))), 2, "没有这本台账的签名"),
    "a folder within itself": (looped, 1, "✗"),
    "a fourth line": (headed(parse_note(lived().checkpoint()).text + "more\n"), 2, "不是检查点"),
    "a tile of leaves cut between two hashes": (rewritten("tile/0/000", lambda raw: raw[:-32]), 1, "长短不对"),
    "a tile of leaves that is empty": (rewritten("tile/0/000", lambda _raw: b""), 1, "长短不对"),
    "a tile of leaves with more behind it": (rewritten("tile/0/001.p/44", lambda raw: raw + raw), 1, "长短不对"),
    "an upper tile with more behind it": (rewritten("tile/1/000.p/1", lambda raw: raw + raw), 1, "与记录不符"),
    "an entry more in the last bundle": (
        rewritten("tile/entries/001.p/44", lambda raw: raw + b"\0\1a"),
        1,
        "多出了内容",
    ),
    "an entry more in a full bundle": (rewritten("tile/entries/000", lambda raw: raw + b"\0\1a"), 1, "多出了内容"),
    "a byte more in a bundle": (rewritten("tile/entries/000", lambda raw: raw + b"\0"), 1, "多出了内容"),
    "an enormous bundle": (enormous("tile/entries/000"), 1, "多出了内容"),
    "an enormous tile": (enormous("tile/0/000"), 1, "长短不对"),
    "an enormous checkpoint": (enormous("checkpoint"), 2, "太大了"),
    "an enormous list of keys": (enormous("keys.txt"), 2, "太大了"),
    "keys that are no text": (put("keys.txt", b"\xff\xfe"), 2, "不是 UTF-8"),
    "keys saved by Notepad": (
        rewritten("keys.txt", lambda raw: b"\xef\xbb\xbf" + raw.replace(b"\n", b"\r\n")),
        0,
        "核验通过",
    ),
    "a rule that is no text": (put("witnesses.txt", b"\xff\xfe"), 2, "不是见证规则"),
    "titles that are no text": (put("types.txt", b"\xff\xfe a\n"), 0, "核验通过"),
}


@pytest.mark.parametrize(("deed", "code", "says"), FILES.values(), ids=FILES)
def test_no_file_makes_it_fail_or_pass_what_is_wrong(
    deed: Deed, code: int, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    deed(lived().write(tmp_path))
    assert verify_log.main([str(tmp_path)]) == code
    assert says in capsys.readouterr().out


# Entries that a server's administrator signs as he likes.


def said(**fields: object) -> History:
    """A log whose last entry, the server's, is numbered and signed as it must be, whatever it says."""
    history = History.lived(30)
    chain = history.chains.get(SERVER, Chain(SERVER, 1))
    entry = {"by": SERVER, "epoch": 1, "seq": chain.seq + 1, "prev": chain.prev, "at": write_time(AT.replace(hour=10))}
    entry |= {"clock": "sync", "type": "signed_out", "about": {}, "body": None} | fields
    history.notes.append(write_document(KIND, entry, PERMIT))
    return history


KEY = AGENTS["hall-1"].verifier.vkey
SAID: dict[str, dict[str, object]] = {
    "a controller whose name is a list": {"type": "agent_added", "about": {"agent": ["x"], "epoch": 1, "key": KEY}},
    "a controller whose key is a number": {"type": "agent_added", "about": {"agent": "x", "epoch": 1, "key": 7}},
    "a succession without a bottom": {"type": "key_rotated", "about": {"succession": EVIL_DEEP.decode()}},
    "a controller's succession without a bottom": {
        "type": "agent_key_rotated",
        "about": {"succession": EVIL_DEEP.decode()},
    },
    "a time that is none here": {"at": "9999-12-31T23:59:59+00:00"},
    "the first hour of all": {"at": "0001-01-01T00:00:00+00:00"},
    "a line of its own": {"about": {"x": "\r\n核验通过：每条记录"}},
    "an order to the screen": {"about": {"\x1b[2J": "\x1b]0;核验通过\x07\u202e\u2028\x9b2J"}},
    "a type that orders": {"type": "x\n\n核验通过：\x1b[2J", "seq": 5000},
}


@pytest.mark.parametrize("fields", SAID.values(), ids=SAID)
def test_no_entry_makes_it_fail_or_speaks_for_it(
    fields: dict[str, object], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said(**fields).write(tmp_path)
    code = verify_log.main([str(tmp_path), "--day", f"{AT:%F}"])
    printed = capsys.readouterr().out
    assert all(line.replace("　", "").isprintable() for line in printed.split("\n"))
    assert any(line.startswith("核验通过") for line in printed.splitlines()) == (code == 0)


@pytest.mark.parametrize("year", [1, 9999])
def test_times_at_the_ends_of_the_calendar_go_back_too(year: int, tmp_path: Path) -> None:
    history, last = History.lived(30), datetime(year, 1, 1, 8, 0, 10, tzinfo=CHINA)
    history.says(SERVER, "signed_out", {"person": "p-1"}, at=last)
    history.says(SERVER, "signed_out", {"person": "p-1"}, at=last - timedelta(seconds=10))
    wrong = verify(history.write(tmp_path)).findings[-1]
    assert (wrong.where.startswith("第 31 条"), wrong.means) == (True, verify_log.MEANS_BACKDATED)


# The township's rule is read as the product reads it.

VKEY, OTHER = Cosigner.of(WITNESS.verifier).vkey, Cosigner.of(AGENTS["hall-1"].verifier).vkey
RULES = {
    "fewer than nobody": f"witness a {VKEY}\ngroup g -1 a\nquorum g\n",
    "nobody of one": f"witness a {VKEY}\ngroup g 0 a\nquorum g\n",
    "more than there are": f"witness a {VKEY}\ngroup g 2 a\nquorum g\n",
    "no quorum": f"witness a {VKEY}\n",
    "two quorums": f"witness a {VKEY}\nquorum none\nquorum a\n",
    "one member for two": f"witness a {VKEY}\ngroup g all a a\nquorum g\n",
    "one key for two": f"witness a {VKEY}\nwitness b {VKEY}\ngroup g all a b\nquorum g\n",
    "a member of two groups": f"witness a {VKEY}\ngroup g any a\ngroup h any a\nquorum g\n",
    "a witness called nobody": f"witness none {VKEY}\nquorum none\n",
    "nobody as a member": f"witness a {VKEY}\ngroup g any none a\nquorum g\n",
    "two of one name": f"witness a {VKEY}\nwitness a {OTHER}\nquorum a\n",
    "a key that signs notes": f"witness a {LOG.verifier.vkey}\nquorum a\n",
    "a line of another language": "allow everybody\nquorum none\n",
    "remarks, blank lines, logs": f"# nobody yet\n\nlog {LOG.verifier.vkey} http://h/\nquorum none\n",
}


@pytest.mark.parametrize("text", RULES.values(), ids=RULES)
def test_it_reads_a_rule_exactly_as_the_product_does(text: str, tmp_path: Path) -> None:
    (tmp_path / "witnesses.txt").write_text(text)
    note = lived().checkpoint(witnesses=[WITNESS])
    try:
        expected: bool | None = parse_policy(text).is_met(note)
    except MalformedPolicy:
        expected = None
    try:
        found: bool | None = is_quorum_met(tmp_path / "witnesses.txt", read_note(note))
    except Unreadable:
        found = None
    assert found == expected


# Signatures and successions beside the right ones.


def test_a_wrong_cosignature_beside_a_right_one_takes_nothing_away(tmp_path: Path) -> None:
    folder = lived().write(tmp_path, witnesses=[WITNESS])
    text, _, lines = (folder / "checkpoint").read_text().rpartition("\n\n")
    right = lines.splitlines()[1]
    wrong = with_signatures(lived().checkpoint(), [cosign("another\n1\n\n", WITNESS, AT)]).decode().splitlines()[-1]
    (folder / "checkpoint").write_text("\n".join((text, "", lines.splitlines()[0], wrong, right, "")))
    result = verify(folder)
    assert (result.findings, list(result.cosigned)) == ([], [WITNESS.name])


def test_a_key_that_ended_neither_comes_back_nor_ends_again() -> None:
    history, next_log = History.lived(10), Signer(LOG.name, bytes([61]) * 32)
    for old, new in ((LOG, next_log), (next_log, LOG)):
        history.says(SERVER, "key_rotated", {"role": "log", "succession": write_succession(old, new).decode()})
        history.says(SERVER, "key_retired", {"role": "log", "key": LOG.verifier.key_id.hex()})
    known = verify_log.Key(LOG.name, next_log.verifier.public_bytes)
    changes = [each for each in map(read_change, range(14), history.notes) if each is not None]
    periods = periods_of(known, changes)
    assert [(each.key, each.ended) for each in periods] == [
        (replace(known, public=LOG.verifier.public_bytes), 11),
        (known, None),
    ]
