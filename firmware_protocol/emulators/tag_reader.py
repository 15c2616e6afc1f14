"""An M100 reader with tags in its field, for demo, training and tests. Pure: bytes go in, bytes come out."""

from collections.abc import Iterable

from firmware_protocol.readers.m100 import AskTags, Decoder, NoTag, TagHeard, encode

RSSI_DBM = -55


class EmulatedTagReader:
    """Answers each inventory with every tag in the field; one whose tag is `shy` is heard in every other round only."""

    def __init__(self) -> None:
        self.tags: dict[str, bool] = {}
        """The EPCs in the field, and whether each is shy."""
        self.is_mute = False
        self._decoder = Decoder()
        self.rounds = 0
        """How often it was asked."""

    def put(self, epcs: Iterable[str], *, is_shy: bool = False) -> None:
        """Bring tags into the field."""
        self.tags |= dict.fromkeys(epcs, is_shy)

    def take(self, epcs: Iterable[str]) -> None:
        """Take tags out of it."""
        for epc in epcs:
            self.tags.pop(epc, None)

    def hear(self, octets: bytes) -> bytes:
        """What it says to these bytes of the host."""
        asked = [frame for frame in self._decoder.feed(octets) if isinstance(frame, AskTags)]
        return b"" if self.is_mute else b"".join(self._round() for _ in asked)

    def _round(self) -> bytes:
        self.rounds += 1
        heard = [epc for epc, is_shy in self.tags.items() if not is_shy or self.rounds % 2]
        return b"".join(encode(TagHeard(epc, RSSI_DBM)) for epc in heard) or encode(NoTag())
