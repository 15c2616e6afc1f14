"""The service on the township's network: https with the township's own certificate, or not at all."""

import asyncio
import logging
import ssl
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from device_agent.roster_fetch import tls_for
from server.__main__ import app
from server.certificates.folder import SERVER, CertificateFolder
from server.certificates.serving import watch_certificate
from server.operate.make_ca import make_ca
from server.settings import Settings
from server.store.folder import DataFolder
from server.township import found, now, opened
from server.usecases.invite import Invite, invite
from server.web.serving import is_loopback
from server.wiring import serving
from server.witness.program import opened as witness_opened
from tests.fixtures.patience import PATIENCE_S
from tests.server.town import granted

PASSWORD = "木棉花开在四月天里"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    found(tmp_path, "清溪镇")
    make_ca(DataFolder(tmp_path), ("gongguan.lan",), now())
    return tmp_path


@pytest.fixture
def trusting(data: Path) -> ssl.SSLContext:
    """What an agent builds from its `ca_file`."""
    return tls_for("https://gongguan.lan", CertificateFolder(DataFolder(data).tls).certificate_file("ca"))


def first_code(data: Path) -> str:
    with opened(data) as township:
        return granted(township.writer.run_now(invite, Invite(phone="13800000000", name="叶海燕"))).code


def settings() -> Settings:
    return Settings(broker_port=0)


@pytest.mark.anyio
async def test_people_sign_in_over_tls_and_their_cookie_stays_there(data: Path, trusting: ssl.SSLContext) -> None:
    form = {"code": first_code(data), "password": PASSWORD, "pin": "284917"}
    async with serving(data, host="127.0.0.1", port=0, tls=True, settings=settings()) as service:
        assert service.url.startswith("https://")
        async with httpx.AsyncClient(
            base_url=service.url, verify=trusting, timeout=PATIENCE_S, trust_env=False
        ) as client:
            redeemed = await client.post("/redeem", data=form, headers={"origin": service.url})
            cookie = redeemed.headers["set-cookie"]
            language = await client.post(
                "/language", data={"language": "en", "next": "/"}, headers={"origin": service.url}
            )
            home = await client.get("/")
        service.stop()
    assert cookie.startswith("__Host-gongguan=")
    assert {"Secure", "HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
    assert "Secure" in language.headers["set-cookie"]
    assert "sign-in" not in home.headers["location"]
    assert home.headers["strict-transport-security"] == "max-age=31536000"


@pytest.mark.anyio
async def test_whoever_does_not_know_the_authority_turns_back(data: Path) -> None:
    async with serving(data, host="127.0.0.1", port=0, tls=True, settings=settings()) as service:
        async with httpx.AsyncClient(timeout=PATIENCE_S, trust_env=False) as stranger:
            with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
                await stranger.get(f"{service.url}/healthz")
            with pytest.raises(httpx.TransportError):
                await stranger.get(f"{service.url.replace('https', 'http')}/healthz")
        service.stop()


@pytest.mark.anyio
async def test_a_phone_fetches_the_authority_and_reads_its_fingerprint(data: Path, trusting: ssl.SSLContext) -> None:
    made = make_ca(DataFolder(data), (), now())
    async with serving(data, host="127.0.0.1", port=0, tls=True, settings=settings()) as service:
        async with httpx.AsyncClient(
            base_url=service.url, verify=trusting, timeout=PATIENCE_S, trust_env=False
        ) as client:
            page = await client.get("/ca")
            fetched = await client.get("/ca/gongguan-ca.crt")
        service.stop()
    assert made.fingerprint in page.text
    assert fetched.headers["content-type"] == "application/x-x509-ca-cert"
    assert ssl.DER_cert_to_PEM_cert(fetched.content).encode() == made.authority.certificate_pem


@pytest.mark.anyio
async def test_a_witness_follows_the_log_over_tls(data: Path, tmp_path: Path) -> None:
    ca = CertificateFolder(DataFolder(data).tls).certificate_file("ca")
    async with serving(data, host="127.0.0.1", port=0, tls=True, settings=settings()) as service:
        log = service.township.keys.log.verifier.vkey
        named = ["--name", "jiwei.test/w1", "--log", log, "--url", f"{service.url}/tlog", "--ca", str(ca)]
        said = CliRunner().invoke(app, ["witness", "init", *named, "--data", str(tmp_path / "witness")])
        with witness_opened(tmp_path / "witness") as watch:
            await asyncio.to_thread(watch.round)
            page = watch.page()
        service.stop()
    assert said.exit_code == 0, said.output
    assert "一切正常" in page


@pytest.mark.anyio
async def test_a_new_certificate_is_shown_without_a_restart(data: Path) -> None:
    async with serving(data, host="127.0.0.1", port=0, tls=True, settings=settings()) as service:
        where = ("127.0.0.1", httpx.URL(service.url).port or 0)
        before = await asyncio.to_thread(ssl.get_server_certificate, where)
        renewed = make_ca(DataFolder(data), (), now() + timedelta(days=350))
        service.web.take_new_certificate()
        after = await asyncio.to_thread(ssl.get_server_certificate, where)
        service.stop()
    assert before != after
    assert after.encode() == renewed.server.certificate_pem


@pytest.mark.anyio
async def test_a_certificate_that_ends_is_told_in_the_services_log(
    data: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder, taken = CertificateFolder(DataFolder(data).tls), asyncio.Event()
    with caplog.at_level(logging.WARNING):
        watching = asyncio.create_task(watch_certificate(folder, lambda: now() + timedelta(days=400), taken.set, 0.0))
        await taken.wait()
        watching.cancel()
    assert "已经到期" in caplog.text
    assert "make-ca" in caplog.text


@pytest.mark.parametrize("host", ["203.0.113.9", "10.0.0.8", "::", "gongguan.lan"])
def test_without_tls_nobody_on_the_network_is_served(data: Path, host: str) -> None:
    said = CliRunner().invoke(app, ["serve", "--data", str(data), "--host", host])
    assert said.exit_code == 1
    assert "请先执行 make-ca" in said.output


def test_without_a_certificate_there_is_no_tls(data: Path) -> None:
    CertificateFolder(DataFolder(data).tls).key_file(SERVER).unlink()
    said = CliRunner().invoke(app, ["serve", "--data", str(data), "--tls", "--port", "0"])
    assert (said.exit_code, "请先执行 make-ca" in said.output) == (1, True)


@pytest.mark.parametrize(
    ("host", "is_own"), [("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("localhost", True), ("", False)]
)
def test_which_addresses_are_this_machines_alone(host: str, is_own: bool) -> None:
    assert is_loopback(host) == is_own
