"""Fetching a roster over HTTP, when a doorbell said that there is a newer one."""

import base64
import hashlib
import ssl
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

from firmware_protocol.messages import RosterDoorbell, Ticket, encode
from firmware_protocol.notes import Signer

if TYPE_CHECKING:
    import httpx

ROSTER_BYTES_MAX = 8 * 1024 * 1024
FETCH_S = 15.0


class RosterNotFetched(Exception):
    """The server gave no roster, or not the one the doorbell meant; the message says what happened instead."""


@dataclass(frozen=True, slots=True)
class RosterFetcher:
    """Where rosters are, and who asks for them. `tls_ca` is a PEM file, None to trust the system's authorities."""

    server_url: str
    agent: str
    signer: Signer = field(repr=False)
    tls_ca: Path | None = None

    def fetch(self, doorbell: RosterDoorbell) -> bytes:
        """The roster's note as the doorbell described it, not yet verified. Blocks; raises `RosterNotFetched`."""
        import httpx  # noqa: PLC0415  ten megabytes that an idle agent does without

        url = f"{self.server_url}/agent/v1/rosters/{doorbell.version}"
        headers = {"Authorization": authorization(self.agent, doorbell.ticket, self.signer)}
        tls = tls_for(self.server_url, self.tls_ca)
        try:
            with (
                httpx.Client(verify=tls, trust_env=False, timeout=FETCH_S) as client,
                client.stream("GET", url, headers=headers) as answer,
            ):
                return _checked(answer, doorbell)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise RosterNotFetched(repr(error)) from error


def authorization(agent: str, ticket: str, signer: Signer) -> str:
    """The header that answers a doorbell's ticket."""
    return f"Gongguan {base64.b64encode(encode(Ticket(agent, ticket), signer)).decode()}"


def tls_for(server_url: str, tls_ca: Path | None) -> ssl.SSLContext:
    """Whom to trust behind this address: the given authority, or the system's."""
    if server_url.startswith("http://"):
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # unused, and quicker than loading every authority
    return ssl.create_default_context(cafile=None if tls_ca is None else str(tls_ca))


def _checked(answer: "httpx.Response", doorbell: RosterDoorbell) -> bytes:
    if answer.status_code != HTTPStatus.OK:
        raise RosterNotFetched(f"HTTP {answer.status_code}")
    note = bytearray()
    for part in answer.iter_bytes():
        note += part
        if len(note) > ROSTER_BYTES_MAX:
            raise RosterNotFetched("too large")
    if hashlib.sha256(note).hexdigest() != doorbell.sha256:
        raise RosterNotFetched("not the roster that was announced")
    return bytes(note)
