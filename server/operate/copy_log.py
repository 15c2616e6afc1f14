"""Copying the published log as far as one checkpoint, while the server goes on writing it."""

from collections.abc import Callable
from pathlib import Path

from server.ledger.tiles import bundles_between, tiles_between
from server.store.log_files import CHECKPOINT, KEYS, LogFiles, Published

WITNESSED = "witnessed"
"""In a log's folder: for each witness without a network the newest head that it has cosigned, by its key's id."""

Progress = Callable[[int, int], None]
"""Hears how many are done, of how many."""


def copy_log(files: LogFiles, published: Published, target: Path, progress: Progress) -> None:
    """Write every tile, every bundle of entries, the list of keys and, last, the checkpoint below `target`.

    What witnesses without a network have cosigned goes along. Not durable by itself.
    """
    tiles = [*bundles_between(0, published.size), *tiles_between(0, published.size)]
    for done, tile in enumerate(tiles, 1):
        _write(target / tile.path, files.read(tile))
        progress(done, len(tiles))
    if (files.folder / KEYS).is_file():
        _write(target / KEYS, (files.folder / KEYS).read_bytes())
    for kept in sorted((files.folder / WITNESSED).glob("????????")):
        _write(target / WITNESSED / kept.name, kept.read_bytes())
    _write(target / CHECKPOINT, published.note)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
