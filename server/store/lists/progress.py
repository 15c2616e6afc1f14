"""How far something long has come, for whoever waits for it."""

from collections.abc import Callable

Tell = Callable[[int, int], None]
"""Is told now and then that so many of so many are done, on the thread that does them."""


def untold(_done: int, _total: int) -> None:
    """Nobody waits."""
