"""Slow hashing stays off the event loop and off the writer, and never takes more than two cores' worth of memory."""

import asyncio
from collections.abc import Callable
from functools import cache
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
AT_ONCE = 2


@cache
def _gate(_loop: asyncio.AbstractEventLoop) -> asyncio.Semaphore:
    return asyncio.Semaphore(AT_ONCE)


async def off_loop(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a slow function in a thread; at most two at once, the others wait their turn."""
    async with _gate(asyncio.get_running_loop()):
        return await asyncio.to_thread(function, *args, **kwargs)
