"""Where a use case's answer goes: to a thread that waits for it, or to an event loop that does other things meanwhile.

A loop is woken once for all the answers that wait for it. Woken for each of a group, it would spend more time on waking
than the writer does on the group.
"""

from asyncio import AbstractEventLoop
from asyncio import Future as LoopFuture
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol

Delivery = tuple["LoopFuture[Any]", Callable[[Any], None], Any]


class Answer(Protocol):
    """What the writer asks of whoever waits, on its own thread; a `concurrent.futures.Future` is one."""

    def set_running_or_notify_cancel(self) -> bool:
        """Whether somebody still wants it; asked before the use case runs."""
        ...

    def done(self) -> bool:
        """Whether it was given."""
        ...

    def set_result(self, result: Any, /) -> None:  # noqa: ANN401 - whatever the use case answers
        """Give what the use case answered."""
        ...

    def set_exception(self, exception: BaseException | None, /) -> None:
        """Give what it raised."""
        ...


class Mailbox:
    """Answers on their way to one event loop. Any thread posts; the loop hands them out, in order."""

    def __init__(self, loop: AbstractEventLoop) -> None:
        self.loop = loop
        self._posted: deque[Delivery] = deque()
        self._is_called = False

    def post(self, delivery: Delivery) -> None:
        """Have it handed out soon; dropped where the loop is closed, since nobody waits in it then."""
        self._posted.append(delivery)
        if not self._is_called:
            self._is_called = True
            with suppress(RuntimeError):
                self.loop.call_soon_threadsafe(self._hand_out)

    def _hand_out(self) -> None:
        # Before the first is taken: what is posted from here on calls again, and may find nothing left to do.
        self._is_called = False
        while self._posted:
            future, give, value = self._posted.popleft()
            if not future.done():
                give(value)


class LoopAnswer:
    """The answer to somebody who awaits it in an event loop."""

    __slots__ = ("_is_given", "_mailbox", "future")

    def __init__(self, mailbox: Mailbox) -> None:
        self.future: LoopFuture[Any] = mailbox.loop.create_future()
        self._mailbox = mailbox
        self._is_given = False

    def set_running_or_notify_cancel(self) -> bool:
        """Whether somebody still awaits it."""
        return not self.future.cancelled()

    def done(self) -> bool:
        """Whether it was given."""
        return self._is_given

    def set_result(self, result: Any, /) -> None:  # noqa: ANN401 - whatever the use case answers
        """Give what the use case answered."""
        self._give(self.future.set_result, result)

    def set_exception(self, exception: BaseException | None, /) -> None:
        """Give what it raised."""
        self._give(self.future.set_exception, exception)

    def _give(self, give: Callable[[Any], None], value: Any) -> None:  # noqa: ANN401
        self._is_given = True
        self._mailbox.post((self.future, give, value))
