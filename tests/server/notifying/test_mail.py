"""Letters over SMTP: in the clear on this machine, STARTTLS, TLS; and every way in which a server can say no."""

import asyncio
import ssl
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from firmware_protocol.times import CHINA
from server.custody.notices.deliveries import SENT, Outcome, Trouble
from server.custody.notices.messengers import MailServer, Security
from server.notifying.letters import Letter
from server.notifying.mail import send_mail
from tests.server.notifying.postbox import PASSWORD, USER, Postbox, open_postbox, own_certificate

LETTER = Letter("清溪镇共管：待审批 1 条", ("游少玉申请用东坑一社 公章，等您审批。",), "https://gongguan.test")
MONDAY = datetime(2026, 11, 23, 9, 30, tzinfo=CHINA)


def server_of(box: Postbox, security: Security = Security.PLAIN, **changes: Any) -> MailServer:
    plain = MailServer(
        host="127.0.0.1", port=box.port, security=security, username="", sender="gongguan@mail.test", password=""
    )
    return replace(plain, **changes)


async def sent(server: MailServer, trust: ssl.SSLContext | None = None) -> Outcome:
    return await asyncio.to_thread(
        send_mail, server, "liao@mail.test", LETTER, number="delivery-1", at=MONDAY, trust=trust
    )


async def test_a_letter_arrives_whole_in_chinese() -> None:
    async with open_postbox(Postbox()) as box:
        assert await sent(server_of(box)) == SENT
    letter = box.letters[0]
    assert box.recipients == ["liao@mail.test"]
    assert letter["Subject"] == LETTER.subject
    assert letter["Message-ID"] == "<delivery-1@mail.test>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter.get_content().splitlines() == LETTER.text.splitlines()


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
async def test_a_password_goes_over_an_encrypted_line(tmp_path: Path, security: Security) -> None:
    shown, trust = own_certificate(tmp_path)
    box = Postbox(wants_sign_in=True, server_tls=shown)
    async with open_postbox(box, tls=shown if security is Security.TLS else None):
        assert await sent(server_of(box, security, username=USER, password=PASSWORD), trust) == SENT
    assert box.was_encrypted
    assert box.sign_ins == [USER]
    assert len(box.letters) == 1


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
async def test_a_server_with_a_strangers_certificate_gets_nothing(tmp_path: Path, security: Security) -> None:
    shown, _ = own_certificate(tmp_path)
    box = Postbox(server_tls=shown)
    async with open_postbox(box, tls=shown if security is Security.TLS else None):
        outcome = await sent(server_of(box, security, username=USER, password=PASSWORD))
    assert outcome.trouble is Trouble.UNTRUSTED
    assert (box.sign_ins, box.letters) == ([], [])


@pytest.mark.parametrize(
    ("box", "outcome"),
    [
        (Postbox(refuses="550 nobody here"), Outcome(Trouble.ADDRESS_REFUSED, "SMTP 550")),
        (Postbox(refuses="450 come again"), Outcome(Trouble.REFUSED, "SMTP 450")),
        (Postbox(drops=True), Outcome(Trouble.UNREACHABLE, "SMTPServerDisconnected")),
        (Postbox(wants_sign_in=True), Outcome(Trouble.REFUSED, "SMTP 530")),
    ],
    ids=["nobody of that name", "greylisted", "hangs up at the letter", "wants a password"],
)
async def test_a_server_that_says_no_is_understood(box: Postbox, outcome: Outcome) -> None:
    async with open_postbox(box):
        assert await sent(server_of(box)) == outcome
    assert box.letters == []


async def test_a_wrong_password_is_told_from_everything_else() -> None:
    async with open_postbox(Postbox()) as box:
        outcome = await sent(server_of(box, username=USER, password="not this"))
    assert outcome == Outcome(Trouble.SIGN_IN, "SMTP 535")


async def test_where_nobody_listens_is_unreachable() -> None:
    async with open_postbox(Postbox()) as box:
        server = server_of(box)
    assert (await sent(server)).trouble is Trouble.UNREACHABLE
