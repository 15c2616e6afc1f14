"""Before a board is used it is greeted, if its family has a greeting, and may be found unfit."""

from firmware_protocol.boards import Answer, Greeting, Request


class Introduction:
    """How far the greeting of one board has come. Without a greeting there is nothing to wait for."""

    def __init__(self, greeting: Greeting | None, address: int) -> None:
        self._greeting = greeting
        self._requests = greeting.requests(address) if greeting else ()
        self._answers: list[Answer] = []

    @property
    def next_request(self) -> Request | None:
        """What to say next; `None` once the greeting is over."""
        return self._requests[len(self._answers)] if len(self._answers) < len(self._requests) else None

    def answered(self, answer: Answer) -> str:
        """The answer to `next_request`; answers why the board must not be used, empty if nothing says so (yet)."""
        self._answers.append(answer)
        if self._greeting is None or self.next_request is not None:
            return ""
        return self._greeting.objection(self._answers)

    def begin_anew(self) -> None:
        """The board was out of sight: what it said before counts no more."""
        self._answers.clear()
