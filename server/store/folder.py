"""The data folder: everything a server owns in one place."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url

from server.store.durable_files import make_folder
from server.store.keys import Keys, load_keys, make_keys, save_keys
from server.store.messenger_file import MessengerFile

DATABASE_FILE = "gongguan.sqlite"


class NotFounded(Exception):
    """The data folder holds no township yet."""


@dataclass(frozen=True, slots=True)
class DataFolder:
    """`path` holds `gongguan.sqlite`, `keys/`, `tls/`, `log/`, `uploads/` and `messengers.json`.

    Another database may be named for the first.
    """

    path: Path
    other_database_url: str | None = None

    @property
    def database_url(self) -> str:
        """The SQLAlchemy URL of the database."""
        return self.other_database_url or f"sqlite:///{self._database_file.absolute()}"

    @property
    def _database_file(self) -> Path:
        return self.path / DATABASE_FILE

    @property
    def sqlite_file(self) -> Path | None:
        """The file of the database; None where PostgreSQL keeps it."""
        url = make_url(self.database_url)
        return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None

    @property
    def key_folder(self) -> Path:
        """Where the private keys are."""
        return self.path / "keys"

    @property
    def log(self) -> Path:
        """The published log: tiles and the newest checkpoint, for anybody to copy."""
        return self.path / "log"

    @property
    def uploads(self) -> Path:
        """Where uploaded files are kept, by their SHA-256."""
        return self.path / "uploads"

    @property
    def tls(self) -> Path:
        """Where the township's authority and its server's certificate are, with their keys."""
        return self.path / "tls"

    @property
    def messengers(self) -> MessengerFile:
        """The mail server and the robots that carry notices outside."""
        return MessengerFile(self.path / "messengers.json")

    def prepare(self) -> None:
        """Make the folders and the database file that are not there yet; nobody else may read them, old or new.

        SQLite gives the files beside the database (`-wal`, `-shm`) the database's own mode.
        """
        for folder in (self.path, self.uploads):
            make_folder(folder, 0o700)
            folder.chmod(0o700)
        if self.other_database_url is None:
            self._database_file.touch(mode=0o600)
            for file in self.path.glob(f"{self._database_file.name}*"):
                file.chmod(0o600)

    def keys(self) -> Keys:
        """The keys of this township; raises `KeysMissing` before it was founded."""
        return load_keys(self.key_folder)

    def make_keys(self, origin: str, permit_seed: bytes, log_seed: bytes) -> Keys:
        """Make and save the keys of a new township from two 32-byte seeds; never overwrites existing ones."""
        keys = make_keys(origin, permit_seed, log_seed)
        save_keys(self.key_folder, keys, permit_seed, log_seed)
        return keys
