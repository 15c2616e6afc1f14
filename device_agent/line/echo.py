"""Some two-wire adapters hear their own sending. On the 8A board an echoed unlock reads as "the door stayed closed"."""


class Echo:
    """Finds out with every read whether the adapter echoes, and takes the echo out of what is received."""

    def __init__(self) -> None:
        self.is_present: bool | None = None
        """`None` until a first read told."""
        self._sent = b""
        self._first = bytearray()
        self._received = 0

    def sent(self, octets: bytes) -> None:
        """These bytes go out now; an echo of them would be the first to come in."""
        self._sent = octets
        self._first.clear()
        self._received = 0

    def strip(self, octets: bytes) -> bytes:
        """What of these bytes the board said. Withholds what may be an echo until it is one, or proves not to be."""
        known, wanted = len(self._first), len(self._sent)
        was_matching = self._sent.startswith(bytes(self._first))
        self._first += octets[: wanted - known]
        self._received += len(octets)
        if not self.is_present or not was_matching:
            return octets
        if self._sent.startswith(bytes(self._first)):
            return octets[wanted - known :]
        return bytes(self._first[:known]) + octets

    def learn(self, answer_octets: int) -> None:
        """A read is over, answered with so many bytes or none: whatever came before the answer was an echo, or not.

        The lengths must add up, since an answer may by chance begin like the request.
        """
        self.is_present = self._first == self._sent and self._received >= len(self._sent) + answer_octets
