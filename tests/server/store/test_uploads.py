"""Files beside the database: each whole under its hash, or not there; what a crash leaves is swept."""

import hashlib
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from server.store.uploads import ARRIVING, Damaged, Uploads

CONTENT = b"a photo of a contract"
SHA256 = hashlib.sha256(CONTENT).hexdigest()
DIES_BEFORE_THE_RENAME = f"""
import os, sys
from pathlib import Path
from server.store.uploads import Uploads
with Uploads(Path(sys.argv[1])).arriving() as arrival:
    arrival.write({CONTENT!r})
    arrival.stream.flush()
    os._exit(9)
"""


@pytest.fixture
def uploads(tmp_path: Path) -> Uploads:
    return Uploads(tmp_path)


def keep(uploads: Uploads, content: bytes = CONTENT) -> None:
    with uploads.arriving() as arrival:
        for at in range(0, len(content), 4):
            arrival.write(content[at : at + 4])
        arrival.keep()


def names(uploads: Uploads) -> list[str]:
    return sorted(path.name for path in uploads.folder.iterdir())


def test_a_file_is_kept_under_its_hash_and_nothing_else_is_left(uploads: Uploads) -> None:
    keep(uploads)
    assert names(uploads) == [SHA256]
    with uploads.opened(SHA256) as stream:
        assert stream.read() == CONTENT


def test_the_same_file_twice_is_one_file(uploads: Uploads) -> None:
    keep(uploads)
    keep(uploads)
    assert names(uploads) == [SHA256]


def test_what_is_not_kept_is_gone(uploads: Uploads) -> None:
    with uploads.arriving() as arrival:
        arrival.write(CONTENT)
    assert names(uploads) == []


def test_a_file_that_breaks_off_is_gone(uploads: Uploads) -> None:
    with suppress(ConnectionError), uploads.arriving() as arrival:
        arrival.write(CONTENT)
        raise ConnectionError
    assert names(uploads) == []


@pytest.mark.parametrize("damage", [b"", CONTENT + b"!", b"another file"], ids=["emptied", "longer", "another"])
def test_a_file_that_was_changed_is_not_given_out(uploads: Uploads, damage: bytes) -> None:
    keep(uploads)
    (uploads.folder / SHA256).write_bytes(damage)
    assert not uploads.is_sound(SHA256)
    with pytest.raises(Damaged):
        uploads.opened(SHA256)


def test_a_file_that_is_gone_is_damaged(uploads: Uploads) -> None:
    with pytest.raises(Damaged):
        uploads.opened(SHA256)


def test_a_process_that_dies_while_a_file_arrives_leaves_only_what_is_swept(uploads: Uploads) -> None:
    died = subprocess.run([sys.executable, "-c", DIES_BEFORE_THE_RENAME, str(uploads.folder)], check=False)
    assert died.returncode == 9
    (left,) = names(uploads)
    assert left.startswith(ARRIVING)
    assert uploads.sweep(frozenset(), before_s=2e9) == 1
    assert names(uploads) == []


def test_sweeping_keeps_what_a_document_stands_for_what_is_new_and_what_is_not_ours(uploads: Uploads) -> None:
    keep(uploads)
    keep(uploads, b"an orphan")
    keep(uploads, b"a new one")
    (uploads.folder / "README").write_text("put here by somebody")
    for path in uploads.folder.iterdir():
        is_new = path.name == hashlib.sha256(b"a new one").hexdigest()
        os.utime(path, (2000, 2000) if is_new else (1000, 1000))
    assert uploads.sweep(frozenset({SHA256}), before_s=1500) == 1
    assert hashlib.sha256(b"an orphan").hexdigest() not in names(uploads)
    assert len(names(uploads)) == 3
