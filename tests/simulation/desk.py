"""A desk at which somebody does things at the server's pages, and does them again when it is down."""

from collections.abc import Callable
from typing import TypeVar

from server.custody.refusals import Refused
from server.store.gap import OutOfTurn
from server.store.work import Work
from tests.simulation.server import Down, Server
from tests.simulation.timeline import PowerCut, Timeline

A = TypeVar("A")
R = TypeVar("R")
ASK_AGAIN_MS = 3000


class Desk:
    """Whoever sits there is patient."""

    def __init__(self, timeline: Timeline, server: Server) -> None:
        self._timeline, self._server = timeline, server

    def do(self, usecase: Callable[[Work, A], R], asked: A, then: Callable[[R], None] = lambda _answer: None) -> None:
        """Do it now, or as soon as the server answers; a server that dies meanwhile may have done it."""
        try:
            answer = self._server.do(usecase, asked)
        except (Down, OutOfTurn):
            self._timeline.after(ASK_AGAIN_MS, lambda: self.do(usecase, asked, then))
            return
        except PowerCut:
            self._timeline.after(ASK_AGAIN_MS, lambda: self.do(usecase, asked, then))
            raise
        said = answer.rule if isinstance(answer, Refused) else type(answer).__name__
        self._timeline.note(f"office: {usecase.__name__}: {said}")
        then(answer)

    def await_server(self, act: Callable[[], None]) -> None:
        """Do something that needs the server to be up, as soon as it is."""
        if self._server.is_up:
            act()
        else:
            self._timeline.after(ASK_AGAIN_MS, lambda: self.await_server(act))
