"""A machine without keys becomes an agent over the township's own TLS, and is cut off when it is put out of service."""

import asyncio
import re
import stat
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import httpx
import pytest

from device_agent.enrolling import keys_file
from device_agent.roster_fetch import tls_for
from server.certificates.folder import CertificateFolder
from server.custody.administration.changes import ChangeKind
from server.custody.facts import Agent
from server.operate.make_ca import make_ca
from server.settings import Settings
from server.store.fact_rows import FactRows
from server.store.find_administration import waiting_changes
from server.store.folder import DataFolder
from server.township import found, now, opened
from server.usecases.import_roster import ImportRoster, import_roster
from server.usecases.invite import Invite, invite
from server.wiring import Service, serving
from tests.fixtures.patience import PATIENCE_S
from tests.fixtures.ports import free_port
from tests.scenarios.waiting import until
from tests.server.town import card_hashes, granted
from tests.server.village import roster

PASSWORD, PIN = "木棉花开在四月天里", "284917"
FORM = {"agent": "hall-1", "cabinets": "CAB-01"}
PAGE = re.compile(r'href="(/admin/agents/e-[a-z2-7]+)"')
TOKEN = re.compile(r"hall-1\.bundle\.json ([A-Z2-7-]+)")
CODE = re.compile(r"对照码 +((?:[0-9a-f]{4} ?){6})")
CONFIGURATION = """\
[agent]
id = "hall-1"
data = "journal"
bundle = "hall-1.bundle.json"
hardware_clock = true
[kiosk]
port = {port}
[[bus]]
name = "left"
port = "{folder}/no-line"
baud = 9600
board = "bcc-8a"
[[cabinet]]
id = "CAB-01"
bus = "left"
boards = [{{ address = 1, channels = 24 }}]
closed_bit = 1
"""


@pytest.fixture
def codes(tmp_path: Path) -> dict[str, str]:
    """A township with an authority and two administrators; by name, the codes with which they set their passwords."""
    found(tmp_path / "data", "清溪镇")
    make_ca(DataFolder(tmp_path / "data"), ("127.0.0.1",), now())
    rows = roster()
    with opened(tmp_path / "data") as township:
        township.writer.run_now(import_roster, ImportRoster(roster=rows, card_hashes=card_hashes(rows.people)))
        people = [each for each in rows.people if each.name in ("叶海燕", "潘振东")]
        invited = [granted(township.writer.run_now(invite, Invite(phone=each.phone))) for each in people]
    return {each.name: each.code for each in invited}


@asynccontextmanager
async def signed_in(service: Service, code: str) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody's browser, once they have redeemed their code."""
    ca = CertificateFolder(service.township.folder.tls).certificate_file("ca")
    origin = {"origin": service.url}
    trust = tls_for(service.url, ca)
    async with httpx.AsyncClient(
        base_url=service.url, verify=trust, trust_env=False, headers=origin, timeout=PATIENCE_S
    ) as client:
        answer = await client.post("/redeem", data={"code": code, "password": PASSWORD, "pin": PIN})
        assert answer.status_code == 303, answer.text
        yield client


async def machine(*words: str) -> Process:
    """The agent's program as a process."""
    command = (sys.executable, "-u", "-m", "device_agent", *words)
    return await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=asyncio.subprocess.STDOUT)


async def said(process: Process, pattern: re.Pattern[str]) -> str:
    """What stands on its screen where this is found."""
    assert process.stdout is not None
    screen = ""
    async with asyncio.timeout(PATIENCE_S):
        while (found := pattern.search(screen)) is None:
            line = await process.stdout.readline()
            assert line, screen
            screen += line.decode()
    return found[1].strip()


async def until_present(service: Service, *, is_present: bool) -> None:
    """Wait for the agent to come, or to be gone."""
    at_last = partial(_is_present, service, is_present)
    await asyncio.to_thread(until, at_last, "the agent at the broker" if is_present else "the agent's end there")


def _is_present(service: Service, wanted: bool) -> bool:
    return ("hall-1" in service.link.agents_present) is wanted


def waiting(service: Service, kind: ChangeKind) -> str:
    """The one change of a kind that waits."""
    with service.township.database.reading() as reader:
        (change,) = waiting_changes(FactRows(reader), kind)
    return change.id


async def enrolled(service: Service, hall: Path, system: httpx.AsyncClient, security: httpx.AsyncClient) -> None:
    """A machine shows its code, is killed, shows the same again; two people confirm it, and its bundle is there."""
    page = await system.post("/admin/agents", data={**FORM, "broker_port": str(service.broker.port)})
    token = TOKEN.search(page.text)
    assert token is not None, page.text
    bundle = hall / "hall-1.bundle.json"
    enrolling = ("enrol", "--server", service.url, "--out", str(bundle), token[1].lower())
    process = await machine(*enrolling)
    code = await said(process, CODE)
    process.kill()
    await process.communicate()
    process = await machine(*enrolling)
    assert await said(process, CODE) == code
    where = PAGE.search((await system.get("/admin/agents")).text)
    assert where is not None
    await system.post(f"{where[1]}/compared", data={"seen": code})
    change = waiting(service, ChangeKind.ENROLMENT)
    assert not bundle.exists()
    await security.post(f"/admin/changes/{change}", data={"answer": "confirm", "seen": code})
    screen, _ = await asyncio.wait_for(process.communicate(), PATIENCE_S)
    assert (process.returncode, "两位管理员已经确认" in screen.decode()) == (0, True), screen.decode()
    assert (stat.S_IMODE(bundle.stat().st_mode), keys_file(bundle).exists()) == (0o600, False)


@pytest.mark.anyio
async def test_two_people_compare_a_machines_screen_and_later_cut_it_off(tmp_path: Path, codes: dict[str, str]) -> None:
    settings = Settings(broker_port=free_port())
    async with (
        serving(tmp_path / "data", host="127.0.0.1", port=0, tls=True, settings=settings) as service,
        signed_in(service, codes["叶海燕"]) as system,
        signed_in(service, codes["潘振东"]) as security,
    ):
        await enrolled(service, tmp_path, system, security)
        (tmp_path / "hall-1.toml").write_text(CONFIGURATION.format(port=free_port(), folder=tmp_path), encoding="utf-8")
        agent = await machine("--config", str(tmp_path / "hall-1.toml"))
        await said(agent, re.compile("(已启动)"))
        await until_present(service, is_present=True)
        await system.post("/cabinets/agents/hall-1/revocation", data={"reason": "演练"})
        await until_present(service, is_present=False)
        change = waiting(service, ChangeKind.REVOCATION)
        await security.post(f"/admin/changes/{change}", data={"answer": "confirm"})
        agent.terminate()
        await agent.communicate()
        with service.township.database.reading() as reader:
            known = FactRows(reader).get(Agent, "hall-1")
        service.stop()
    assert known is not None
    assert not known.is_active
