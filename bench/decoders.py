"""How fast each family's decoder reads what its boards say: any good frames of theirs, whole and byte by byte.

The floor is the check alone, which every reader has to compute: over each frame's bytes, as if somebody else had found
where it begins and ends. The wire is what could come in at all, at the family's baud rate. A second is one of the
processor's, so that it does not matter who else is at work.
"""

from collections.abc import Iterable
from time import process_time

from bench.figures import Figure
from bench.township import Town
from firmware_protocol.boards import DIALECTS, Dialect, Side, wire_ms
from firmware_protocol.fuzz import Chance, Damage

WIRE_RATIO_MIN = 10


def measure(_town: Town, frames: int) -> list[Figure]:
    """So many frames of each family."""
    return [_figure(speech, frames) for speech in DIALECTS.values()]


def _figure(speech: Dialect, count: int) -> Figure:
    damage = Damage(speech, Side.BOARD, Chance("bench"))
    frames = [damage.frame() for _ in range(count)]
    stream = b"".join(frames)
    measured = {
        "whole": _read_per_s(speech, frames, count),
        "byte by byte": _read_per_s(speech, [bytes((octet,)) for octet in stream], count),
    }
    wire_per_s = count * 1000 / wire_ms(len(stream), speech.baud)
    return Figure(
        what=f"frames decoded, {speech.name}",
        unit="/s",
        measured=measured,
        floors={"check alone": _checked_per_s(speech, frames), f"wire, {speech.baud} baud": wire_per_s},
        target=f"≥ {WIRE_RATIO_MIN} × wire",
        is_met=min(measured.values()) >= WIRE_RATIO_MIN * wire_per_s,
    )


def _read_per_s(speech: Dialect, pieces: Iterable[bytes], count: int) -> float:
    decoder = speech.decoder(Side.BOARD)
    started = process_time()
    for piece in pieces:
        decoder.feed(piece)
    decoder.idle()
    return count / (process_time() - started)


def _checked_per_s(speech: Dialect, frames: list[bytes]) -> float:
    bodies = [octets[: len(octets) - speech.check.octets] for octets in map(speech.framing.unwrap, frames)]
    started = process_time()
    for body in bodies:
        speech.check.over(body)
    return len(frames) / (process_time() - started)
