"""The session in LCP.md is executed: both halves, given its secret and nonces, write its very bytes."""

import re
from pathlib import Path

from firmware_protocol.boards import Doubt, Hello, Packet, Side, Welcome, dialect
from firmware_protocol.boards.gongguan_lcp.codec import body_of
from firmware_protocol.boards.gongguan_lcp.keys import Secret, operation_id, session_keys
from firmware_protocol.boards.gongguan_lcp.sessions import BoardSession, HostSession, doubted

TEXT = (Path(__file__).parents[3] / "firmware_protocol" / "LCP.md").read_text(encoding="utf-8")
TOLD = dict(
    line.split(maxsplit=1)
    for line in re.findall(r"^```lcp\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)[0].splitlines()
)
SPEECH = dialect("gongguan-lcp")
SECRET = Secret.parse(TOLD["secret"])


def packets(side: Side) -> list[Packet]:
    """What one side says, in order."""
    (block,) = re.findall(rf"^```gongguan-lcp {side}\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)
    octets = [bytes.fromhex(line.split("→")[0]) for line in block.splitlines()]
    heard = [SPEECH.decoder(side).feed(each) for each in octets]
    return [packet for (packet,) in heard if isinstance(packet, Packet)]


SAID, ANSWERED = packets(Side.HOST), packets(Side.BOARD)


def test_the_host_writes_what_the_page_says_and_believes_every_answer_once():
    host = HostSession(SECRET)
    for said, answer in zip(SAID, ANSWERED, strict=False):
        nonce = said.message.nonce if isinstance(said.message, Hello) else b""
        assert host.ask(said.message, nonce) == said  # type: ignore[arg-type]
        assert host.hear(answer) == answer.message
        assert host.hear(answer) is None


def test_the_controller_writes_what_the_page_says_and_believes_every_request_once():
    board = BoardSession(SECRET)
    for said, answer in zip(SAID, ANSWERED, strict=False):
        if isinstance(answer.message, Welcome):
            assert board.greet(said, answer.message) == answer
            continue
        assert board.doubt(said) is None
        assert board.answer(said, answer.message) == answer  # type: ignore[arg-type]
        assert board.doubt(said) is Doubt.OLD_COUNTER
    assert doubted(SAID[3], Doubt.OLD_COUNTER) == ANSWERED[-1]


def test_keys_and_operation_are_those_on_the_page():
    keys = session_keys(SECRET, body_of(SAID[0]), body_of(ANSWERED[0]))
    assert (keys.host.hex().upper(), keys.board.hex().upper()) == (TOLD["K_host"], TOLD["K_board"])

    permit, kind, number = TOLD["permit"].split()
    assert operation_id(permit, kind, int(number)).hex().upper() == TOLD["operation"]


def test_a_secret_is_never_shown():
    assert TOLD["secret"][:8].lower() not in repr(SECRET) + repr(session_keys(SECRET, b"", b""))
    assert repr(SECRET) == "Secret()"
