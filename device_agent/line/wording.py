"""What was said on a line, in a sentence each; what could not be read, too. Pure."""

from firmware_protocol.boards import Side
from firmware_protocol.boards.following import Piece
from firmware_protocol.boards.sentences import sentence

SPEAKERS = {Side.HOST: "柜机→板", Side.BOARD: "板→柜机", None: "不知谁"}
DAMAGED = "有报文校验不对，没有理会。常见原因：接线松、线太长、A/B 接反、两台主机同时说话。"
NO_FRAME = "不成报文的字节，没有理会。"
UNPROVEN = "（没有证明身份，没有理会）"


def meaning(piece: Piece, *, is_believed: bool = True) -> str:
    """What it means; ends with a full stop or a bracket."""
    if piece.frame is None:
        return DAMAGED if piece.is_damaged else NO_FRAME
    return sentence(piece.frame) + ("" if is_believed else UNPROVEN)


def spaced_hex(octets: bytes) -> str:
    """`8A 01 07 11 9D`."""
    return octets.hex(" ").upper()
