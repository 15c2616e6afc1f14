"""`restore`: a backup becomes a data folder again, checked like one; and what the log has lost by that is said.

Cabinets keep their entries and send again what the restored log lacks. What the server itself wrote after the backup
is lost with its database: the published log, where a copy of it is left, has those entries' bytes and not the bodies
in which they say what they mean. Their places in the log will be taken by others, and whoever saw them will refuse the
restored log. So a copy is compared before the first program writes to the folder, and the loss is counted. Where only
cabinets' entries are missing, the newest log comes into the folder too: they take their old places (`store/gap.py`).
"""

import json
import shutil
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from firmware_protocol.key_changes import KeyChange, KeyHistory
from firmware_protocol.notes import MalformedNote, UnverifiedNote
from firmware_protocol.proofs import leaf_hash
from server.ledger.tiles import Tile, bundles_between, entries_in
from server.ledger.tree import Frontier
from server.operate.backup import MANIFEST, VERSION, CopyDamaged, Manifest, Watch, checked, copy_files, growing
from server.operate.copy_log import Progress, copy_log
from server.operate.lost_entries import LostEntry, listed, lost_in
from server.operate.wrongs import Wrong
from server.store.folder import DATABASE_FILE, DataFolder
from server.store.keys import Keys
from server.store.log_files import LogFiles, Published

LOST = "lost-entries.txt"
"""In a restored data folder: what the server had recorded after the backup, line by line."""


class NotABackup(Exception):
    """The folder is no finished backup."""


class NotThisLog(Exception):
    """The copy of the log is damaged, or of another log, or does not begin with what the backup holds."""


class OlderLog(Exception):
    """The copy of the log ends before the backup does: it knows nothing of what came after."""


@dataclass(frozen=True, slots=True)
class Loss:
    """The entries that a copy of the log has after the backup's: the server's own, and how many are of cabinets.

    Those of cabinets are not lost: their agents send them again. `followed` are the roles (`permit`, `log`) whose key
    in the backup has had a successor since, which nobody has any more.
    """

    lost: tuple[LostEntry, ...]
    cabinets: int
    followed: tuple[str, ...] = ()

    @property
    def server(self) -> Mapping[str, int]:
        """How many of the server's there are, by title, the most frequent first."""
        return dict(Counter(each.title for each in self.lost).most_common())

    @property
    def is_gap(self) -> bool:
        """Whether cabinets can bring back all of it, so that the log goes on as everybody knows it."""
        return bool(self.cabinets) and not self.lost


def read_manifest(backup: Path) -> Manifest:
    """What the backup says of itself; raises `NotABackup`."""
    try:
        manifest = Manifest(**json.loads((backup / MANIFEST).read_text("utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise NotABackup(backup) from error
    if manifest.version != VERSION:
        raise NotABackup(backup)
    return manifest


def restore(backup: Path, data: Path, newest_log: Path | None, watch: Watch) -> Loss | None:
    """Make `data`, a new or empty folder, of a backup; whole, verified and durable when it returns.

    Answers what was lost according to `newest_log`, a copy of the published log (None where none is given). Raises
    `NotABackup`, `TargetTaken`, `CopyDamaged`, `NotThisLog`, `OlderLog` and `OSError`; nothing is left at `data` then.
    """
    manifest = read_manifest(backup)
    with growing(data.absolute()) as unfinished:
        _copy(DataFolder(backup), DataFolder(unfinished), manifest, watch)
        if newest_log is None:
            return None
        keys = DataFolder(unfinished).keys()
        history = _followed(newest_log, keys)
        files = LogFiles(newest_log, history.log.newest, history.log.every)
        after = _entries_after(files, manifest, watch("最新的台账"))
        lost = tuple(lost_in(enumerate(after, manifest.size)))
        newest = history.follow(KeyChange(position, note) for position, note in enumerate(after, manifest.size))
        loss = Loss(lost, len(after) - len(lost), _roles_followed(keys, newest))
        if loss.is_gap:
            copy_log(files, _head(files), DataFolder(unfinished).log, watch("公布的台账"))
        if lost:
            known = DataFolder(unfinished) if manifest.has_database else None
            (unfinished / LOST).write_text(listed(lost, known), encoding="utf-8")
        return loss


def _copy(backup: DataFolder, into: DataFolder, manifest: Manifest, watch: Watch) -> None:
    copy_files(backup.path, into.path)
    for copied, target in ((backup.log, into.log), (backup.uploads, into.uploads)):
        if copied.exists():
            shutil.copytree(copied, target)
    if not manifest.has_database:
        return
    (into.path / DATABASE_FILE).touch(mode=0o600)
    shutil.copyfile(backup.path / DATABASE_FILE, into.path / DATABASE_FILE)
    size, root = checked(into, watch("核验备份"))
    if (size, root.hex()) != (manifest.size, manifest.root):
        raise CopyDamaged(Wrong("备份", "数据库不是做备份时的那一份"))


def _followed(newest_log: Path, keys: Keys) -> KeyHistory:
    """From the backup's keys on to those that the copy's list leads to; a witness keeps it for the log's key alone."""
    known = keys.permit.verifier, keys.log.verifier
    try:
        return KeyHistory.of(*known).follow(LogFiles(newest_log, known[1]).changes())
    except MalformedNote as error:
        raise NotThisLog from error


def _roles_followed(keys: Keys, history: KeyHistory) -> tuple[str, ...]:
    then_and_now = {"permit": (keys.permit, history.permit), "log": (keys.log, history.log)}
    return tuple(role for role, (key, ring) in then_and_now.items() if key.verifier != ring.newest)


def _entries_after(files: LogFiles, manifest: Manifest, progress: Progress) -> list[bytes]:
    """The entries that the copy has after the backup's; every hash of the copy is computed anew."""
    published = _head(files)
    if published.size < manifest.size:
        raise OlderLog(files.folder)
    frontier, later = Frontier(), list[bytes]()
    for bundle in bundles_between(0, published.size):
        entries = _bundle(files, bundle)
        held = max(0, manifest.size - frontier.size)
        later += entries[held:]
        if 0 < held <= len(entries):
            _must_be(frontier.extend(map(leaf_hash, entries[:held])), manifest.size, manifest.root)
        frontier = frontier.extend(map(leaf_hash, entries))
        progress(frontier.size, published.size)
    _must_be(frontier, published.size, published.checkpoint.root.hex())
    return later


def _must_be(frontier: Frontier, size: int, root: str) -> None:
    if (frontier.size, frontier.root.hex()) != (size, root):
        raise NotThisLog


def _head(files: LogFiles) -> Published:
    try:
        published = files.published()
    except (MalformedNote, UnverifiedNote) as error:
        raise NotThisLog from error
    if published is None:
        raise NotThisLog
    return published


def _bundle(files: LogFiles, bundle: Tile) -> list[bytes]:
    try:
        return entries_in(files.read(bundle))
    except (FileNotFoundError, ValueError) as error:
        raise NotThisLog(bundle.path) from error
