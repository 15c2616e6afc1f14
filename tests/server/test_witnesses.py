"""Server and witness as two processes, over real HTTP and by stick: the published head bears the cosignature."""

import re
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from anyio import create_task_group, fail_after, sleep
from typer.testing import CliRunner, Result

from firmware_protocol.checkpoints import sign_checkpoint
from firmware_protocol.cosignatures import Cosigner, times_cosigned
from firmware_protocol.log_policy import Policy, Witness
from firmware_protocol.notes import Signer
from server import witnesses
from server.__main__ import app
from server.operate import verify_log
from server.settings import Settings
from server.store.folder import DataFolder
from server.township import found, opened
from server.wiring import serving
from server.witnesses import POLICY_FILE, WitnessRound, to_be_asked
from tests.fixtures.hostile_servers import ANSWERS, Answer, hostile
from tests.fixtures.patience import PATIENCE_S
from tests.fixtures.ports import free_port
from tests.fixtures.processes import accepts_connections, end, wait_until

SETTINGS = Settings(broker="embedded", broker_port=0)
NAME = "jiwei.test/w1"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def begin(data: Path, witness: Path, url: str) -> Cosigner:
    """A new witness of this township's log."""
    log = DataFolder(data).keys().log.verifier.vkey
    made = run("witness", "init", "--data", witness, "--name", NAME, "--log", f"{log}\r", "--url", url)
    assert made.exit_code == 0, made.output
    found_key = re.search(rf"{re.escape(NAME)}\+\S+", made.output.splitlines()[-1])
    assert found_key is not None
    return Cosigner.parse(found_key.group())


@contextmanager
def running(witness: Path, port: int, *more: str) -> Iterator[None]:
    command = [sys.executable, "-m", "server", "witness", "--data", str(witness), "--port", str(port), *more]
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
            async with httpx.AsyncClient(timeout=PATIENCE_S, trust_env=False) as client:
                claim = {"phone": "13800000000", "password": "makes the log grow"}
                await client.post(f"{url}/api/v1/session", json=claim)
                with fail_after(PATIENCE_S):
                    while not times_cosigned((await client.get(f"{url}/tlog/checkpoint")).content, [cosigner]):  # noqa: ASYNC110
                        await sleep(0.02)
                    while "一切正常" not in (await client.get(f"http://127.0.0.1:{port}/")).text:  # noqa: ASYNC110
                        await sleep(0.02)
                    while not (tmp_path / "witness" / "mirror" / "checkpoint").exists():  # noqa: ASYNC110
                        await sleep(0.02)
        service.stop()
    assert (tmp_path / "witness" / "alarms.txt").read_text() == ""


def test_a_witness_on_the_network_is_found_over_tls(tmp_path: Path) -> None:
    data, witness, port = tmp_path / "data", tmp_path / "witness", free_port()
    found(data, "清溪镇")
    cosigner = begin(data, witness, "http://127.0.0.1:9/tlog")
    assert run("make-ca", "gongguan.lan", "--data", data).exit_code == 0
    carried = run("certify-witness", "10.0.0.9", "--to", witness / "tls", "--data", data)
    assert carried.exit_code == 0, carried.output
    rule = f"witness jiwei {cosigner.vkey} https://127.0.0.1:{port}\nquorum jiwei\n"
    (data / POLICY_FILE).write_text(rule)
    with running(witness, port, "--tls"):
        assert run("export-log", tmp_path / "seen", "--data", data).exit_code == 0
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            httpx.get(f"https://127.0.0.1:{port}/", timeout=PATIENCE_S, trust_env=False)
        with pytest.raises(httpx.TransportError):
            httpx.get(f"http://127.0.0.1:{port}/", timeout=PATIENCE_S, trust_env=False)
    assert NAME in verify_log.verify(tmp_path / "seen").cosigned


@pytest.mark.parametrize("name", ["gongguan.lan", "10.0.0.8", "fd00:0::8"])
def test_no_witness_is_given_a_certificate_by_which_it_could_pass_for_the_server(name: str, tmp_path: Path) -> None:
    data, target = tmp_path / "data", tmp_path / "tls"
    found(data, "清溪镇")
    assert run("make-ca", "gongguan.lan", "10.0.0.8", "fd00::8", "--data", data).exit_code == 0
    refused = run("certify-witness", "10.0.0.9", name, "--to", target, "--data", data)
    assert (refused.exit_code, "冒充服务器" in refused.output, target.exists()) == (1, True, False), refused.output
    assert run("certify-witness", "jiwei.gongguan.lan", "--to", target, "--data", data).exit_code == 0


def test_without_tls_a_witness_is_for_its_own_machine(tmp_path: Path) -> None:
    data, witness = tmp_path / "data", tmp_path / "witness"
    found(data, "清溪镇")
    begin(data, witness, "http://127.0.0.1:9/tlog")
    plain = run("witness", "--data", witness, "--host", "10.0.0.9")
    assert (plain.exit_code, "certify-witness" in plain.output) == (1, True)
    bare = run("witness", "--data", witness, "--tls", "--port", "0")
    assert (bare.exit_code, "certify-witness" in bare.output) == (1, True)
    none = run("certify-witness", "10.0.0.9", "--to", witness / "tls", "--data", data)
    assert (none.exit_code, "make-ca" in none.output) == (1, True)


