"""How passwords are hashed: argon2id with OWASP's parameters (19 MiB, two passes). Takes some tens of milliseconds.

PINs and cards are hashed as the agents check them, in `firmware_protocol.credentials`.
"""

from collections.abc import Callable

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from firmware_protocol.credentials import PIN_SALT_BYTES, pin_hash

MEMORY_KIB = 19 * 1024
ITERATIONS = 2
HASH_BYTES = 32
Chance = Callable[[int], bytes]

NOBODYS_PASSWORD = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"  # noqa: S105
"""Checked where there is no such account, so that the answer takes as long."""


def password_hash(password: str, chance: Chance) -> str:
    """PHC string of a password under a salt of its own."""
    kdf = Argon2id(
        salt=chance(PIN_SALT_BYTES), length=HASH_BYTES, iterations=ITERATIONS, lanes=1, memory_cost=MEMORY_KIB
    )
    return kdf.derive_phc_encoded(password.encode())


def password_fits(password: str, phc: str) -> bool:
    """Whether this is the password behind the PHC string; False for a damaged one."""
    try:
        Argon2id.verify_phc_encoded(password.encode(), phc)
    except (InvalidKey, ValueError):
        return False
    return True


def salted_pin_hash(pin: str, chance: Chance) -> str:
    """PHC string of a PIN under a salt of its own."""
    return pin_hash(pin, chance(PIN_SALT_BYTES))
