"""What machines that enrol are told of the broker, and what they are handed so that it knows them."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.serialization import Encoding

from server.cabinets.admission import Admissions
from server.cabinets.broker_account import BrokerAccount
from server.cabinets.enrolments import Admit
from server.certificates.clients import certify_enrolled
from server.custody.enrolments import Enrolment
from server.settings import Settings
from server.store.keys import Keys
from server.store.log_files import LogFiles
from server.web.serving import is_loopback


def admitting(keys: Keys, log: LogFiles, tls: Path, settings: Settings, clock: Callable[[], datetime]) -> Admit:
    """What writes admissions; where the broker asks for certificates, with one of the township's authority."""

    def certify(enrolment: Enrolment) -> str:
        if settings.broker != "external" or settings.broker_cert_file is None or enrolment.epoch is None:
            return ""
        made = certify_enrolled(tls, enrolment.agent, enrolment.epoch, enrolment.tls_key, clock())
        return made.public_bytes(Encoding.PEM).decode("ascii")

    broker_ca = settings.broker_ca_file if settings.broker == "external" else None
    return Admissions(keys, log.published, certify, broker_ca).admit


def broker_for_agents(account: BrokerAccount, public_address: str) -> tuple[str, int]:
    """Where agents look for the broker: one that runs beside the server goes by the server's name there."""
    name = urlsplit(public_address).hostname
    return (name if name and is_loopback(account.host) and account.tls_ca else account.host), account.port