ADDRESSES = {
    "over TLS": ("https://10.0.0.9:8700", True),
    "on this machine": ("http://127.0.0.1:8700", True),
    "by this machine's name": ("http://localhost:8700", True),
    "by this machine's newer address": ("http://[::1]:8700", True),
    "plain, in another office": ("http://10.0.0.9:8700", False),
    "plain, by name": ("http://jiwei.lan:8700", False),
    "over TLS, at no port": ("https://10.0.0.9:见证", False),
    "none": ("", False),
}


@pytest.mark.parametrize(("url", "is_asked"), ADDRESSES.values(), ids=ADDRESSES)
def test_only_what_nobody_else_can_read_is_asked(url: str, is_asked: bool) -> None:
    cosigner = Cosigner.of(Signer(NAME, bytes(32)).verifier)
    assert bool(to_be_asked(Policy(witnesses={"jiwei": Witness("jiwei", cosigner, url)}))) == is_asked


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


def by_stick(data: Path, witness: Path, stick: Path, old: int) -> Path:
    """A request goes to the witness and comes back cosigned; the file to be taken."""
    asked = run("export-checkpoint", stick, "--data", data, "--old", str(old))
    assert asked.exit_code == 0, asked.output
    answered = run("witness", "add", stick, "--data", witness)
    assert answered.exit_code == 0, answered.output
    return stick.with_name(f"{stick.name}.cosignature")


def test_what_a_witness_signs_by_stick_counts_although_the_log_has_grown(tmp_path: Path) -> None:
    data = tmp_path / "data"
    found(data, "清溪镇")
    cosigner = begin(data, tmp_path / "witness", "http://127.0.0.1:9/tlog")
    (data / POLICY_FILE).write_text(f"witness jiwei {cosigner.vkey}\nquorum none\n")
    first = by_stick(data, tmp_path / "witness", tmp_path / "first", 0)
    size = verify_log.size_of(DataFolder(data).log / "checkpoint")
    assert run("export-log", tmp_path / "between", "--data", data).exit_code == 0
    second = by_stick(data, tmp_path / "witness", tmp_path / "second", size)
    taken = run("take-cosignature", second, "--data", data)
    assert (taken.exit_code, f"第 {size + 1} 条为止" in taken.output) == (0, True), taken.output
    assert run("take-cosignature", first, "--data", data).exit_code == 0
    assert run("export-log", tmp_path / "log", "--data", data).exit_code == 0
    result = verify_log.verify(tmp_path / "log")
    assert (result.findings, result.silent, {name: at[0] for name, at in result.seen.items()}) == (
        [],
        [NAME],
        {NAME: size + 1},
    )
    assert [line for line in verify_log.report(result, with_signatures=True) if "没有" in line and NAME in line] == []
    first.with_name("first").unlink()
    assert run("take-cosignature", first, "--data", data).exit_code == 1


def test_a_kept_head_of_another_log_is_named(tmp_path: Path) -> None:
    data = tmp_path / "data"
    found(data, "清溪镇")
    assert run("export-log", tmp_path / "log", "--data", data).exit_code == 0
    key = DataFolder(data).keys().log
    (tmp_path / "log/witnessed").mkdir()
    (tmp_path / "log/witnessed/00c0ffee").write_bytes(sign_checkpoint(1, bytes(32), key))
    (finding,) = verify_log.verify(tmp_path / "log").findings
    assert ("00c0ffee" in finding.where, "前 1 条记录与当时不同" in finding.what) == (True, True)


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


@pytest.mark.anyio
async def test_a_round_that_fails_is_not_the_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(witnesses, "RETRY_S", 0.01)
    monkeypatch.setattr(witnesses, "PAUSE_S", 0.01)
    found(tmp_path / "data", "清溪镇")
    asked = threading.Event()
    with hostile(lambda _connection, _ending: asked.set()) as server, opened(tmp_path / "data") as township:
        witness = Witness("jiwei", Cosigner.of(Signer(NAME, bytes(32)).verifier), server.url)
        asking = WitnessRound(township.publisher, [witness], ssl.create_default_context())
        head = DataFolder(tmp_path / "data").log / "checkpoint"
        kept = head.rename(head.with_name("kept"))
        head.mkdir()  # nobody can read it
        async with create_task_group() as tasks:
            tasks.start_soon(asking.run)
            await until(lambda: "could not be asked" in caplog.text)
            head.rmdir()
            kept.rename(head)
            await until(asked.is_set)
            tasks.cancel_scope.cancel()


async def until(is_so: Callable[[], bool]) -> None:
    with fail_after(PATIENCE_S):
        while not is_so():  # noqa: ASYNC110
            await sleep(0.01)


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_no_answer_of_a_witness_holds_up_an_export(
    answer: Answer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(witnesses, "ASK_S", 0.3)
    data = tmp_path / "data"
    found(data, "清溪镇")
    key = Signer(NAME, bytes(32)).verifier
    with hostile(answer) as server:
        rule = f"witness jiwei {Cosigner.of(key).vkey} {server.url}\nquorum none\n"
        (data / POLICY_FILE).write_text(rule)
        assert run("export-log", tmp_path / "log", "--data", data).exit_code == 0
    assert verify_log.verify(tmp_path / "log").findings == []


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
