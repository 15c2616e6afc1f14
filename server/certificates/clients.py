"""`DATA/tls/clients`: certificates by which the broker knows an agent, one for each of its lives.

A machine that enrolled has its key to itself: here lies its certificate alone. Of one that was added by a bundle the
key lies here too, until somebody carries it over. A certificate that another has followed stays beside it
(`hall-1.epoch-1.before-<serial number>`): it lets in until its own end, unless its life is over.
"""

from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import Encoding, load_der_public_key

from server.certificates.authority import certify_client_key
from server.certificates.folder import AUTHORITY, CertificateFolder
from server.certificates.standing import is_to_renew
from server.store.durable_files import write_durably

_BEFORE = ".before-"


def clients_of(tls: Path) -> CertificateFolder:
    """Where they lie, in a folder of certificates."""
    return CertificateFolder(tls / "clients")


def life_of(agent: str, epoch: int) -> str:
    """The name of one life's certificate: `hall-1.epoch-2`."""
    return f"{agent}.epoch-{epoch}"


def life_in(name: str) -> str:
    """The life that a certificate of this name is of."""
    return name.partition(_BEFORE)[0]


def certificates_of(clients: CertificateFolder, life: str) -> list[x509.Certificate]:
    """Every certificate that was ever made for this life."""
    return [clients.certificate(each.stem) for each in sorted(clients.path.glob("*.crt")) if life_in(each.stem) == life]


def set_aside(clients: CertificateFolder, life: str) -> None:
    """Keep the certificate that is there, if any: another one is to take its place. Durable; may be repeated."""
    file = clients.certificate_file(life)
    if file.exists():
        kept = f"{life}{_BEFORE}{clients.certificate(life).serial_number:x}"
        write_durably(clients.certificate_file(kept), file.read_bytes())


def certify_enrolled(tls: Path, agent: str, epoch: int, tls_key: str, now: datetime) -> x509.Certificate:
    """The certificate for the key (DER in hex) this machine made; made anew where none lies there that lasts.

    What a crash means: the certificate is there or not, and is made again. Raises `NoCertificate` without an authority.
    """
    clients, life = clients_of(tls), life_of(agent, epoch)
    if clients.certificate_file(life).exists():
        there = clients.certificate(life)
        if not is_to_renew(there, now):
            return there
    key = load_der_public_key(bytes.fromhex(tls_key))
    if not isinstance(key, EllipticCurvePublicKey):
        raise TypeError(tls_key)
    made = certify_client_key(CertificateFolder(tls).load(AUTHORITY), agent, key, now)
    clients.path.mkdir(mode=0o700, parents=True, exist_ok=True)
    set_aside(clients, life)
    write_durably(clients.certificate_file(life), made.public_bytes(Encoding.PEM))
    return made
