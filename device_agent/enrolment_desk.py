"""The server as a machine meets it while it enrols: over TLS that the token pins, or not at all."""

import hashlib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from firmware_protocol.enrolments import (
    ADMISSION_BYTES_MAX,
    PRESENTATION,
    Admission,
    Presentation,
    Terms,
    is_pinned,
    read_admission,
    read_terms,
    write_presentation,
)
from firmware_protocol.notes import MalformedNote, Signer, UnverifiedNote, read_json

if TYPE_CHECKING:
    import httpx

ANSWER_S = 15.0
AUTHORITY = "/ca/gongguan-ca.crt"
ENROLMENTS = "/agent/v1/enrolments"
_UNUSED = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
_AS_IT_IS = {"Accept-Encoding": "identity"}
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Unreachable(Exception):
    """The server does not answer now; the message says what happened instead."""


class NotAdmitted(Exception):
    """The server says no, or is not the one that was meant; the message says why in Chinese, and what to do."""


@dataclass(frozen=True, slots=True)
class EnrolmentDesk:
    """One open connection. `authority` is the township's certificate (PEM) as the token pinned it, '' without one."""

    client: "httpx.Client" = field(repr=False)
    authority: str = ""

    @property
    def fingerprint(self) -> str:
        """SHA-256 (hex) of that certificate, '' without one."""
        return hashlib.sha256(ssl.PEM_cert_to_DER_cert(self.authority)).hexdigest() if self.authority else ""

    def present(self, said: Presentation, signer: Signer) -> Terms:
        """Show the keys; raises `Unreachable` or `NotAdmitted`. Safe to repeat with the same keys."""
        answer = _ask(self.client, "POST", f"{ENROLMENTS}/", {PRESENTATION: write_presentation(said, signer).decode()})
        if answer.status_code != HTTPStatus.CREATED:
            raise NotAdmitted(_sentence(answer))
        try:
            terms = read_terms(read_json(answer.text))
        except MalformedNote as error:
            raise NotAdmitted(NO_SERVER_OF_OURS) from error
        if terms.authority != self.fingerprint:
            raise NotAdmitted("服务器的根证书与入网码里的不是同一张。请停下来，告诉系统管理员和镇纪委。")
        return terms

    def outcome(self, terms: Terms) -> Admission | None:
        """The admission, None while people still compare; raises `Unreachable` or `NotAdmitted`."""
        answer = _ask(self.client, "GET", f"{ENROLMENTS}/{terms.enrolment}")
        if answer.status_code == HTTPStatus.ACCEPTED:
            return None
        if answer.status_code != HTTPStatus.OK:
            raise NotAdmitted(_sentence(answer))
        try:
            return read_admission(answer.content, terms)
        except (MalformedNote, UnverifiedNote) as error:
            raise NotAdmitted("服务器的答复不是用核对过的公钥签的。请停下来，告诉系统管理员和镇纪委。") from error


NO_SERVER_OF_OURS = "这个网址上不是共管的服务器，或者版本不同。请核对网址。"


@contextmanager
def desk_at(server_url: str, pin: str, answer_s: float = ANSWER_S) -> Iterator[EnrolmentDesk]:
    """Meet the server; raises `NotAdmitted` where it cannot be known for sure, and `Unreachable`.

    Each of its answers has to come whole within `answer_s`.
    """
    import httpx  # noqa: PLC0415  ten megabytes that an agent does without

    address = urlsplit(server_url)
    if address.scheme != "https" and address.hostname not in LOOPBACK:
        raise NotAdmitted("不加密的网址只能用在服务器自己那台机器上。请用 https:// 开头的网址。")
    authority = _authority(server_url, pin, answer_s) if pin else ""
    trust = ssl.create_default_context(cadata=authority or None) if address.scheme == "https" else _UNUSED
    with httpx.Client(base_url=server_url, verify=trust, trust_env=False, timeout=answer_s) as client:
        yield EnrolmentDesk(client, authority)


def _authority(server_url: str, pin: str, answer_s: float) -> str:
    """The certificate the token pins, fetched without believing whoever hands it over."""
    import httpx  # noqa: PLC0415

    unverified = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    unverified.check_hostname, unverified.verify_mode = False, ssl.CERT_NONE
    with httpx.Client(base_url=server_url, verify=unverified, trust_env=False, timeout=answer_s) as client:
        certificate = _ask(client, "GET", AUTHORITY).content
    if not is_pinned(pin, certificate):
        raise NotAdmitted(
            "服务器的根证书与入网码里的不一样：网址写错了，或者有人冒充。请核对网址；没有错就告诉镇纪委。"
        )
    return ssl.DER_cert_to_PEM_cert(certificate)


def _ask(client: "httpx.Client", method: str, path: str, said: Mapping[str, str] | None = None) -> "httpx.Response":
    """The whole answer, not unpacked, within one time and one size: nobody is known yet who may hold us up."""
    import httpx  # noqa: PLC0415

    deadline, content = monotonic() + (client.timeout.read or 0), bytearray()
    try:
        with client.stream(method, path, json=said, headers=_AS_IT_IS) as answer:
            for part in answer.iter_raw():
                content += part
                if len(content) > ADMISSION_BYTES_MAX or monotonic() > deadline:
                    raise httpx.ReadError("答复太长或者太慢")
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise Unreachable(f"连不上服务器 {client.base_url}：{error}。请看看网线和网址。") from error
    if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise Unreachable(f"服务器暂时办不了（HTTP {answer.status_code}）。")
    return httpx.Response(answer.status_code, content=bytes(content))


def _sentence(answer: "httpx.Response") -> str:
    try:
        sentence = read_json(answer.text).get("sentence")
    except MalformedNote:
        sentence = None
    return sentence if isinstance(sentence, str) and sentence.isprintable() else NO_SERVER_OF_OURS
