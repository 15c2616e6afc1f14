"""The township's own authority: it certifies this server, its broker and its agents, and can certify nothing else.

People put it on their phones, so it must be of no use to a thief who wants to be their bank: its name constraints
(RFC 5280, 4.2.1.10) admit the host names it was made for and addresses of private networks, no others, and it makes no
further authorities. Keys are P-256; what it makes for a server names hosts, what it makes for a client names one
account in its common name. Told the time, asks for chance alone.
"""

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_LASTS = timedelta(days=3653)
SERVER_LASTS = timedelta(days=397)
"""What browsers take from anybody; iPhones take no more than 825 days from an authority of one's own."""
CLIENT_LASTS = timedelta(days=825)
"""An agent's is carried to it by hand."""
BEFORE = timedelta(days=2)
"""How far behind an agent's clock may be that has been without power."""

ALWAYS = ("localhost", "127.0.0.1", "::1")
PRIVATE = tuple(
    map(ipaddress.ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "::1/128", "fc00::/7"))
)


class NotPermitted(ValueError):
    """A name that this authority was not made for."""


@dataclass(frozen=True, slots=True)
class Certified:
    """A certificate and the private key it is about."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey = field(repr=False)

    @property
    def certificate_pem(self) -> bytes:
        """The certificate, for anybody."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        """The key, for its owner alone; not enciphered."""
        form = serialization.PrivateFormat.PKCS8
        return self.key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())


def read_certified(certificate_pem: bytes, key_pem: bytes) -> Certified:
    """A certificate and its key from their files; raises `ValueError` where they are damaged or do not fit."""
    certificate = x509.load_pem_x509_certificate(certificate_pem)
    key = serialization.load_pem_private_key(key_pem, None)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
        raise ValueError("the key does not belong to the certificate")
    return Certified(certificate, key)


def new_authority(township: str, names: Sequence[str], now: datetime) -> Certified:
    """An authority for these host names and addresses; `township` is what people read on their phones."""
    key = ec.generate_private_key(ec.SECP256R1())
    permitted = [_constraint(name) for name in dict.fromkeys(("localhost", *names)) if not _is_private(name)]
    permitted += [x509.IPAddress(each) for each in PRIVATE]
    subject = _subject(f"共管 {township}")
    about = _about(subject, subject, key.public_key(), now, AUTHORITY_LASTS)
    about = about.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    about = about.add_extension(_usage(is_authority=True), critical=True)
    about = about.add_extension(x509.NameConstraints(permitted, None), critical=True)
    return Certified(about.sign(key, hashes.SHA256()), key)


def certify_server(authority: Certified, names: Sequence[str], now: datetime) -> Certified:
    """A certificate for the server (or broker) found under these names; raises `NotPermitted` for a foreign one."""
    for name in names:
        if not _is_permitted(authority, name):
            raise NotPermitted(name)
    every = [_general(name) for name in dict.fromkeys((*names, *ALWAYS))]
    key = ec.generate_private_key(ec.SECP256R1())
    about = _about(_subject(names[0]), authority.certificate.subject, key.public_key(), now, SERVER_LASTS)
    about = about.add_extension(x509.SubjectAlternativeName(every), critical=False)
    return Certified(_signed(about, authority, ExtendedKeyUsageOID.SERVER_AUTH), key)


def certify_client(authority: Certified, account: str, now: datetime) -> Certified:
    """A certificate by which a broker knows this account (`hall-1`)."""
    key = ec.generate_private_key(ec.SECP256R1())
    return Certified(certify_client_key(authority, account, key.public_key(), now), key)


def certify_client_key(
    authority: Certified, account: str, key: ec.EllipticCurvePublicKey, now: datetime
) -> x509.Certificate:
    """The same for a key that its owner made and keeps."""
    about = _about(_subject(account), authority.certificate.subject, key, now, CLIENT_LASTS)
    return _signed(about, authority, ExtendedKeyUsageOID.CLIENT_AUTH)


def revoke(authority: Certified, revoked: Iterable[x509.Certificate], now: datetime) -> bytes:
    """The list of certificates that count no more (PEM), good as long as the authority: nobody renews it daily.

    It begins as early as certificates do: to a broker whose clock is behind, a list of the future is none, and without
    one it lets nobody in.
    """
    ends = authority.certificate.not_valid_after_utc
    made = x509.CertificateRevocationListBuilder(authority.certificate.subject, now - BEFORE, ends)
    for each in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(each.serial_number).revocation_date(now).build()
        made = made.add_revoked_certificate(entry)
    made = made.add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
    made = made.add_extension(_issuer(authority), critical=False)
    return made.sign(authority.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def names_of(certificate: x509.Certificate) -> tuple[str, ...]:
    """The host names and addresses a server's certificate is good for, as they were named."""
    named = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return tuple(str(each.value) for each in named)


def _about(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, lasts: timedelta
) -> x509.CertificateBuilder:
    about = x509.CertificateBuilder(issuer, subject, key, x509.random_serial_number())
    about = about.not_valid_before(now - BEFORE).not_valid_after(now + lasts)
    return about.add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)


def _signed(about: x509.CertificateBuilder, authority: Certified, use: x509.ObjectIdentifier) -> x509.Certificate:
    about = about.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    about = about.add_extension(_usage(is_authority=False), critical=True)
    about = about.add_extension(x509.ExtendedKeyUsage([use]), critical=False)
    about = about.add_extension(_issuer(authority), critical=False)
    return about.sign(authority.key, hashes.SHA256())


def _issuer(authority: Certified) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())


def _usage(*, is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _subject(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _constraint(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_network(name))
    except ValueError:
        return x509.DNSName(name)


def _is_private(name: str) -> bool:
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    return any(address in each for each in PRIVATE)


def _is_permitted(authority: Certified, name: str) -> bool:
    constraints = authority.certificate.extensions.get_extension_for_class(x509.NameConstraints).value
    return any(_covers(each.value, _general(name).value) for each in constraints.permitted_subtrees or ())


def _covers(permitted: object, asked: object) -> bool:
    match permitted, asked:
        case ((IPv4Network() | IPv6Network()), (IPv4Address() | IPv6Address())):
            return asked in permitted
        case str(), str():
            return asked == permitted or asked.endswith(f".{permitted}")
    return False
