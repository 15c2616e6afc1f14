"""Unlocks that a controller of our own knows by their ids: said until it answers, and pulsed once all the same."""

from dataclasses import dataclass

from device_agent.line.reports import Outcome, Reason
from device_agent.line.unlocks import Verdict, Watch
from firmware_protocol.boards import AskOutcome, OperationTold, Request, Result, Unlock

NOT_PULSED: Verdict = Outcome.REFUSED, Reason.BOARD_REFUSED
DONE_BEFORE: Verdict = Outcome.UNKNOWN, Reason.DONE_BEFORE


@dataclass(slots=True)
class Operation:
    """One unlock that the controller has not answered yet.

    The same request is said again within the session it was made in. In a later one the controller may have started
    anew, and its uptime with it, so that `not_after_ms` means nothing: there it is asked what became of it.
    """

    watch: Watch
    unlock: Unlock
    session: int
    may_have_arrived: bool = False
    """Whether an answer to it may have been lost."""

    def request(self, session: int) -> Request:
        """What to say in this session."""
        is_same = session == self.session
        return self.unlock if is_same else AskOutcome(self.unlock.address, self.unlock.operation)

    def judge(self, told: OperationTold) -> Verdict | None:
        """What the answer settles; `None` leaves it to the door."""
        if not told.result.is_pulsed:
            return NOT_PULSED
        if told.is_repeat and not self.may_have_arrived:
            return DONE_BEFORE
        if told.result is Result.INTERRUPTED:
            self.watch.interrupt()
        return None
