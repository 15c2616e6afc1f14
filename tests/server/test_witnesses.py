"""Server and witness as two processes, over real HTTP and by stick: the published head bears the cosignature."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from anyio import fail_after, sleep
from typer.testing import CliRunner, Result

from firmware_protocol.cosignatures import Cosigner, times_cosigned
from server.__main__ import app
from server.operate import verify_log
from server.settings import Settings
from server.store.folder import DataFolder
from server.township import found
from server.wiring import serving
from server.witnesses import POLICY_FILE
from tests.fixtures.ports import free_port
from tests.fixtures.processes import accepts_connections, end, wait_until

SETTINGS = Settings(broker="embedded", broker_port=0)
NAME = "jiwei.test/w1"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def begin(data: Path, witness: Path, url: str) -> Cosigner:
    """A new witness of this township's log."""
    log = DataFolder(data).keys().log.verifier.vkey
    made = run("witness", "init", "--data", witness, "--name", NAME, "--log", log, "--url", url)
    assert made.exit_code == 0, made.output
    found_key = re.search(rf"{re.escape(NAME)}\+\S+", made.output.splitlines()[-1])
    assert found_key is not None
    return Cosigner.parse(found_key.group())


@contextmanager
def running(witness: Path, port: int) -> Iterator[None]:
    command = [sys.executable, "-m", "server", "witness", "--data", str(witness), "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        wait_until(lambda: accepts_connections(port), "the witness", process)
        yield
    finally:
        end(process)


def checkpoint(data: Path) -> bytes:
    return (DataFolder(data).log / "checkpoint").read_bytes()


@pytest.mark.anyio
async def test_a_witness_elsewhere_is_asked_answers_and_mirrors(tmp_path: Path) -> None:
    data, port = tmp_path / "data", free_port()
    found(data, "清溪镇")
    async with serving(data, host="127.0.0.1", port=0, settings=SETTINGS) as service:
        url = service.url
        service.stop()
    cosigner = begin(data, tmp_path / "witness", f"{url}/tlog")
    (data / POLICY_FILE).write_text(f"witness jiwei {cosigner.vkey} http://127.0.0.1:{port}\nquorum jiwei\n")
    server_port = int(url.rpartition(":")[2])
    async with serving(data, host="127.0.0.1", port=server_port, settings=SETTINGS) as service:
        with running(tmp_path / "witness", port):
            async with httpx.AsyncClient(trust_env=False) as client:
                claim = {"phone": "13800000000", "password": "makes the log grow"}
                await client.post(f"{url}/api/v1/session", json=claim)
                with fail_after(30):
                    while not times_cosigned((await client.get(f"{url}/tlog/checkpoint")).content, [cosigner]):  # noqa: ASYNC110
                        await sleep(0.02)
                    while "一切正常" not in (await client.get(f"http://127.0.0.1:{port}/")).text:  # noqa: ASYNC110
                        await sleep(0.02)
        service.stop()
    assert (tmp_path / "witness" / "mirror" / "checkpoint").exists()
    assert (tmp_path / "witness" / "alarms.txt").read_text() == ""


def test_a_witness_without_a_network_is_asked_by_stick(tmp_path: Path) -> None:
    data, stick = tmp_path / "data", tmp_path / "request"
    found(data, "清溪镇")
    cosigner = begin(data, tmp_path / "witness", "http://127.0.0.1:9/tlog")
    (data / POLICY_FILE).write_text(f"witness jiwei {cosigner.vkey}\nquorum jiwei\n")
    assert run("export-checkpoint", stick, "--data", data).exit_code == 0
    assert run("witness", "add", stick, "--data", tmp_path / "witness").exit_code == 0
    signed = tmp_path / "request.cosignature"
    assert times_cosigned(checkpoint(data), [cosigner]) == {}
    taken = run("take-cosignature", signed, "--data", data)
    assert taken.exit_code == 0, taken.output
    assert times_cosigned(checkpoint(data), [cosigner]).keys() == {NAME}
    again = run("witness", "add", stick, "--data", tmp_path / "witness")
    assert again.exit_code == 1
    assert "重新导出" in again.output
    signed.write_text("hello")
    assert run("take-cosignature", signed, "--data", data).exit_code == 1
    assert run("export-checkpoint", stick, "--data", data, "--old", "999").exit_code == 1


def test_an_export_is_cosigned_by_whoever_answers_and_says_who_did_not(tmp_path: Path) -> None:
    data, port = tmp_path / "data", free_port()
    found(data, "清溪镇")
    cosigner = begin(data, tmp_path / "witness", "http://127.0.0.1:9/tlog")
    rule = f"witness jiwei {cosigner.vkey} http://127.0.0.1:{port}\nquorum jiwei\n"
    (data / POLICY_FILE).write_text(rule)
    with running(tmp_path / "witness", port):
        assert run("export-log", tmp_path / "seen", "--data", data).exit_code == 0
    assert run("export-log", tmp_path / "unseen", "--data", data).exit_code == 0
    seen, unseen = verify_log.verify(tmp_path / "seen"), verify_log.verify(tmp_path / "unseen")
    assert (seen.findings, NAME in seen.cosigned) == ([], True)
    assert (NAME in unseen.cosigned, NAME in unseen.findings[0].what) == (False, True)
    (data / POLICY_FILE).write_text("witness jiwei\n")
    refused = run("export-log", tmp_path / "third", "--data", data)
    assert (refused.exit_code, "witnesses.txt" in refused.output) == (1, True)


def test_a_witness_is_never_made_twice_in_one_folder(tmp_path: Path) -> None:
    found(tmp_path / "data", "清溪镇")
    begin(tmp_path / "data", tmp_path / "witness", "http://127.0.0.1:9/tlog")
    log = DataFolder(tmp_path / "data").keys().log.verifier.vkey
    again = run("witness", "init", "--data", tmp_path / "witness", "--name", NAME, "--log", log, "--url", "http://x")
    assert again.exit_code == 1
    assert "已经有一个见证" in again.output


def test_a_folder_without_a_witness_is_said_so(tmp_path: Path) -> None:
    answered = run("witness", "--data", tmp_path)
    assert answered.exit_code == 1
    assert "witness init" in answered.output
