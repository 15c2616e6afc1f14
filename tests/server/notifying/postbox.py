"""A mail server on a real socket: it speaks as much SMTP as is needed to hand in a letter, and remembers what came."""

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

USER, PASSWORD = "gongguan", "letters-go-out"


@dataclass
class Postbox:
    """What it has taken, how it answers. `refuses` is the reply to RCPT; `drops` ends each connection at DATA.

    `then` is called once a letter is taken, before its sender hears of it.
    """

    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    sign_ins: list[str] = field(default_factory=list)
    refuses: str = ""
    drops: bool = False
    wants_sign_in: bool = False
    was_encrypted: bool = False
    then: Callable[[int], None] = lambda _taken: None
    server_tls: ssl.SSLContext = field(default_factory=lambda: ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        try:
            await self._talk(_Line(reader, writer))
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            pass
        finally:
            writer.close()

    async def _talk(self, line: "_Line") -> None:
        await line.say("220 postbox.test")
        while command := await line.hear():
            verb = command.split(" ", 1)[0].upper()
            if verb == "STARTTLS":
                await line.say("220 go ahead")
                await line.writer.start_tls(self.server_tls)
                self.was_encrypted = True
            elif verb == "QUIT":
                await line.say("221 bye")
                return
            elif verb == "DATA" and self.drops:
                return
            elif verb == "DATA":
                await self._take(line)
            else:
                await line.say(self._answer(verb, command))

    def _answer(self, verb: str, command: str) -> str:
        match verb:
            case "EHLO":
                return "250-postbox.test\r\n250-STARTTLS\r\n250-AUTH PLAIN\r\n250 8BITMIME"
            case "AUTH":
                return self._sign_in(command)
            case "RCPT" if self.refuses:
                return self.refuses
            case "RCPT":
                self.recipients.append(command.partition("<")[2].partition(">")[0])
                return "250 ok"
            case "MAIL" if self.wants_sign_in and not self.sign_ins:
                return "530 sign in first"
            case _:
                return "250 ok"

    def _sign_in(self, command: str) -> str:
        _, user, password = base64.b64decode(command.split(" ")[2]).decode().split("\0")
        if (user, password) != (USER, PASSWORD):
            return "535 no"
        self.sign_ins.append(user)
        return "235 welcome"

    async def _take(self, line: "_Line") -> None:
        await line.say("354 go on")
        written = await line.reader.readuntil(b"\r\n.\r\n")
        message = message_from_bytes(written[:-3].replace(b"\r\n..", b"\r\n."), policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.letters.append(message)
        self.then(len(self.letters))
        await line.say("250 taken")


@dataclass
class _Line:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def say(self, words: str) -> None:
        self.writer.write(words.encode() + b"\r\n")
        await self.writer.drain()

    async def hear(self) -> str:
        return (await self.reader.readline()).decode().rstrip("\r\n")


@asynccontextmanager
async def open_postbox(box: Postbox, *, tls: ssl.SSLContext | None = None) -> AsyncIterator[Postbox]:
    """Listen on a free port of this machine until the block ends; with `tls`, encrypted from the first byte."""
    server = await asyncio.start_server(box.serve, "127.0.0.1", 0, ssl=tls)
    box.port = server.sockets[0].getsockname()[1]
    box.was_encrypted = tls is not None
    try:
        yield box
    finally:
        server.close()


def own_certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A certificate for this machine: what a server shows, and what trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "postbox.test")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "postbox.pem"
    private = serialization.PrivateFormat.PKCS8
    written = key.private_bytes(serialization.Encoding.PEM, private, serialization.NoEncryption())
    file.write_bytes(written + certificate.public_bytes(serialization.Encoding.PEM))
    shown = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    shown.load_cert_chain(file)
    return shown, ssl.create_default_context(cafile=str(file))
