"""What is kept as a photo, what is given out, and how it is sent."""

import base64
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from device_agent.photos import PHOTO_BYTES_MAX, Album, PhotoNotSent, PhotoSender
from firmware_protocol.messages import PhotoDoorbell, Ticket, decode
from tests.device_agent.hall import AGENT, AGENT_SIGNER
from tests.fixtures.ports import free_port
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


class Office(BaseHTTPRequestHandler):
    """Takes whatever is put, and answers as it is told."""

    taken: ClassVar[list[tuple[str, str, bytes]]]
    status: ClassVar[int]

    def do_PUT(self) -> None:
        content = self.rfile.read(int(self.headers["content-length"]))
        self.taken.append((self.path, self.headers["authorization"], content))
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing on the screen."""


@contextmanager
def office(status: int) -> Iterator[tuple[str, list[tuple[str, str, bytes]]]]:
    """An office's address, and what was put there."""
    taken: list[tuple[str, str, bytes]] = []
    handler = type("Told", (Office,), {"taken": taken, "status": status})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        answering = threading.Thread(target=server.serve_forever)
        answering.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", taken
        finally:
            server.shutdown()
            answering.join()


def test_a_photo_is_sent_with_the_answer_to_its_ticket(tmp_path: Path) -> None:
    album = Album(tmp_path)
    photo = album.keep(jpeg())
    assert photo is not None
    with office(204) as (url, taken):
        PhotoSender(album, url, AGENT, AGENT_SIGNER).send(PhotoDoorbell(AGENT, photo.sha256, "ticket"))
    ((path, header, content),) = taken
    assert (path, content) == (f"/agent/v1/photos/{photo.sha256}", jpeg())
    note = base64.b64decode(header.removeprefix("Gongguan "))
    assert decode(note, Ticket, [AGENT_SIGNER.verifier]) == Ticket(AGENT, "ticket")


@pytest.mark.parametrize("status", [401, 422, 500])
def test_a_photo_that_is_not_taken_is_said_so(tmp_path: Path, status: int) -> None:
    album = Album(tmp_path)
    photo = album.keep(jpeg())
    assert photo is not None
    with office(status) as (url, _), pytest.raises(PhotoNotSent, match=str(status)):
        PhotoSender(album, url, AGENT, AGENT_SIGNER).send(PhotoDoorbell(AGENT, photo.sha256, "ticket"))


def test_a_photo_that_is_not_here_and_an_office_that_is_not_there_are_said_so(tmp_path: Path) -> None:
    album = Album(tmp_path)
    photo = album.keep(jpeg())
    assert photo is not None
    sender = PhotoSender(album, f"http://127.0.0.1:{free_port()}", AGENT, AGENT_SIGNER)
    for sha256 in (photo.sha256, "ab" * 32):
        with pytest.raises(PhotoNotSent):
            sender.send(PhotoDoorbell(AGENT, sha256, "ticket"))
