"""The certificate a running server shows: read again each hour, so that a new one needs no restart.

What a crash means: nothing; files are only read.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from cryptography.hazmat.primitives.serialization import Encoding

from server.certificates.folder import AUTHORITY, SERVER, CertificateFolder, NoCertificate
from server.certificates.standing import fingerprint, warning
from server.web.house import OwnAuthority

EVERY_S = 3600.0

_logger = logging.getLogger(__name__)


def own_authority(folder: CertificateFolder) -> OwnAuthority | None:
    """What people put on their devices; None where the township has made no authority."""
    try:
        certificate = folder.certificate(AUTHORITY)
    except NoCertificate:
        return None
    return OwnAuthority(certificate.public_bytes(Encoding.DER), fingerprint(certificate))


async def watch_certificate(
    folder: CertificateFolder,
    clock: Callable[[], datetime],
    take_new: Callable[[], None],
    every_s: float = EVERY_S,
    renewed_by: str = "make-ca",
) -> None:
    """For ever: show what lies there now, and write to the service's log when its end is near; `warning` says how."""
    while True:
        try:
            take_new()
            if (said := warning(folder.certificate(SERVER), clock(), renewed_by)) is not None:
                _logger.warning("%s", said)
        except (OSError, NoCertificate):
            _logger.exception("the certificate could not be read again; the old one is shown on")
        await asyncio.sleep(every_s)
