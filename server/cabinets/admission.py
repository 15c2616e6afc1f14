"""What a machine is handed once two people have confirmed it: everything but its own secrets, signed."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from firmware_protocol.enrolments import Admission, write_admission
from server.custody.enrolments import Enrolment
from server.custody.refusals import Refused
from server.store.keys import Keys
from server.store.log_files import Published
from server.usecases.enrolling import KEYS_MOVED, is_still_told, plan_of
from server.usecases.register_agent import bundle_for

Certify = Callable[[Enrolment], str]
"""The certificate (PEM) by which a broker knows the machine; '' where brokers ask for none."""


@dataclass(frozen=True, slots=True)
class Admissions:
    """Writes admissions. `broker_ca` is who vouches for the broker, None where it speaks without TLS."""

    keys: Keys
    head: Callable[[], Published | None]
    certify: Certify
    broker_ca: Path | None = None

    def admit(self, enrolment: Enrolment) -> bytes | Refused:
        """The admission of one that was confirmed, or why it would have keys in it that nobody compared.

        Raises `OSError` or `LookupError` where a certificate is missing.
        """
        if not is_still_told(enrolment, self.keys):
            return KEYS_MOVED
        bundle = bundle_for(self.keys, plan_of(enrolment), enrolment.epoch or 0)
        if (head := self.head()) is not None:
            bundle["checkpoint"] = head.note.decode()
        admission = Admission(
            enrolment=enrolment.id,
            key=enrolment.key,
            bundle=bundle,
            broker_ca="" if self.broker_ca is None else self.broker_ca.read_text(encoding="ascii"),
            certificate=self.certify(enrolment),
        )
        return write_admission(admission, self.keys.permit)
