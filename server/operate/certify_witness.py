"""`certify-witness`: what a witness in another office needs to be found over TLS, in a folder to be carried to it.

The township's authority certifies the names of that computer; the folder holds the certificate, its key and the
authority. The key is of use for nothing but being found: what a witness vouches with never leaves its own folder. Done
again, it makes a new certificate.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from cryptography import x509

from server.certificates.authority import ALWAYS, certify_server, names_of
from server.certificates.folder import AUTHORITY, SERVER, CertificateFolder
from server.store.durable_files import write_durably
from server.store.folder import DataFolder


class OurOwnName(ValueError):
    """A name by which people find the server: whoever has a certificate for it can pass for the server."""


def certify_witness(folder: DataFolder, names: Sequence[str], target: Path, now: datetime) -> x509.Certificate:
    """Write `target` for the witness found under these names; answers its certificate. Durable when it returns.

    Raises `NoCertificate` without an authority, `NotPermitted` for a name that it was not made for, `OurOwnName`,
    `ValueError` for a name that is none, and `OSError`.
    """
    own = CertificateFolder(folder.tls)
    authority, server = own.load(AUTHORITY), own.load(SERVER)
    made, carried = certify_server(authority, names, now), CertificateFolder(target)
    for name in _found_under(made.certificate) & _found_under(server.certificate):
        raise OurOwnName(name)
    carried.save(SERVER, made)
    write_durably(carried.certificate_file(AUTHORITY), authority.certificate_pem)
    return made.certificate


def _found_under(certificate: x509.Certificate) -> set[str]:
    return set(names_of(certificate)) - set(ALWAYS)
