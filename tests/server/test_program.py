"""The operator's commands: what they leave behind when they cannot do what they are asked."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook
from typer.testing import CliRunner, Result

from server.__main__ import app, main
from server.store.folder import NotFounded
from tests.fixtures.patience import PATIENCE_S
from tests.scenarios.waiting import until

PHONE = "13800000000"


def _run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def _add_agent(data: Path, out: Path) -> Result:
    options = ("--cabinets", "CAB-99", "--server-url", "http://127.0.0.1:8000", "--data", data)
    return _run("add-agent", "hall-1", "--out", out, *options)


@pytest.fixture
def founded(tmp_path: Path) -> Path:
    """The data folder of a township with one administrator and nothing else."""
    data = tmp_path / "data"
    assert _run("invite", "--data", data, "--township", "清溪镇", "--phone", PHONE, "--name", "叶海燕").exit_code == 0
    return data


def test_a_refused_agent_leaves_no_bundle(founded: Path, tmp_path: Path) -> None:
    out = tmp_path / "hall-1.bundle.json"
    assert _add_agent(founded, out).exit_code == 1
    assert not out.exists()


def test_an_agent_of_a_township_that_was_never_founded_leaves_no_bundle(tmp_path: Path) -> None:
    out = tmp_path / "hall-1.bundle.json"
    assert isinstance(_add_agent(tmp_path / "data", out).exception, NotFounded)
    assert not out.exists()


def test_a_bundle_never_replaces_another(founded: Path, tmp_path: Path) -> None:
    out = tmp_path / "hall-1.bundle.json"
    out.write_text("an older key")
    assert _add_agent(founded, out).exit_code == 1
    assert out.read_text() == "an older key"


def test_a_township_without_a_roster_needs_a_name_for_its_first_administrator(tmp_path: Path) -> None:
    assert _run("invite", "--data", tmp_path / "data").exit_code == 1
    assert not (tmp_path / "data").exists()


def overwritten(log: Path, content: Callable[[int], bytes]) -> None:
    """Each tile of the lowest level has what is made of its length."""
    for tile in log.glob("tile/0/*.p/*"):
        tile.write_bytes(content(tile.stat().st_size))


DAMAGE: dict[str, Callable[[Path], object]] = {
    "a tile is gone": lambda log: shutil.rmtree(log / "tile/0"),
    "a tile is cut off": lambda log: overwritten(log, lambda _size: b"x"),
    "a tile was changed": lambda log: overwritten(log, bytes),
    "the checkpoint is nonsense": lambda log: (log / "checkpoint").write_bytes(b"\xff"),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_damaged_files_of_the_published_log_are_said_in_a_sentence(
    founded: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    damage: Callable[[Path], object],
) -> None:
    damage(founded / "log")
    monkeypatch.setattr(sys, "argv", ["gongguan", "invite", "--data", str(founded)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    assert "照原样补回数据目录的 log" in capsys.readouterr().err


def test_a_verdict_on_a_log_whose_checkpoint_is_nonsense_is_not_kept(founded: Path) -> None:
    (founded / "log/checkpoint").write_bytes(b"\xff")
    said = _run("verify", "--data", founded)
    assert said.exit_code == 1
    assert "这次核验没有记进台账" in said.output


def test_an_agent_nobody_added_cannot_be_put_out_of_service(founded: Path) -> None:
    told = _run("revoke-agent", "hall-9", "--data", founded)
    assert (told.exit_code, "没有登记过这台柜机" in told.output) == (1, True)


def test_a_server_that_is_told_to_end_while_it_starts_ends_well(founded: Path) -> None:
    command = (sys.executable, "-m", "server", "serve", "--port", "0", "--data", str(founded))
    environment = {**os.environ, "GONGGUAN_BROKER_PORT": "0"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as server:
        until(lambda: _answers(server.pid, signal.SIGTERM), "the server to answer signals")
        server.terminate()
        assert server.wait(PATIENCE_S) == 0


def _answers(pid: int, number: signal.Signals) -> bool:
    """Whether the process itself answers this signal already; it does long before it answers on the web."""
    lines = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
    caught = next(line for line in lines if line.startswith("SigCgt:"))
    return bool(int(caught.split()[1], 16) >> (number - 1) & 1)


def test_what_stands_in_a_workbook_is_printed_as_it_stands(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "人员"
    for row in (
        ["所属单位", "姓名", "手机号", "角色", "卡号"],
        ["三资办", "林少军", PHONE, "[/red] :x: [b]", "0249103477"],
    ):
        sheet.append(row)
    book.save(tmp_path / "roster.xlsx")
    told = _run("import", tmp_path / "roster.xlsx", "--data", tmp_path / "data", "--check")
    assert told.exit_code == 1
    assert told.exception is None or isinstance(told.exception, SystemExit)
    assert "[/red] :x: [b]" in told.output
