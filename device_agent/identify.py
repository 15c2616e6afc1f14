"""Cards and PINs, hashed in a thread of their own: some ten milliseconds and 8 MiB each, one at a time."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from firmware_protocol.credentials import card_hash, pin_fits


class Identifier:
    """Derives what a roster can be asked for. Keeps neither card numbers nor PINs."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="identify")

    async def card_hash(self, card_number: str, card_salt: bytes) -> str:
        """The hash a roster knows this card by."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, card_hash, card_number, card_salt)

    async def pin_fits(self, pin: str, hashed: str) -> bool:
        """Whether this is the PIN behind the hash."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, pin_fits, pin, hashed)

    def close(self) -> None:
        """End the thread; a hash that is being derived is not waited for."""
        self._thread.shutdown(wait=False, cancel_futures=True)
