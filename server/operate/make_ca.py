"""`make-ca`: the township's own authority, the server's certificate, and the page that leads phones to them.

Done again, it keeps the authority and makes the server's certificate anew where its end is near or its names changed:
phones that trust the authority need nothing. What a crash means: the old pair stands, or the new one; run it again.
"""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509

from server.certificates.authority import ALWAYS, Certified, certify_server, names_of, new_authority
from server.certificates.folder import AUTHORITY, GUIDE, SERVER, CertificateFolder
from server.certificates.standing import fingerprint, is_to_renew
from server.custody.effects.register import TOWNSHIP
from server.custody.facts import Township
from server.documents.install_guide import InstallGuide, guide_as_pdf
from server.store.database import read_only
from server.store.durable_files import write_durably
from server.store.fact_rows import FactRows
from server.store.folder import DataFolder, NotFounded
from server.store.keys import KeysMissing
from server.web.public.authority import BOUNDS, COMPARE, DEVICES, FIRST


class NoNames(LookupError):
    """Nobody has said yet under which names the server is found."""


@dataclass(frozen=True, slots=True)
class Made:
    """What lies there now, and whether each was made just now."""

    township: str
    authority: Certified
    server: Certified
    guide: Path
    is_new_authority: bool
    is_new_certificate: bool

    @property
    def fingerprint(self) -> str:
        """The authority's, as phones show it."""
        return fingerprint(self.authority.certificate)

    @property
    def names(self) -> Sequence[str]:
        """The names people use, the usual one first."""
        return _usual(names_of(self.server.certificate))


def make_ca(folder: DataFolder, names: Sequence[str], now: datetime) -> Made:
    """Make what is missing or ends soon. `names` are host names and addresses; () keeps those there are.

    Raises `NotFounded`, `NoNames`, `NotPermitted` for a name the authority was not made for, `ValueError` for one that
    is none, `NoCertificate` for damaged files, and `OSError`.
    """
    township, certificates = _township(folder), CertificateFolder(folder.tls)
    before = certificates.load(SERVER) if certificates.has(SERVER) else None
    names = _usual(names or (() if before is None else names_of(before.certificate)))
    if not names:
        raise NoNames
    is_new = not certificates.has(AUTHORITY)
    authority = new_authority(township, names, now) if is_new else certificates.load(AUTHORITY)
    kept = None if is_new or before is None or _is_stale(before.certificate, names, now) else before
    server = kept or certify_server(authority, names, now)
    if is_new:
        certificates.save(AUTHORITY, authority)
    if kept is None:
        certificates.save(SERVER, server)
    return Made(township, authority, server, folder.tls / GUIDE, is_new, kept is None)


def write_guide(made: Made, address: str, now: datetime) -> None:
    """Draw the page to pin up, with a code that leads to `address` (`https://…`); durable when it returns."""
    guide = InstallGuide(
        township=made.township,
        address=f"{address.rstrip('/')}/ca",
        fingerprint=made.fingerprint,
        first=FIRST,
        compare=COMPARE,
        bounds=BOUNDS,
        devices=tuple((each.name, each.steps) for each in DEVICES),
    )
    write_durably(made.guide, guide_as_pdf(guide, now))


def url_host(name: str) -> str:
    """A name as it stands in an address."""
    return f"[{name}]" if ":" in name else name


def _is_stale(certificate: x509.Certificate, names: Sequence[str], now: datetime) -> bool:
    return {*names_of(certificate)} != {*names, *ALWAYS} or is_to_renew(certificate, now)


def _usual(names: Sequence[str]) -> Sequence[str]:
    """Without the names of the machine itself, which every certificate has; those alone where there are no others."""
    return tuple(name for name in names if name not in ALWAYS) or tuple(names)


def _township(folder: DataFolder) -> str:
    try:
        folder.keys()
    except KeysMissing as error:
        raise NotFounded(folder.path) from error
    with closing(read_only(folder.database_url)) as database, database.reading() as reader:
        township = FactRows(reader).get(Township, TOWNSHIP)
    if township is None:
        raise NotFounded(folder.path)
    return township.name
