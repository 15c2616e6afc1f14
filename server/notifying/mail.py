"""One letter over SMTP (RFC 5321; STARTTLS: RFC 3207). Blocks; called from a thread.

A try that ends without trouble means that the server took the letter, not that anybody has it.
"""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from server.custody.notices.deliveries import SENT, Outcome, Trouble
from server.custody.notices.messengers import MailServer, Security
from server.notifying.letters import Letter

TIMEOUT_S = 20.0
_NOT_FOR_GOOD = 500
"""Reply codes from here on mean: not this letter, however often."""


def send_mail(
    server: MailServer, to: str, letter: Letter, *, number: str, at: datetime, trust: ssl.SSLContext | None = None
) -> Outcome:
    """Hand a letter in. `number` makes its Message-ID: the same letter sent twice is recognised as one.

    `trust` says whose certificates count, by default what the system trusts.
    """
    message = _message(server, to, letter, number, at)
    try:
        with _connected(server, trust or ssl.create_default_context()) as connection:
            if server.username:
                connection.login(server.username, server.password)
            connection.send_message(message)
    except OSError as error:  # smtplib's own are OSErrors too
        return _outcome_of(error)
    return SENT


@contextmanager
def _connected(server: MailServer, trust: ssl.SSLContext) -> Iterator[smtplib.SMTP]:
    if server.security is Security.TLS:
        with smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_S, context=trust) as connection:
            yield connection
        return
    with smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_S) as connection:
        if server.security is Security.STARTTLS:
            connection.starttls(context=trust)
        yield connection


def _message(server: MailServer, to: str, letter: Letter, number: str, at: datetime) -> EmailMessage:
    message = EmailMessage()
    message["From"] = server.sender
    message["To"] = to
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{number}@{server.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    return message


def _outcome_of(error: OSError) -> Outcome:
    match error:
        case smtplib.SMTPAuthenticationError():
            return Outcome(Trouble.SIGN_IN, f"SMTP {error.smtp_code}")
        case smtplib.SMTPRecipientsRefused():
            return _recipient_refused(error)
        case smtplib.SMTPResponseException():
            return Outcome(Trouble.REFUSED, f"SMTP {error.smtp_code}")
        case smtplib.SMTPNotSupportedError():
            return Outcome(Trouble.REFUSED, type(error).__name__)
        case ssl.SSLError():
            return Outcome(Trouble.UNTRUSTED, error.reason or "")
        case _:
            return Outcome(Trouble.UNREACHABLE, type(error).__name__)


def _recipient_refused(error: smtplib.SMTPRecipientsRefused) -> Outcome:
    """A greylisting server says 450 and means later; 550 means never."""
    code = max((code for code, _ in error.recipients.values()), default=0)
    return Outcome(Trouble.ADDRESS_REFUSED if code >= _NOT_FOR_GOOD else Trouble.REFUSED, f"SMTP {code}")
