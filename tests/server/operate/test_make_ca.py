"""`make-ca`: once an authority, whenever it is due a certificate, and a page that leads phones to it."""

import stat
from datetime import timedelta
from pathlib import Path

import pytest

from server.certificates.folder import AUTHORITY, SERVER, CertificateFolder
from server.operate.backup import back_up
from server.operate.make_ca import make_ca
from server.store.folder import DataFolder
from server.township import found, now
from tests.fixtures.poppler import PdfText
from tests.server.operate.test_backup import run, unwatched

NAMES = ("gongguan.lan", "10.0.0.8")


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """A township with its certificates."""
    data = tmp_path_factory.mktemp("founded")
    found(data, "清溪镇")
    make_ca(DataFolder(data), NAMES, now())
    return DataFolder(data)


@pytest.fixture
def folder(founded: DataFolder, tmp_path: Path) -> DataFolder:
    """A copy of it to use up."""
    back_up(founded, tmp_path / "data", unwatched)
    return DataFolder(tmp_path / "data")


def test_done_again_nothing_changes(folder: DataFolder) -> None:
    again = make_ca(folder, (), now())
    assert (again.is_new_authority, again.is_new_certificate, again.names) == (False, False, NAMES)


@pytest.mark.parametrize(
    ("names", "days"), [(NAMES, 340), ((), 500), (("gongguan.lan", "10.0.0.9"), 0)], ids=["due", "over", "moved"]
)
def test_a_certificate_is_renewed_and_the_authority_stays(
    folder: DataFolder, names: tuple[str, ...], days: int
) -> None:
    before = CertificateFolder(folder.tls).load(AUTHORITY)
    made = make_ca(folder, names, now() + timedelta(days=days))
    assert (made.is_new_authority, made.is_new_certificate) == (False, True)
    assert made.authority.certificate == before.certificate
    assert CertificateFolder(folder.tls).load(SERVER).certificate == made.server.certificate


def test_keys_are_for_the_server_alone_and_come_along_in_a_backup(folder: DataFolder) -> None:
    modes = {each.name: stat.S_IMODE(each.stat().st_mode) & 0o077 for each in folder.tls.glob("*.key")}
    assert modes == {"ca.key": 0, "server.key": 0}


def test_who_makes_it_reads_the_fingerprint_and_gets_the_page_to_pin_up(folder: DataFolder, pdf_text: PdfText) -> None:
    said = run("make-ca", *NAMES, "--data", folder.path, "--port", 8443)
    text = pdf_text((folder.tls / "install-guide.pdf").read_bytes())
    fingerprint = make_ca(folder, (), now()).fingerprint
    assert said.exit_code == 0
    assert fingerprint in said.output
    assert fingerprint in " ".join(text.split())
    assert "https://gongguan.lan:8443/ca" in text
    assert "清溪镇" in text


REFUSED = {
    "nobody said how the server is called": ((), "还不知道服务器叫什么"),
    "a name that is none": (("清溪.cn",), "名字里有不能用的字"),
}


@pytest.mark.parametrize(("names", "says"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_certified_is_said(tmp_path: Path, names: tuple[str, ...], says: str) -> None:
    found(tmp_path, "清溪镇")
    said = run("make-ca", *names, "--data", tmp_path)
    assert (said.exit_code, says in said.output, (tmp_path / "tls").exists()) == (1, True, False)


def test_a_foreign_name_and_a_damaged_file_are_said(folder: DataFolder) -> None:
    assert "不管 bank.example" in run("make-ca", "bank.example", "--data", folder.path).output
    (folder.tls / "ca.key").write_text("")
    assert "请从备份里取回" in run("make-ca", "10.0.0.9", "--data", folder.path).output
