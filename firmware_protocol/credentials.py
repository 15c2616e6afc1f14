"""Cards and PINs: what both ends derive from ten digits and six, so that neither is stored.

Both use argon2id with 8 MiB so that a Raspberry Pi answers in some ten milliseconds while guessing ten-digit card
numbers out of a stolen roster stays expensive. Cards share one salt per township, since a card must be looked up;
every PIN has a salt of its own.
"""

import re

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

MEMORY_KIB = 8192
CARD_ITERATIONS = 1
PIN_ITERATIONS = 2
CARD_SALT_BYTES = 16
PIN_SALT_BYTES = 16
_CARD = re.compile(r"[0-9]{10}")
_PIN = re.compile(r"[0-9]{6}")


def is_card_number(text: str) -> bool:
    """Whether `text` is what a card reader types: ten ASCII digits."""
    return _CARD.fullmatch(text) is not None


def is_pin(text: str) -> bool:
    """Whether `text` can be a PIN: six ASCII digits."""
    return _PIN.fullmatch(text) is not None


def card_hash(card_number: str, card_salt: bytes) -> str:
    """Hex argon2id (32 bytes) of a card number under the township's salt; takes about 10 ms and 8 MiB."""
    kdf = Argon2id(salt=card_salt, length=32, iterations=CARD_ITERATIONS, lanes=1, memory_cost=MEMORY_KIB)
    return kdf.derive(card_number.encode()).hex()


def pin_hash(pin: str, salt: bytes) -> str:
    """PHC string of a PIN under its own 16-byte salt."""
    kdf = Argon2id(salt=salt, length=32, iterations=PIN_ITERATIONS, lanes=1, memory_cost=MEMORY_KIB)
    return kdf.derive_phc_encoded(pin.encode())


def pin_fits(pin: str, hashed: str) -> bool:
    """Whether `pin` is the one behind the PHC string; constant time, False for a damaged string."""
    try:
        Argon2id.verify_phc_encoded(pin.encode(), hashed)
    except (InvalidKey, ValueError):
        return False
    return True
