"""The township's authority vouches for its own server, broker and agents, and cannot vouch for anybody else."""

import ssl
import subprocess
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509

from server.certificates import authority as made_by
from server.certificates.authority import (
    Certified,
    NotPermitted,
    certify_client,
    certify_server,
    names_of,
    new_authority,
    read_certified,
    revoke,
)
from server.certificates.standing import fingerprint, is_to_renew, warning

NOW = datetime.now(UTC).replace(microsecond=0)
NAMES = ("gongguan.qingxi.example", "10.0.0.8")
AUTHORITY = new_authority("清溪镇", NAMES, NOW)
SERVER = certify_server(AUTHORITY, NAMES, NOW)


def meet(folder: Path, server: Certified, host: str, client: Certified | None = None) -> str | None:
    """Two ends of TLS meet in memory, strictly; answers the account by which the server knows the client."""
    for name, pair in {"ca": AUTHORITY, "server": server, "client": client or AUTHORITY}.items():
        (folder / f"{name}.crt").write_bytes(pair.certificate_pem)
        (folder / f"{name}.key").write_bytes(pair.key_pem)
    here = ssl.create_default_context(cafile=str(folder / "ca.crt"))
    here.verify_flags |= ssl.VERIFY_X509_STRICT
    there = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(folder / "ca.crt"))
    there.load_cert_chain(folder / "server.crt", folder / "server.key")
    if client is not None:
        here.load_cert_chain(folder / "client.crt", folder / "client.key")
        there.verify_mode = ssl.CERT_REQUIRED
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    ours = here.wrap_bio(down, up, server_hostname=host)
    theirs = there.wrap_bio(up, down, server_side=True)
    for end in (ours, theirs, ours, theirs):
        try:
            end.do_handshake()
        except ssl.SSLWantReadError:
            continue
    shown = theirs.getpeercert(binary_form=True)
    if shown is None:
        return None
    (account,) = x509.load_der_x509_certificate(shown).subject
    return str(account.value)


@pytest.mark.parametrize("host", [*NAMES, "localhost", "127.0.0.1", "::1"])
def test_a_browser_that_has_the_authority_believes_the_server_under_its_names(host: str, tmp_path: Path) -> None:
    meet(tmp_path, SERVER, host)


def test_under_another_name_it_does_not(tmp_path: Path) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match="mismatch"):
        meet(tmp_path, SERVER, "bank.example")


def test_a_thief_of_the_authoritys_key_cannot_be_a_bank(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(made_by, "_is_permitted", lambda *_: True)
    bank = certify_server(AUTHORITY, ("bank.example",), NOW)
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree"):
        meet(tmp_path, bank, "bank.example")


@pytest.mark.parametrize(
    ("name", "may"),
    {
        "gongguan.qingxi.example": True,
        "broker.gongguan.qingxi.example": True,
        "xgongguan.qingxi.example": False,
        "bank.example": False,
        "192.168.3.4": True,
        "fd12::8": True,
        "203.0.113.9": False,
        "10.0.0.8.example": False,
    }.items(),
)
def test_it_certifies_the_names_it_was_made_for_and_private_addresses(name: str, may: bool) -> None:
    if not may:
        with pytest.raises(NotPermitted):
            certify_server(AUTHORITY, (name,), NOW)
    else:
        assert names_of(certify_server(AUTHORITY, (name,), NOW).certificate)[0] == name


def test_a_public_address_is_certified_where_it_was_named() -> None:
    township = new_authority("清溪镇", ("203.0.113.9",), NOW)
    assert names_of(certify_server(township, ("203.0.113.9",), NOW).certificate)[0] == str(ip_address("203.0.113.9"))


def test_the_broker_knows_an_agent_by_its_certificate(tmp_path: Path) -> None:
    assert meet(tmp_path, SERVER, "127.0.0.1", certify_client(AUTHORITY, "hall-1", NOW)) == "hall-1"


def test_a_servers_certificate_is_none_of_a_client_and_the_other_way_round(tmp_path: Path) -> None:
    with pytest.raises(ssl.SSLError, match="purpose"):
        meet(tmp_path, SERVER, "127.0.0.1", SERVER)
    with pytest.raises(ssl.SSLError, match=r"purpose|mismatch"):
        meet(tmp_path, certify_client(AUTHORITY, "127.0.0.1", NOW), "127.0.0.1")


def test_an_agents_certificate_of_another_authority_is_refused(tmp_path: Path) -> None:
    stranger = certify_client(new_authority("清溪镇", NAMES, NOW), "hall-1", NOW)
    with pytest.raises(ssl.SSLError, match=r"self-signed|signature|issuer|authority"):
        meet(tmp_path, SERVER, "127.0.0.1", stranger)


def test_the_list_of_revoked_certificates_names_just_those() -> None:
    lost, used = (certify_client(AUTHORITY, name, NOW) for name in ("hall-1", "hall-2"))
    listed = x509.load_pem_x509_crl(revoke(AUTHORITY, [lost.certificate], NOW))
    assert listed.is_signature_valid(AUTHORITY.key.public_key())
    assert listed.get_revoked_certificate_by_serial_number(lost.certificate.serial_number) is not None
    assert listed.get_revoked_certificate_by_serial_number(used.certificate.serial_number) is None


def test_openssl_agrees_strictly(tmp_path: Path) -> None:
    for name, pair in {"ca": AUTHORITY, "server": SERVER, "client": certify_client(AUTHORITY, "hall-1", NOW)}.items():
        (tmp_path / name).write_bytes(pair.certificate_pem)
    command = ["openssl", "verify", "-x509_strict", "-CAfile", "ca", "server", "client"]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["server:", "OK", "client:", "OK"]


def test_a_pair_is_read_again_only_whole() -> None:
    again = read_certified(SERVER.certificate_pem, SERVER.key_pem)
    assert again.certificate == SERVER.certificate
    with pytest.raises(ValueError, match="belong"):
        read_certified(SERVER.certificate_pem, AUTHORITY.key_pem)


DAYS = {
    "new": (0, False, None),
    "two months before its end": (397 - 59, True, None),
    "a month before its end": (397 - 29, True, "还有 29 天"),
    "over": (398, True, "已经到期"),
    "before it begins": (-3, False, "时间不对"),
}


@pytest.mark.parametrize(("days", "renews", "says"), DAYS.values(), ids=DAYS)
def test_its_end_is_told_in_time(days: int, renews: bool, says: str | None) -> None:
    then = NOW + timedelta(days=days)
    said = warning(SERVER.certificate, then)
    assert is_to_renew(SERVER.certificate, then) == renews
    assert (said is None) == (says is None)
    assert (says or "") in (said or "")


def test_its_fingerprint_is_what_a_phone_shows(tmp_path: Path) -> None:
    (tmp_path / "ca").write_bytes(AUTHORITY.certificate_pem)
    command = ["openssl", "x509", "-in", "ca", "-noout", "-fingerprint", "-sha256"]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert said.strip().partition("=")[2].replace(":", " ") == fingerprint(AUTHORITY.certificate)
