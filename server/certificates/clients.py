"""`DATA/tls/clients`: certificates by which the broker knows an agent, one for each of its lives.

A machine that enrolled has its key to itself: here lies its certificate alone. Of one that was added by a bundle the
key lies here too, until somebody carries it over.
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


def clients_of(tls: Path) -> CertificateFolder:
    """Where they lie, in a folder of certificates."""
    return CertificateFolder(tls / "clients")


def life_of(agent: str, epoch: int) -> str:
    """The name of one life's certificate: `hall-1.epoch-2`."""
    return f"{agent}.epoch-{epoch}"


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
    write_durably(clients.certificate_file(life), made.public_bytes(Encoding.PEM))
    return made
