"""Throws noise and damaged frames at a family's decoders. Pure, and the same again for the same seed.

What is promised of any bytes whatever: no exception; every byte belongs to one frame or is counted as skipped; a frame
ends in the right check, stands for itself, and survives being written again; and after a silence the next good frame
is read. The first input that breaks a promise is answered as a `Finding`.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import shake_256
from itertools import count

from firmware_protocol.boards import Decoder, Dialect, Frame, HeardOnly, NotInDialect, Side
from firmware_protocol.boards.forms import Form, Place, values_of

BLOCK_OCTETS = 1 << 16
NOISE_OCTETS_MAX = 40


class Chance:
    """Numbers that look random and follow from the seed alone."""

    def __init__(self, seed: str) -> None:
        self._octets = _stream(seed)

    def below(self, end: int) -> int:
        """A number from 0 up to, not including, `end`, which is at most 65,536."""
        return (next(self._octets) << 8 | next(self._octets)) % end

    def octets(self, length: int) -> bytes:
        """So many bytes."""
        return bytes(next(self._octets) for _ in range(length))


def _stream(seed: str) -> Iterator[int]:
    for block in count():
        yield from shake_256(f"{seed} {block}".encode()).digest(BLOCK_OCTETS)


class Damage:
    """Makes inputs for one side of one family: noise, and its frames flipped, cut, spliced, glued and forged."""

    def __init__(self, dialect: Dialect, side: Side, chance: Chance) -> None:
        self._dialect = dialect
        self._forms = [form for form in dialect.forms if form.side is side]
        self._chance = chance
        self._kinds = (self.frame, self._noise, self._flipped, self._spliced, self._glued, self._forged)

    def any_input(self) -> bytes:
        """The next input."""
        return self._kinds[self._chance.below(len(self._kinds))]()

    def frame(self) -> bytes:
        """A good frame."""
        return self._sent(_any_body(self._forms[self._chance.below(len(self._forms))], self._chance))

    def _noise(self) -> bytes:
        return self._chance.octets(self._chance.below(NOISE_OCTETS_MAX))

    def _flipped(self) -> bytes:
        octets = bytearray(self.frame())
        for _ in range(1 + self._chance.below(3)):
            octets[self._chance.below(len(octets))] ^= 1 << self._chance.below(8)
        return bytes(octets)

    def _spliced(self) -> bytes:
        """A frame's beginning and another one's end: what a collision leaves."""
        one, other = self.frame(), self.frame()
        return one[: self._chance.below(len(one) + 1)] + other[self._chance.below(len(other)) :]

    def _glued(self) -> bytes:
        return self.frame() + self._flipped() + self.frame()

    def _forged(self) -> bytes:
        """A damaged frame under the right check: only the form can tell."""
        body = bytearray(_any_body(self._forms[self._chance.below(len(self._forms))], self._chance))
        body[self._chance.below(len(body))] = self._chance.below(256)
        return self._sent(bytes(body))

    def _sent(self, body: bytes) -> bytes:
        return self._dialect.framing.wrap(body + self._dialect.check.over(body))


def _any_body(form: Form, chance: Chance) -> bytes:
    """Bytes that fit this form."""
    body = bytearray(_any_value(place, chance) for place in form.places)
    if form.run is None:
        return bytes(body)
    at, beside = form.run.counted_at[-1]
    places = body[at] - beside
    for told_at, told_beside in form.run.counted_at:
        body[told_at] = places + told_beside
    return bytes(body) + bytes(_any_value(form.run.place, chance) for _ in range(places))


def _any_value(place: Place, chance: Chance) -> int:
    values = values_of(place)
    return values[chance.below(len(values))]


@dataclass(frozen=True, slots=True)
class Finding:
    """An input that broke a promise, and which."""

    side: Side
    octets: bytes
    broken: str


@dataclass(slots=True)
class Tally:
    """What was thrown, and what was read of it; `finding` is what ended it early, if anything."""

    inputs: int = 0
    octets: int = 0
    frames: int = 0
    skipped: int = 0
    finding: Finding | None = None


def fuzz(dialect: Dialect, inputs: int, seed: str) -> Tally:
    """Throw so many inputs, half at each side's decoder; ends early with the first finding."""
    tally = Tally()
    for side in Side:
        chance = Chance(f"{seed} {dialect.name} {side}")
        damage = Damage(dialect, side, chance)
        for _ in range(inputs // 2):
            octets, after = damage.any_input(), damage.frame()
            broken = _throw(dialect, side, octets, chance.below(len(octets) + 1), after, tally)
            if broken:
                tally.finding = Finding(side, octets, broken)
                return tally
    return tally


def _throw(dialect: Dialect, side: Side, octets: bytes, cut: int, after: bytes, tally: Tally) -> str:
    """Have one input read in two pieces, then a silence, then a good frame; answers what broke, empty if nothing."""
    decoder = dialect.decoder(side)
    try:
        read = [*_read(decoder, octets[:cut]), *_read(decoder, octets[cut:]), *_read(decoder, None)]
        tally.inputs += 1
        tally.octets += len(octets)
        tally.frames += len(read)
        tally.skipped += decoder.skipped
        if sum(len(stood) for _, stood in read) + decoder.skipped != len(octets):
            return "a byte is lost count of"
        if [stood for _, stood in [*_read(decoder, after), *_read(decoder, None)]] != [after]:
            return f"the good frame after it, {after.hex(' ')}, is not read"
        return next(filter(None, (_broken_by(dialect, side, frame, stood) for frame, stood in read)), "")
    except Exception as error:  # noqa: BLE001 - that there is none is what this is about
        return f"{type(error).__name__}: {error}"


def _read(decoder: Decoder, octets: bytes | None) -> list[tuple[Frame, bytes]]:
    """The frames in these bytes, or at a silence, each with its own bytes."""
    frames = decoder.idle() if octets is None else decoder.feed(octets)
    return list(zip(frames, decoder.octets, strict=True))


def _broken_by(dialect: Dialect, side: Side, frame: Frame, octets: bytes) -> str:
    checked = dialect.framing.unwrap(octets)
    body_octets = len(checked) - dialect.check.octets
    if dialect.check.over(checked[:body_octets]) != checked[body_octets:]:
        return f"{octets.hex(' ')} is read under a wrong check"
    if isinstance(frame, HeardOnly):
        return ""
    with suppress(NotInDialect):  # read, but not ours to write: a station 0, a pulse too long
        decoder = dialect.decoder(side)
        if [*decoder.feed(dialect.encode(frame)), *decoder.idle()] != [frame]:
            return f"{frame} is another frame when written and read again"
    return ""
