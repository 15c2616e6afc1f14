"""Writing a file so that after a power cut it is there whole, or as it was before."""

import os
from contextlib import suppress
from pathlib import Path

NEW = ".new"


def write_durably(target: Path, content: bytes, mode: int = 0o644) -> None:
    """Write beside the place, make that durable, rename, make the name durable; folders on the way are made too."""
    make_folder(target.parent)
    beside = target.with_name(target.name + NEW)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(target)
    sync_folder(target.parent)


def make_folder(folder: Path, mode: int = 0o755) -> None:
    """Make a folder and those on the way to it, each name durable; what is there already stays as it is."""
    for missing in _missing(folder):
        _make_durably(missing, mode)


def sync_file(file: Path) -> None:
    """Make what a closed file holds durable."""
    descriptor = os.open(file, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable; Windows does that by itself, and opens no folders."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _make_durably(folder: Path, mode: int) -> None:
    """A folder that is there is not made again: so one whose name may not be durable must not be there."""
    folder.mkdir(mode=mode, exist_ok=True)
    try:
        sync_folder(folder.parent)
    except OSError:
        with suppress(OSError):
            folder.rmdir()
        raise


def _missing(folder: Path) -> list[Path]:
    """The folders on the way there that do not exist yet, outermost first."""
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    return missing[::-1]
