"""Making the names in a folder durable: a file whose bytes are safe can still be lost by its name."""

import os
from contextlib import suppress
from pathlib import Path


def make_folder(folder: Path, mode: int = 0o755) -> None:
    """Make a folder and those on the way to it, each name durable; what is there already stays as it is.

    Raises `OSError`, and then leaves none whose name may be lost: it would be taken for durable the next time.
    """
    if folder.exists():
        return
    make_folder(folder.parent, mode)
    folder.mkdir(mode=mode, exist_ok=True)
    try:
        sync_folder(folder.parent)
    except OSError:
        with suppress(OSError):
            folder.rmdir()
        raise


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable; raises `OSError`."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
