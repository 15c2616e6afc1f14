"""Where a broker is found, and how the server shows who it is."""

import ssl
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class BrokerAccount:
    """Where the broker listens and what it knows us by.

    `tls_ca` is a PEM file, None without TLS; `certificate` and its key are shown to a broker that asks for them.
    """

    host: str
    port: int
    username: str
    password: str = field(repr=False)
    tls_ca: Path | None = None
    certificate: tuple[Path, Path] | None = None

    def tls(self) -> ssl.SSLContext | None:
        """TLS 1.2 or newer with a broker that `tls_ca` vouches for, None without; files are read anew each time.

        Raises `OSError`.
        """
        if self.tls_ca is None:
            return None
        context = ssl.create_default_context(cafile=str(self.tls_ca))
        if self.certificate is not None:
            context.load_cert_chain(*self.certificate)
        return context
