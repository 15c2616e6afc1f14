"""`frames` shows what a running agent heard last, and saves it with the agent's signature and without its secrets."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from device_agent.line_report import LINE_REPORT
from firmware_protocol.notes import read_document
from tests.device_agent.hall import AGENT_SIGNER
from tests.device_agent.kiosk.stand import Stand, standing
from tests.fixtures.patience import PATIENCE_S


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    """A running agent whose configuration names the port that it found free."""
    with standing(tmp_path_factory.mktemp("hall")) as started:
        file = started.folder / "hall-1.toml"
        file.write_text(
            file.read_text("utf-8").replace("port = 0", f"port = {started.url.rpartition(':')[2]}"), "utf-8"
        )
        yield started


def frames_of(stand: Stand, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "device_agent", "frames", "--config", str(stand.folder / "hall-1.toml"), *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)


def test_what_was_said_on_each_line_is_shown_in_words(stand: Stand) -> None:
    shown = frames_of(stand)
    assert shown.returncode == 0, shown.stderr
    assert "线路 left（bcc-8a）" in shown.stdout
    assert re.search(r"\d\d:\d\d:\d\d\.\d{3}  柜机→板  问 1 号板各路的状态。  \[80 01 00 33 B2\]", shown.stdout)
    assert re.search(r"板→柜机  0 号板的反馈位，从第 1 路起 1{8} 1{8}", shown.stdout)


def test_the_saved_report_is_signed_by_the_agent_and_bounded(stand: Stand, tmp_path: Path) -> None:
    saved = tmp_path / "report"
    assert frames_of(stand, "--output", str(saved)).returncode == 0
    report = read_document(saved.read_bytes(), LINE_REPORT, [AGENT_SIGNER.verifier])
    assert [line["name"] for line in report["lines"]] == ["left", "right"]
    assert all(0 < len(line["frames"]) <= 200 for line in report["lines"])
    assert report["lines"][0]["counts"]["left"]["frames"] > 0


def test_the_counts_are_there_for_whoever_watches_the_machine(stand: Stand) -> None:
    with urlopen(f"{stand.url}/metrics", timeout=PATIENCE_S) as answer:  # noqa: S310 - our own agent on this machine
        told = answer.read().decode()
    assert re.search(r'^gongguan_line_total\{place="left",count="frames"\} \d+$', told, re.MULTILINE)


def test_an_agent_that_does_not_run_is_said_not_to(tmp_path: Path, stand: Stand) -> None:
    file = tmp_path / "hall-1.toml"
    text = (stand.folder / "hall-1.toml").read_text("utf-8")
    file.write_text(re.sub(r"(\[kiosk\]\nport = )\d+", r"\g<1>9", text), "utf-8")
    command = [sys.executable, "-m", "device_agent", "frames", "--config", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert done.returncode == 2
    assert "请先启动柜机" in done.stderr
