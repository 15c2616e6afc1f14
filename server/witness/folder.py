"""A witness's data folder: its key, whose log it follows, what it remembers, and the mirror."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from firmware_protocol.notes import Signer, Verifier
from server.certificates.folder import CertificateFolder
from server.store.durable_files import make_folder, write_durably
from server.store.keys import read_key, write_key
from server.store.log_files import KEYS
from server.witness.memory import FILE_NAME, MemoryLost, WitnessMemory

_KEY, _SETTINGS = "witness.key", "witness.json"


class NoWitness(Exception):
    """The folder holds no witness yet, or a damaged one."""


@dataclass(frozen=True, slots=True)
class WitnessSettings:
    """The verifier key of the log that is followed, and where it is published (the address of its `checkpoint`)."""

    log: str
    url: str

    @property
    def log_key(self) -> Verifier:
        """The log's key; raises `MalformedNote`."""
        return Verifier.parse(self.log)


@dataclass(frozen=True, slots=True)
class WitnessFolder:
    """Where everything is. A key is never made twice: a witness that lost its memory needs another name."""

    path: Path

    @property
    def authority(self) -> Path:
        """The certificate of the township's own authority (PEM), where its log is published under one."""
        return self.path / "ca.crt"

    @property
    def log_keys(self) -> Path:
        """The published list by which the log's newer keys were found; the mirror is whole with it."""
        return self.mirror / KEYS

    @property
    def certificates(self) -> CertificateFolder:
        """Where the certificate lies by which others find it (`certify-witness` makes it)."""
        return CertificateFolder(self.path / "tls")

    @property
    def mirror(self) -> Path:
        """The copy of the log."""
        return self.path / "mirror"

    def begin(self, signer: Signer, seed: bytes, settings: WitnessSettings, authority: bytes | None = None) -> None:
        """Make a new witness, who trusts this authority if one is given; `FileExistsError` where there is one."""
        make_folder(self.path, 0o700)
        write_key(self.path / _KEY, signer, seed)
        WitnessMemory(self.path).close()
        if authority is not None:
            write_durably(self.authority, authority)
        write_durably(self.path / _SETTINGS, json.dumps(asdict(settings)).encode())

    def signer(self) -> Signer:
        """The witness's key; raises `KeysMissing` or `MalformedNote`."""
        return read_key(self.path / _KEY)

    def settings(self) -> WitnessSettings:
        """What it follows; raises `NoWitness`."""
        try:
            return WitnessSettings(**json.loads((self.path / _SETTINGS).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise NoWitness(str(self.path)) from error

    def memory(self) -> WitnessMemory:
        """What it remembers, opened; raises `MemoryLost` where that is gone or is no memory."""
        file = self.path / FILE_NAME
        if not file.is_file() or not file.stat().st_size:
            raise MemoryLost(str(self.path))
        return WitnessMemory(self.path)
