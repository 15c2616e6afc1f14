"""Every frame that can be read can be told to a technician in one sentence."""

from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_protocol.boards import DIALECTS, Frame, Packet, Side, dialect
from firmware_protocol.boards.sentences import SPOKEN, sentence
from tests.firmware_protocol.boards.frames_of import frames


def test_there_is_a_sentence_for_each_kind_of_frame():
    assert set(get_args(Frame)) - {Packet} == SPOKEN


@pytest.mark.parametrize("family", DIALECTS)
@pytest.mark.parametrize("side", Side)
@settings(max_examples=30)
@given(drawn=st.data())
def test_what_a_frame_means_is_one_sentence(family, side, drawn):
    told = sentence(drawn.draw(frames(family, side)))
    assert told.endswith("。")
    assert told.count("。") == 1
    assert "Enum" not in told


@pytest.mark.parametrize(
    ("family", "side", "octets", "told"),
    [
        ("bcc-8a", Side.HOST, "8A 01 07 11 9D", "请 1 号板打开第 7 路。"),
        ("bcc-8a", Side.BOARD, "8A 01 07 00 8C", "1 号板答开锁：第 7 路，反馈位 0。"),
        ("bcc-8a", Side.HOST, "8A 01 00 11 9A", "有人叫 1 号板打开每一路；本系统不发这种命令。"),
        (
            "kerong-cu16",
            Side.BOARD,
            "02 00 35 FF FE 01 00 03 38",
            "0 号板的反馈位，从第 1 路起 11111111 01111111；第二排输入 10000000 00000000。",
        ),
    ],
)
def test_what_is_said_in_the_words_of_the_cabinet(family, side, octets, told):
    decoder = dialect(family).decoder(side)
    (frame,) = [*decoder.feed(bytes.fromhex(octets)), *decoder.idle()]
    assert sentence(frame) == told
