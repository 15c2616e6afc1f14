"""The agent's one thread of thought: an input comes in, the custodian decides, the decisions are carried out in order.

One rule about failure: if anything goes wrong while decisions are carried out, the state is thrown away, the journal is
opened again, and what it says is where things go on. Nothing here waits, or is called from another thread.
"""

import logging
import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import get_args

from device_agent.bundle import ServerKeys
from device_agent.clock import Reading, Timekeeper
from device_agent.custodian.contact import Contact
from device_agent.custodian.decisions import (
    Acknowledge,
    AskAnew,
    CheckPin,
    Cosign,
    Decision,
    Forget,
    Keep,
    Pulse,
    Record,
)
from device_agent.custodian.inputs import (
    ClockStepped,
    ContactMade,
    DiskSeen,
    Input,
    KioskInput,
    PermitReceived,
    PinChecked,
    Started,
    Ticked,
)
from device_agent.custodian.log_view import HeadShown, KeysReceived
from device_agent.custodian.state import Custody, Now, Refusal, Site, Waiting
from device_agent.custodian.table import decide
from device_agent.journal import Journal, JournalError
from device_agent.restoration import restore
from device_agent.translation import holds_all
from firmware_protocol.log_heads import Head
from firmware_protocol.messages import Ack, CarriedEntry

BACKLOG_MAX = 1000
FLOOR_EVERY = timedelta(minutes=10)
UNWRITABLE = "柜机的日志暂时写不进去。"
ROLLED_BACK = "柜机的日志比服务器收到过的还旧，像是换上了旧的存储卡。不再开柜，请三资办重新登记这台柜机。"
_OF_THE_MOMENT: tuple[type, ...] = (*get_args(KioskInput), PinChecked, Ticked, Started, HeadShown, KeysReceived)
"""Inputs that mean nothing any more once they could not be carried out: people do it again, a head comes again."""

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Hands:
    """What the agent does to the world, other than writing: pulse a lock, have a PIN compared. None of it waits."""

    pulse: Callable[[Pulse], None]
    check_pin: Callable[[CheckPin], None]
    acknowledge: Callable[[Acknowledge], None]
    hold_log: Callable[[Head | None], None] = lambda _head: None
    """Tell the server which head of the log is held, and cosign it; None: say it anew, the server has it wrong."""


