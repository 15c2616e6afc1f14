"""`DATA/tls`: the township's authority and its server's certificate, each with its key, readable for us alone."""

import ssl
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509

from server.certificates.authority import Certified, read_certified
from server.store.durable_files import make_folder, write_durably

AUTHORITY, SERVER = "ca", "server"
GUIDE = "install-guide.pdf"


class NoCertificate(LookupError):
    """There is none, or its files are damaged; the message names it."""


@dataclass(frozen=True, slots=True)
class CertificateFolder:
    """Pairs of files, `NAME.crt` and `NAME.key`, both PEM."""

    path: Path

    def certificate_file(self, name: str) -> Path:
        """Where a certificate lies."""
        return self.path / f"{name}.crt"

    def key_file(self, name: str) -> Path:
        """Where its key lies."""
        return self.path / f"{name}.key"

    def pair(self, name: str) -> tuple[Path, Path]:
        """The files of a certificate and its key, both of which can be read; raises `NoCertificate`."""
        self.load(name)
        return self.certificate_file(name), self.key_file(name)

    def certificate(self, name: str) -> x509.Certificate:
        """Read a certificate alone; raises `NoCertificate`."""
        try:
            return x509.load_pem_x509_certificate(self.certificate_file(name).read_bytes())
        except (OSError, ValueError) as error:
            raise NoCertificate(self.certificate_file(name)) from error

    def trust(self) -> ssl.SSLContext:
        """Whom our clients believe: the authorities of this machine, and the township's own where there is one."""
        trust = ssl.create_default_context()
        if self.certificate_file(AUTHORITY).exists():
            trust.load_verify_locations(self.certificate_file(AUTHORITY))
        return trust

    def load(self, name: str) -> Certified:
        """Read a pair; raises `NoCertificate`."""
        try:
            return read_certified(self.certificate_file(name).read_bytes(), self.key_file(name).read_bytes())
        except (OSError, ValueError) as error:
            raise NoCertificate(self.certificate_file(name)) from error

    def has(self, name: str) -> bool:
        """Whether anything of this pair is there."""
        return self.certificate_file(name).exists() or self.key_file(name).exists()

    def save(self, name: str, made: Certified) -> None:
        """Write a pair, the key first and for us alone; durable when it returns."""
        make_folder(self.path, 0o700)
        write_durably(self.key_file(name), made.key_pem, 0o600)
        write_durably(self.certificate_file(name), made.certificate_pem)
