"""What a bad line does to bytes on their way. Pure: the same again for the same seed."""

from firmware_protocol.fuzz import Chance

PERMILLE = 1000


class Weather:
    """Loses some bytes and puts stray ones between others, in both directions; fair until told otherwise."""

    def __init__(self) -> None:
        self.reseed("1")
        self.noise_permille = 0
        """Before so many of a thousand bytes stands a stray one."""
        self.lost_permille = 0
        """So many of a thousand bytes are lost."""

    def reseed(self, seed: str) -> None:
        """From now on the chance in it follows from this seed."""
        self._chance = Chance(seed)

    def over(self, octet: int) -> bytes:
        """What arrives in place of this byte."""
        stray = self._chance.octets(1) if self._happens(self.noise_permille) else b""
        return stray if self._happens(self.lost_permille) else stray + bytes((octet,))

    def _happens(self, permille: int) -> bool:
        return permille > 0 and self._chance.below(PERMILLE) < permille