class Agent:
    """Custody of the cabinets at one site, from one journal.

    `on_change` is called after every input. While `fault` holds a sentence, nothing is opened and nothing is lost:
    what hardware and server say meanwhile waits in a backlog for the journal to work again.
    """

    def __init__(
        self,
        open_journal: Callable[[], Journal],
        site: Site,
        keys: ServerKeys,
        read_clock: Callable[[], Reading],
        hands: Hands,
        *,
        has_hardware_clock: bool,
    ) -> None:
        """Open the journal and remember; raises `JournalError`. Nothing is recorded before `start`."""
        self._open_journal = open_journal
        self._site = site
        self._keys = keys
        self._read_clock = read_clock
        self._hands = hands
        self._journal = open_journal()
        self._keeper = Timekeeper(has_hardware_clock, floor=self._journal.floor, signed=self._journal.contact_at)
        self._floor_kept = self._journal.floor
        self._custody = self._restored()
        if self._custody.roster is not None:
            self.hear_of_past(self._custody.roster.at)
        self._backlog: deque[Input] = deque(maxlen=BACKLOG_MAX)
        self._last_seq, self._acked_seq = self._journal.last_seq, self._journal.acked_seq
        self.session = self._journal.begin_session()
        self.fault: str | None = self._doubt()
        self._step_ms = 0
        self.on_change: Callable[[], None] = lambda: None

    @property
    def custody(self) -> Custody:
        """What the custodian goes by at this moment."""
        return self._custody

    @property
    def last_seq(self) -> int:
        """The number of the newest entry."""
        return self._last_seq

    @property
    def acked_seq(self) -> int:
        """The newest entry the server is known to have committed."""
        return self._acked_seq

    def start(self) -> None:
        """Record the start, and end what the last one left in the middle."""
        self.handle(DiskSeen(self._journal.is_disk_low()))
        self.handle(Started(self.session))

    def handle(self, given: Input) -> None:
        """Take one input in. When this returns, what was decided is durable and done, or `fault` says otherwise."""
        now, _ = self.look_at_clock()
        if self._step_ms and self.fault is None:
            step_ms, self._step_ms = self._step_ms, 0
            self._take(ClockStepped(step_ms), now)
        if self.fault is None:
            self._take(given, now)
        else:
            self._set_aside(given)
        self.on_change()

    def acknowledge(self, ack: Ack, asked_ms: int) -> None:
        """The server says how far it has committed our entries, asked at `asked_ms` of the clock that only grows.

        That is contact only if we hold the versions it names: a line that lets nothing else through is no contact.
        """
        self._keeper = self._keeper.hear(ack.at, self._read_clock(), asked_ms)
        counted = self._keeper.counted(ack.at, asked_ms)
        contact = Contact(ack.at, asked_ms, counted) if holds_all(self._custody, ack) else None
        try:
            self._journal.acknowledge(ack.seq, ack.at, contact)
        except sqlite3.Error:
            _logger.exception("the acknowledgement could not be kept")
            self._begin_again()
            return
        self._acked_seq = self._journal.acked_seq
        self.fault = self.fault or self._doubt()
        if contact is not None:
            self.handle(ContactMade(contact))
        else:
            self.on_change()

    def hear_of_past(self, signed_at: datetime) -> None:
        """A document that the server signed at this time is here, so it is later by now; how much nobody knows."""
        self._keeper = self._keeper.hear_of_past(signed_at)

    def unsent(self, after_seq: int) -> Sequence[CarriedEntry]:
        """Entries for the server, oldest first; none while the journal does not work."""
        return () if self.fault is not None else self._journal.unsent(after_seq)

    def tick(self) -> None:
        """Some time has passed. While there is a fault, try again; while nobody is there, tidy up."""
        if self.fault not in (None, ROLLED_BACK):
            self._begin_again()
        self.handle(Ticked())
        if self.fault is None and isinstance(self._custody.stage, Waiting):
            try:
                self._tidy()
            except (sqlite3.Error, OSError):
                _logger.exception("the journal could not be tidied up")
                self._begin_again()

    def look_at_clock(self) -> tuple[Now, int]:
        """The moment, and by how many ms the wall clock has stepped since the last look."""
        reading = self._read_clock()
        self._keeper, step_ms = self._keeper.observe(reading)
        self._step_ms += step_ms  # a look that only draws a screen must not make the log forget it
        return Now(self._keeper.best(reading), self._keeper.clock(reading), reading.elapsed_ms), step_ms

    def best_time(self) -> datetime:
        """The best time there is; safe from any thread."""
        return self._keeper.best(self._read_clock())

    def close(self) -> None:
        """Close the journal. Nothing may be handled afterwards."""
        self._journal.close()

    def _restored(self) -> Custody:
        """The state the open journal stands for; a journal that stands for none is closed again."""
        try:
            return restore(self._journal, self._site, self._keys, self.best_time())
        except BaseException:
            self._journal.close()
            raise

    def _take(self, given: Input, now: Now) -> None:
        if not self._try(given, now):
            self._begin_again()

    def _try(self, given: Input, now: Now) -> bool:
        """False when it could not be carried out: then the state is as before, and the journal's content unknown."""
        if isinstance(given, PermitReceived):
            given = replace(given, is_spent=self._journal.has_burned(given.permit.id))
        step = decide(self._custody, given, now)
        try:
            self._carry_out(step.decisions, now)
        except Exception as error:
            _logger.exception("%s could not be carried out", type(given).__name__)
            self.fault = UNWRITABLE
            if isinstance(error, sqlite3.OperationalError | OSError):
                self._set_aside(given)
            return False
        self._custody = step.custody
        self._last_seq = self._journal.last_seq
        return True

    def _carry_out(self, decisions: tuple[Decision, ...], now: Now) -> None:
        """Neighbouring writes are one transaction, and durable before anything that comes after them."""
        for is_written, group in groupby(decisions, lambda decision: isinstance(decision, Record | Keep | Forget)):
            if is_written:
                writes = [decision for decision in group if isinstance(decision, Record | Keep | Forget)]
                self._journal.write(writes, now.at, now.clock.quality)
            else:
                for decision in group:
                    self._act(decision)

    def _act(self, decision: Decision) -> None:
        match decision:
            case Pulse():
                self._hands.pulse(decision)
            case CheckPin():
                self._hands.check_pin(decision)
            case Acknowledge():
                self._hands.acknowledge(decision)
            case Cosign() | AskAnew():
                self._hands.hold_log(decision.head if isinstance(decision, Cosign) else None)

    def _doubt(self) -> str | None:
        """A journal that ends before what the server has of it was put back: burns are missing from it.

        It would pulse a second time under a permit that is spent, and sign other entries under numbers that are used.
        """
        return ROLLED_BACK if self._journal.committed_seq > self._journal.last_seq else None

    def _set_aside(self, given: Input) -> None:
        if not isinstance(given, _OF_THE_MOMENT):
            self._backlog.append(given)

    def _begin_again(self) -> None:
        """Open the journal anew and go on from what it says, with what hardware and server have said meanwhile."""
        before = self._custody
        try:
            self._journal.close()
            self._journal = self._open_journal()
            fresh = self._restored()
        except (JournalError, sqlite3.Error) as error:
            self.fault = str(error) if isinstance(error, JournalError) else UNWRITABLE
            _logger.exception("the journal does not open")
            return
        self._custody = replace(
            fresh,
            doors=before.doors,
            inside=before.inside,
            tags=before.tags,
            lost_boards=before.lost_boards,
            objections=before.objections,
            pulse=before.pulse,
            is_disk_low=before.is_disk_low,
        )
        self._last_seq, self._acked_seq = self._journal.last_seq, self._journal.acked_seq
        self.fault = self._doubt()
        if self.fault is None and self._catch_up():
            self._custody = replace(self._custody, stage=Refusal("journal_failed", Waiting()))

    def _catch_up(self) -> bool:
        """Record the new beginning, then what was set aside; False leaves the rest for the next time."""
        waiting: list[Input] = [Started(self.session), *self._backlog]
        self._backlog.clear()
        now, _ = self.look_at_clock()
        for number, given in enumerate(waiting, start=1):
            if not self._try(given, now):
                self._backlog.extend(waiting[number:])
                return False
        return True

    def _tidy(self) -> None:
        self._journal.rest()
        if self._journal.is_disk_low() is not self._custody.is_disk_low:
            self.handle(DiskSeen(self._journal.is_disk_low()))
        floor = self._keeper.floor
        if floor is not None and (self._floor_kept is None or floor - self._floor_kept > FLOOR_EVERY):
            self._journal.keep_floor(floor)
            self._floor_kept = floor
