"""The kiosk's photos: kept by this machine under their SHA-256, and sent to the server when it asks for one.

The entry that names a photo is signed and in the log at once; the bytes may come minutes or days later, and only those
very bytes are taken.
"""

import hashlib
import os
import re
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple

from device_agent.durable_folders import make_folder, sync_folder
from device_agent.roster_fetch import authorization, tls_for
from firmware_protocol.messages import PhotoDoorbell
from firmware_protocol.notes import Signer

PHOTO_BYTES_MAX = 1024 * 1024
SEND_S = 30.0
_NAME = re.compile(r"[0-9a-f]{64}")
_JPEG_BEGINS, _JPEG_ENDS = b"\xff\xd8\xff", b"\xff\xd9"


class Photo(NamedTuple):
    """A photo that is kept: its SHA-256 in hex, and its length."""

    sha256: str
    size_bytes: int


class PhotoNotSent(Exception):
    """The server did not take the photo; the message says what happened instead."""


@dataclass(frozen=True, slots=True)
class Album:
    """The folder photos are in; made with the first one, readable for this account alone."""

    folder: Path

    def keep(self, jpeg: bytes) -> Photo | None:
        """Make a photo durable; None for what is no JPEG of at most `PHOTO_BYTES_MAX`. Blocks for the disk.

        Raises `OSError` where the disk takes nothing; what had arrived by then is removed.
        """
        is_photo = jpeg.startswith(_JPEG_BEGINS) and jpeg.endswith(_JPEG_ENDS) and len(jpeg) <= PHOTO_BYTES_MAX
        if not is_photo:
            return None
        photo = Photo(hashlib.sha256(jpeg).hexdigest(), len(jpeg))
        make_folder(self.folder, 0o700)
        arriving = self.folder / f"{photo.sha256}.arriving"
        try:
            _write(arriving, jpeg)
            arriving.replace(self.folder / f"{photo.sha256}.jpg")
        except OSError:
            arriving.unlink(missing_ok=True)
            raise
        sync_folder(self.folder)
        return photo

    def read(self, sha256: str) -> bytes | None:
        """The bytes of a photo; None where there is none of that name."""
        path = self.folder / f"{sha256}.jpg"
        return path.read_bytes() if _NAME.fullmatch(sha256) and path.is_file() else None


@dataclass(frozen=True, slots=True)
class PhotoSender:
    """Where photos go, and who sends them. `tls_ca` is a PEM file, None to trust the system's authorities."""

    album: Album
    server_url: str
    agent: str
    signer: Signer = field(repr=False)
    tls_ca: Path | None = None

    def send(self, doorbell: PhotoDoorbell) -> None:
        """Send the photo the doorbell asks for. Blocks; raises `PhotoNotSent`."""
        import httpx  # noqa: PLC0415  ten megabytes that an idle agent does without

        jpeg = self.album.read(doorbell.sha256)
        if jpeg is None:
            raise PhotoNotSent("it is not here")
        url = f"{self.server_url}/agent/v1/photos/{doorbell.sha256}"
        headers = {
            "Authorization": authorization(self.agent, doorbell.ticket, self.signer),
            "Content-Type": "image/jpeg",
        }
        try:
            with httpx.Client(verify=tls_for(self.server_url, self.tls_ca), trust_env=False, timeout=SEND_S) as client:
                answer = client.put(url, content=jpeg, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise PhotoNotSent(repr(error)) from error
        if answer.status_code != HTTPStatus.NO_CONTENT:
            raise PhotoNotSent(f"HTTP {answer.status_code}")


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
