"""What the pages stand on: every collaborator, given once and by hand (`wiring`), passed along explicitly."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from fastapi import Request

from firmware_protocol.log_policy import Policy
from server.custody.figures import Figures
from server.store.database import Database
from server.store.log_files import LogFiles
from server.store.messenger_file import MessengerFile
from server.store.uploads import Uploads
from server.store.writer import Writer
from server.web.assets import Asset
from server.web.kept import Kept
from server.web.language import Language
from server.web.live import LiveBoard
from server.web.once import Once
from server.web.pages import Pages
from server.web.printing import Printing


@dataclass(frozen=True, slots=True)
class OwnAuthority:
    """The township's own authority for TLS, which people put on their devices: certificate (DER) and fingerprint."""

    certificate: bytes
    fingerprint: str

    @property
    def sha256(self) -> str:
        """The same fingerprint as plain hex."""
        return hashlib.sha256(self.certificate).hexdigest()


@dataclass(frozen=True, slots=True)
class WebSettings:
    """How the service is reached, and who witnesses its log.

    `tls`: browsers come by https, so cookies are `Secure` and named `__Host-…`. `address`: what people type to get
    here, printed on slips ("" takes it from the request) and in receipts ("" leaves it out). `authority` is offered to
    whoever comes, where there is one. `broker` is where agents find theirs, host and port.
    """

    tls: bool = False
    address: str = ""
    witnesses: Policy = field(default_factory=Policy)
    authority: OwnAuthority | None = None
    broker: tuple[str, int] = ("127.0.0.1", 1883)


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The collaborators of every route. `works` says which parts of the service work, by name."""

    database: Database
    writer: Writer
    uploads: Uploads
    messengers: MessengerFile
    log: LogFiles
    clock: Callable[[], datetime]
    live: LiveBoard
    works: Callable[[], Mapping[str, bool]]
    settings: WebSettings
    languages: Mapping[str, Language]
    assets: Mapping[str, Asset]
    pages: Pages
    once: Once = field(default_factory=Once)
    printing: Printing = field(default_factory=Printing)
    figures: Kept[Figures] = field(default_factory=Kept)


def house_of(request: Request) -> House:
    """The house a request came to."""
    house: House = request.app.state.house
    return house
