"""The auditor's one file on clean logs, kept heads and paper; `tests/drills` has the attacks that it finds."""

import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from firmware_protocol.cosignatures import Cosigner
from firmware_protocol.log_policy import parse_policy
from firmware_protocol.notes import Signer
from firmware_protocol.proofs import leaf_hash
from firmware_protocol.receipt_parts import parts_of
from firmware_protocol.receipts import issue_receipt
from server.operate import verify_log
from server.operate.verify_log import Unreadable, check_earlier, check_receipt, hold, report, verify
from tests.drills.on_entries import edited, lived, rewritten, without
from tests.drills.on_files import kept, receipt
from tests.fixtures.exported_logs import AGENTS, AT, LOG, WITNESS, History


def test_the_later_entries_of_a_deleted_registration_are_found_too(tmp_path: Path) -> None:
    assert len(verify(without(1).write(tmp_path)).findings) > 1


def test_a_clean_log_of_any_size_raises_no_alarm(tmp_path: Path) -> None:
    history = lived()
    for size in (*range(3, 12), 255, 256, 257, 300):
        result = verify(history.write(tmp_path / str(size), size=size))
        assert (result.findings, result.size, result.leaves.size) == ([], size, size)


@pytest.mark.parametrize("wrong", [(), (33, 270)], ids=["whole", "edited"])
def test_several_processes_find_what_one_does(
    wrong: tuple[int, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = lived()
    for position in wrong:
        history.notes[position] = edited(history.notes[position])
    alone = verify(history.write(tmp_path), day=f"{AT:%F}")
    monkeypatch.setattr(verify_log, "ALONE_MAX", 0)
    monkeypatch.setattr(verify_log, "BUNDLES_A_TASK", 1)
    assert verify(tmp_path, day=f"{AT:%F}") == alone
    assert bool(alone.findings) == bool(wrong)


def test_a_log_rewritten_with_every_key_of_the_server_contradicts_what_others_kept(tmp_path: Path) -> None:
    result = verify(rewritten(101).write(tmp_path))
    assert not result.findings, "whoever holds all keys can write another history"
    assert check_earlier(result, kept(tmp_path, lived(), 101)) is None
    wrong = check_earlier(result, kept(tmp_path, lived(), 102))
    assert wrong is not None
    assert wrong.means == verify_log.MEANS_FORKED
    assert check_receipt(result, receipt(lived(), 101)) is not None


@pytest.mark.parametrize("size", [100, 256, 257, 300])
def test_a_forms_receipt_is_found_in_the_log(size: int, tmp_path: Path) -> None:
    result = verify(lived().write(tmp_path))
    assert check_receipt(result, receipt(lived(), 99, size)) is None


FULL = issue_receipt(lived().checkpoint(), LOG.verifier, 7, leaf_hash(lived().notes[7]), [bytes(32)] * 9)
PARTS = parts_of(FULL.code, 200)
SCANNED = {
    "one by one": list(PARTS),
    "the other way round": list(reversed(PARTS)),
    "as addresses": [f"https://hall.example/verify#{each}" for each in PARTS],
    "all at once": ["\n".join(PARTS)],
    "beside another": [receipt(lived(), 9), *PARTS],
}


@pytest.mark.parametrize("scanned", SCANNED.values(), ids=SCANNED)
def test_the_codes_of_a_whole_proof_are_one_receipt(scanned: list[str], tmp_path: Path) -> None:
    result = verify(lived().write(tmp_path))
    hold(result, [], scanned)
    assert (result.findings, len(result.held)) == ([], 2 if len(scanned) > len(PARTS) else 1)


def test_who_cosigned_is_told(tmp_path: Path) -> None:
    result = verify(lived().write(tmp_path, witnesses=(WITNESS, AGENTS["hall-2"])))
    assert result.findings == []
    assert result.cosigned == {WITNESS.name: AT, AGENTS["hall-2"].name: AT}


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


@pytest.mark.parametrize("is_attacked", [False, True], ids=["whole", "edited"])
def test_it_runs_alone_on_a_bare_python(is_attacked: bool, tmp_path: Path) -> None:
    history = History.lived(60)
    if is_attacked:
        history.notes[33] = edited(history.notes[33])
    program = Path(verify_log.__file__)
    history.write(tmp_path).joinpath(program.name).write_bytes(program.read_bytes())
    bare = [sys.executable, "-S", program.name]  # neither site-packages nor this project
    environment = {"PYTHONIOENCODING": "gbk", "PATH": os.environ["PATH"]}
    ran = subprocess.run(bare, cwd=tmp_path, capture_output=True, check=False, env=environment)
    printed = ran.stdout.decode("gbk", errors="replace")
    assert ran.returncode == is_attacked, printed
    assert ("第 33 条" in printed) == is_attacked
    assert ("核验通过" in printed) != is_attacked


MISTAKES = {
    "a folder that is not there": (["nowhere"], 2, "没有 keys.txt"),
    "a checkpoint that is not there": (["log", "--earlier", "nothing"], 2, "名字有没有写错"),
    "a checkpoint that is another kind of file": (["log", "--earlier", "log/keys.txt"], 1, "拿错了文件"),
    "half a code": (["log", "--receipt", "abc"], 1, "没有抄全"),
    "a checkpoint newer than the export": (["log", "--earlier", "newer"], 1, "请重新导出一份再核"),
    "no signatures asked for": (["log", "--hashes-only"], 0, "签名没有核对，请去掉 --hashes-only"),
}


@pytest.mark.parametrize(("given", "code", "says"), MISTAKES.values(), ids=MISTAKES)
def test_a_slip_of_the_auditors_is_not_called_an_attack(
    given: list[str],
    code: int,
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    history = History.lived(30)
    history.write(tmp_path / "log", size=20)
    (tmp_path / "newer").write_bytes(history.checkpoint(30))
    monkeypatch.chdir(tmp_path)
    assert verify_log.main(given) == code
    printed = capsys.readouterr().out
    assert says in printed
    assert "签名对不上" not in printed
    assert "Errno" not in printed


def test_a_day_that_is_none_is_said_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        verify_log.main(["--day", "11月3日"])
    assert "请写成 2026-11-03 这样" in capsys.readouterr().err


AROUND_MIDNIGHT = {
    "the last second of the day": ("2026-11-02T23:59:59.999+08:00", True),
    "the first of the next": ("2026-11-03T00:00:00+08:00", False),
    "that second, as UTC writes it": ("2026-11-02T15:59:59Z", True),
    "the next, as UTC writes it": ("2026-11-02T16:00:00Z", False),
}


@pytest.mark.parametrize(("at", "is_listed"), AROUND_MIDNIGHT.values(), ids=AROUND_MIDNIGHT)
def test_a_day_is_a_day_on_the_wall(at: str, is_listed: bool, tmp_path: Path) -> None:
    history = History.lived(3)
    history.says("hall-1", "door_opened", {"compartment": "CAB-01/7"}, at=datetime.fromisoformat(at))
    listed = verify(history.write(tmp_path), day="2026-11-02").of_day
    assert [f"第 {position} 条" in "".join(listed) for position in range(4)] == [True, True, True, is_listed]
    assert not any("第 3 条" in line and "CAB-01/7" not in line for line in listed)


def test_a_day_runs_on_over_the_files_of_a_long_log(tmp_path: Path) -> None:
    folder = History.lived(300).write(tmp_path)
    assert len(verify(folder, day="2026-11-02").of_day) == 300
    assert verify(folder, day="2026-11-03").of_day == []
    assert verify(folder).of_day == []
