"""The server's two private keys as files, in one place.

`keys/permit.key` and `keys/log.key` hold one line each, in the form Go's `note` package uses::

    PRIVATE+KEY+<name>+<key id>+<base64 of 0x01 and the 32-byte seed>

The names are `<origin>/permit` and `<origin>/log`. Files are 0600 in a folder that is 0700. There is no default key:
keys are made when a township is founded or by `rotate-key`, and a lost key is never silently replaced.

While a new log key and the old one overlap, `log.key` has a second line, the old one. A key that is about to follow is
`permit.next.key` or `log.next.key`, durable before the log names it: what a crash left is settled by what the log says.
Whoever works with keys holds the folder (`held`); a rotation holds it alone, so nobody signs with a key that is over.
"""

import base64
import binascii
import fcntl
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from firmware_protocol.notes import MalformedNote, Signer, Verifier
from server.store.durable_files import NEW, make_folder, sync_folder, write_durably

SEED_BYTES = 32
_PREFIX = "PRIVATE+KEY"
_PARTS = 5


class KeysMissing(Exception):
    """The folder has no keys, or not both of them."""


class KeyFollowed(Exception):
    """The folder has a key that another has followed, and not that one; the message is the name of the key's file.

    What it signed would be nobody's, for ever: an entry cannot be taken back.
    """


class KeysInUse(Exception):
    """A program works with the keys that were to be held alone."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What the server signs with: the permit key signs all but checkpoints, the log key signs checkpoints.

    `log_before` signs beside the log key while the two overlap.
    """

    permit: Signer
    log: Signer
    log_before: Signer | None = None

    @property
    def origin(self) -> str:
        """The log's name, of which both keys' names are made."""
        return self.permit.name.removesuffix("/permit")

    @property
    def permit_verifiers(self) -> tuple[Verifier, ...]:
        """What the server's own documents and entries are checked with."""
        return (self.permit.verifier,)

    @property
    def former_logs(self) -> tuple[Verifier, ...]:
        """What a head from before the log key came may be checked with."""
        return () if self.log_before is None else (self.log_before.verifier,)


def make_keys(origin: str, permit_seed: bytes, log_seed: bytes) -> Keys:
    """Keys from two 32-byte seeds; raises `MalformedNote` for an origin that cannot be a key's name."""
    return Keys(Signer(f"{origin}/permit", permit_seed), Signer(f"{origin}/log", log_seed))


def save_keys(folder: Path, keys: Keys, permit_seed: bytes, log_seed: bytes) -> None:
    """Write both files; raises `FileExistsError` rather than overwrite one. Durable before it returns.

    They are made beside their folder and take its place together: a power cut leaves both or none.
    """
    if folder.exists() and any(folder.iterdir()):
        raise FileExistsError(folder)
    beside = folder.with_name(folder.name + NEW)
    shutil.rmtree(beside, ignore_errors=True)
    make_folder(beside, 0o700)
    write_key(beside / "permit.key", keys.permit, permit_seed)
    write_key(beside / "log.key", keys.log, log_seed)
    beside.replace(folder)
    sync_folder(folder.parent)


def load_keys(folder: Path) -> Keys:
    """Read both files; raises `KeysMissing` where one is not there and `MalformedNote` where one is damaged."""
    (permit, *_), (log, *before) = _read(folder / "permit.key", "permit"), _read(folder / "log.key", "log")
    return Keys(permit, log, before[0] if before else None)


@contextmanager
def held(folder: Path, *, is_alone: bool = False) -> Iterator[None]:
    """Hold the keys together with others, or alone: then `KeysInUse` where somebody else does. The system lets go.

    Raises `KeysMissing` where there is no such folder.
    """
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except FileNotFoundError as error:
        raise KeysMissing(str(folder)) from error
    try:
        _take(descriptor, folder, is_alone=is_alone)
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int, folder: Path, *, is_alone: bool) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB if is_alone else fcntl.LOCK_SH)
    except BlockingIOError as error:
        raise KeysInUse(str(folder)) from error


def prepare_next(folder: Path, role: str, signer: Signer, seed: bytes) -> None:
    """Keep the key that is to follow, durably; one that was prepared and never followed is given up."""
    following = folder / f"{role}.next.key"
    following.unlink(missing_ok=True)
    write_key(following, signer, seed)
    sync_folder(folder)


def settle_keys(folder: Path, newest: Mapping[str, Verifier], counts: Callable[[Verifier], bool]) -> None:
    """Make the files what the log says: the newest key of each role, and the one before the log key while it counts.

    Everything else in them is destroyed; what the log does not know of was never anybody's key. May be repeated.
    Raises `KeyFollowed` where the newest key of a role is in neither of its files.
    """
    for role in ("permit", "log"):
        following = folder / f"{role}.next.key"
        if following.exists():
            if read_key(following).verifier == newest.get(role):
                _put_first(folder / f"{role}.key", following, keeps_the_old=role == "log")
            following.unlink(missing_ok=True)
            sync_folder(folder)
    kept = load_keys(folder)
    for role, key in (("permit", kept.permit), ("log", kept.log)):
        if newest.get(role, key.verifier) != key.verifier:
            raise KeyFollowed(f"{role}.key")
    if kept.log_before is not None and not counts(kept.log_before.verifier):
        _write_lines(folder / "log.key", _lines(folder / "log.key")[:1])


def _put_first(path: Path, following: Path, *, keeps_the_old: bool) -> None:
    first, before = _lines(following)[0], _lines(path)[:1]
    if first not in before:
        _write_lines(path, [first, *before] if keeps_the_old else [first])


def _write_lines(path: Path, lines: list[str]) -> None:
    write_durably(path, "".join(f"{line}\n" for line in lines).encode(), 0o600)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text().split("\n")[:-1]
    except FileNotFoundError as error:
        raise KeysMissing(str(path)) from error


def write_key(path: Path, signer: Signer, seed: bytes) -> None:
    """Write one key, whole or not at all, durable when it returns; `FileExistsError` rather than overwrite one."""
    if path.exists():
        raise FileExistsError(path)
    encoded = base64.b64encode(b"\x01" + seed).decode()
    line = f"{_PREFIX}+{signer.name}+{signer.verifier.key_id.hex()}+{encoded}\n"
    write_durably(path, line.encode(), 0o600)


def _read(path: Path, role: str) -> list[Signer]:
    signers = [_parse(line, path) for line in _lines(path)]
    if not signers or not all(signer.name.endswith(f"/{role}") for signer in signers):
        raise MalformedNote(f"{path} is not a {role} key")
    return signers


def read_key(path: Path) -> Signer:
    """Read one key; raises `KeysMissing` where there is none and `MalformedNote` where it is damaged."""
    return _parse("\n".join(_lines(path)), path)


def _parse(line: str, path: Path) -> Signer:
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
