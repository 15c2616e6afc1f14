"""What is kept as a photo, and what is given out."""

import hashlib
from pathlib import Path

import pytest

from device_agent.photos import PHOTO_BYTES_MAX, Album
from tests.server.pictures import jpeg, pdf, png


def test_a_photo_is_kept_under_its_hash_for_this_account_alone(tmp_path: Path) -> None:
    album = Album(tmp_path / "photos")
    photo = album.keep(jpeg())
    assert photo is not None
    assert (photo.sha256, photo.size_bytes) == (hashlib.sha256(jpeg()).hexdigest(), len(jpeg()))
    assert album.read(photo.sha256) == jpeg()
    assert album.folder.stat().st_mode & 0o077 == 0
    assert [path.suffix for path in album.folder.iterdir()] == [".jpg"]


def test_the_same_photo_twice_is_one(tmp_path: Path) -> None:
    album = Album(tmp_path)
    assert album.keep(jpeg()) == album.keep(jpeg())
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    "content",
    [b"", png(), pdf(), jpeg()[:-2], jpeg(behind=b"x"), b"\xff\xd8\xff" + bytes(PHOTO_BYTES_MAX) + b"\xff\xd9"],
    ids=["nothing", "another picture", "a paper", "half a photo", "a photo with something behind it", "a huge one"],
)
def test_what_is_no_photo_is_not_kept(tmp_path: Path, content: bytes) -> None:
    assert Album(tmp_path / "photos").keep(content) is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["", "../journal.sqlite", "ab" * 32, "AB" * 32])
def test_only_photos_are_given_out(tmp_path: Path, name: str) -> None:
    (tmp_path / "journal.sqlite").write_bytes(b"secret")
    assert Album(tmp_path / "photos").read(name) is None
