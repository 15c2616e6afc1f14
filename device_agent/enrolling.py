"""The keys a machine makes for itself when it enrols, and the bundle they become.

Until the server has admitted the machine its keys lie beside the bundle that is to be, in `….keys` (0600): the command
can be ended at any moment and given again with the same token, and goes on with the same keys.
"""

import base64
import hashlib
import json
import os
import secrets
import stat
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from firmware_protocol.enrolments import PRESENTER, Admission, Presentation, Terms
from firmware_protocol.notes import Signer

_SECRET_BYTES = 32


class KeysUnfit(Exception):
    """The file of keys cannot be written, read or trusted; the message says so in Chinese."""


@dataclass(frozen=True, slots=True)
class MachineKeys:
    """What never leaves the machine: the seed of its key (hex), its broker password, its private key for TLS (PEM)."""

    seed: str = field(repr=False)
    password: str = field(repr=False)
    tls_key: str = field(repr=False)

    @property
    def signer(self) -> Signer:
        """The machine's key, before it has a name to sign by."""
        return Signer(PRESENTER, bytes.fromhex(self.seed))

    def presentation(self, token: str) -> Presentation:
        """What may be told of them."""
        public = load_pem_private_key(self.tls_key.encode(), None).public_key()
        return Presentation(
            token=token,
            key=self.signer.verifier.public_bytes,
            broker_password=hashlib.sha256(self.password.encode()).hexdigest(),
            tls_key=public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        )


@dataclass(frozen=True, slots=True)
class BesideFiles:
    """What lies beside the bundle: by name, its content."""

    files: dict[str, str] = field(repr=False)
    bundle: dict[str, Any] = field(repr=False)


def keys_file(out: Path) -> Path:
    """Where the keys wait for the bundle."""
    return out.with_name(f"{out.name}.keys")


def keys_for(out: Path) -> MachineKeys:
    """The keys made for this bundle earlier, or new ones, durable before anything is said; raises `KeysUnfit`."""
    path = keys_file(out)
    try:
        if path.exists():
            return _read(path)
        made = _new_keys()
        write_secret(path, json.dumps(asdict(made)))
    except OSError as error:
        raise KeysUnfit(f"{path} 读不了或写不了：{error.strerror}。请换一个文件夹。") from error
    except (ValueError, TypeError) as error:
        raise KeysUnfit(f"{path} 坏了。请把它改名留存，请系统管理员重新开放入网，再执行一次。") from error
    return made


def write_secret(path: Path, text: str) -> None:
    """Write a new file for its owner alone, whole or not at all; durable when it returns. Raises `OSError`."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def admitted(admission: Admission, terms: Terms, keys: MachineKeys, authority: str) -> BesideFiles:
    """The bundle with the machine's own secrets in it, and the files it names; `authority` (PEM) may be ''."""
    stem = f"{terms.agent}.epoch-{terms.epoch}"
    broker = {**admission.bundle["broker"], "password": keys.password}
    private_key = base64.b64encode(bytes.fromhex(keys.seed)).decode()
    bundle = {**admission.bundle, "private_key": private_key, "broker": broker}
    files = {}
    if authority:
        files[f"{stem}.ca.crt"] = authority
        bundle["server_ca"] = f"{stem}.ca.crt"
    if admission.broker_ca:
        files[f"{stem}.broker-ca.crt"] = admission.broker_ca
        broker["tls_ca"] = f"{stem}.broker-ca.crt"
    if admission.certificate:
        files |= {f"{stem}.crt": admission.certificate, f"{stem}.key": keys.tls_key}
        broker |= {"tls_certificate": f"{stem}.crt", "tls_key": f"{stem}.key"}
    return BesideFiles(files, bundle)


def _read(path: Path) -> MachineKeys:
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise KeysUnfit(f"{path} 里有密钥，但别人也能读。请先执行：chmod 600 {path}")
    keys = MachineKeys(**json.loads(path.read_text(encoding="utf-8")))
    keys.presentation("")
    return keys


def _new_keys() -> MachineKeys:
    tls_key = generate_private_key(SECP256R1())
    pem = tls_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return MachineKeys(secrets.token_hex(_SECRET_BYTES), secrets.token_urlsafe(_SECRET_BYTES), pem.decode("ascii"))
