"""The server's two private keys as files, in one place.

`keys/permit.key` and `keys/log.key` hold one line each, in the form Go's `note` package uses::

    PRIVATE+KEY+<name>+<key id>+<base64 of 0x01 and the 32-byte seed>

The names are `<origin>/permit` and `<origin>/log`. Files are 0600 in a folder that is 0700. There is no default key:
keys are made once, when a township is founded, and a lost key is never silently replaced.
"""

import base64
import binascii
import os
from dataclasses import dataclass
from pathlib import Path

from firmware_protocol.notes import MalformedNote, Signer, Verifier

SEED_BYTES = 32
_PREFIX = "PRIVATE+KEY"
_PARTS = 5


class KeysMissing(Exception):
    """The folder has no keys, or not both of them."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What the server signs with: the permit key signs all but checkpoints, the log key signs checkpoints."""

    permit: Signer
    log: Signer

    @property
    def origin(self) -> str:
        """The log's name, of which both keys' names are made."""
        return self.permit.name.removesuffix("/permit")

    @property
    def permit_verifiers(self) -> tuple[Verifier, ...]:
        """What the server's own documents and entries are checked with."""
        return (self.permit.verifier,)


def make_keys(origin: str, permit_seed: bytes, log_seed: bytes) -> Keys:
    """Keys from two 32-byte seeds; raises `MalformedNote` for an origin that cannot be a key's name."""
    return Keys(Signer(f"{origin}/permit", permit_seed), Signer(f"{origin}/log", log_seed))


def save_keys(folder: Path, keys: Keys, permit_seed: bytes, log_seed: bytes) -> None:
    """Write both files; raises `FileExistsError` rather than overwrite one. Durable before it returns."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_key(folder / "permit.key", keys.permit, permit_seed)
    write_key(folder / "log.key", keys.log, log_seed)


def load_keys(folder: Path) -> Keys:
    """Read both files; raises `KeysMissing` where one is not there and `MalformedNote` where one is damaged."""
    return Keys(_read(folder / "permit.key", "permit"), _read(folder / "log.key", "log"))


def write_key(path: Path, signer: Signer, seed: bytes) -> None:
    """Write one key; raises `FileExistsError` rather than overwrite one. Durable before it returns."""
    encoded = base64.b64encode(b"\x01" + seed).decode()
    line = f"{_PREFIX}+{signer.name}+{signer.verifier.key_id.hex()}+{encoded}\n"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())


def _read(path: Path, role: str) -> Signer:
    signer = read_key(path)
    if not signer.name.endswith(f"/{role}"):
        raise MalformedNote(f"{path} is not a {role} key")
    return signer


def read_key(path: Path) -> Signer:
    """Read one key; raises `KeysMissing` where there is none and `MalformedNote` where it is damaged."""
    try:
        line = path.read_text().strip()
    except FileNotFoundError as error:
        raise KeysMissing(str(path)) from error
    parts = line.split("+", _PARTS - 1)
    if len(parts) != _PARTS or "+".join(parts[:2]) != _PREFIX:
        raise MalformedNote(f"{path} is no private key")
    signer = Signer(parts[2], _seed(parts[4], path))
    if signer.verifier.key_id.hex() != parts[3]:
        raise MalformedNote(f"{path}: the key id does not belong to the key")
    return signer


def _seed(encoded: str, path: Path) -> bytes:
    try:
        raw = base64.b64decode(encoded, validate=True)
    except binascii.Error as error:
        raise MalformedNote(f"{path} is damaged") from error
    if len(raw) != 1 + SEED_BYTES or raw[:1] != b"\x01":
        raise MalformedNote(f"{path} is not an Ed25519 key")
    return raw[1:]
