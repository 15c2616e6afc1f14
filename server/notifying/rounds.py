"""The two rounds of being told: one looks for whom to tell what, one carries it outside, one delivery after the other.

What a crash means: a notice is told when its transaction is committed, and then never again. A delivery is written down
as sent after the other side took it; a process killed between the two sends that one delivery again, and no other.
"""

import asyncio
import logging
import ssl
from collections.abc import Callable
from datetime import datetime

from server.custody.notices.deliveries import Channel, Delivery, Outcome, Trouble, free_again
from server.custody.notices.messengers import Messengers
from server.notifying.letters import Letter, to_a_group, to_a_person
from server.notifying.mail import send_mail
from server.notifying.robots import RobotPost
from server.rounds import Round
from server.store import find, notices
from server.store.database import Database
from server.store.fact_rows import FactRows
from server.store.messenger_file import MessengerFile
from server.store.writer import Writer
from server.usecases.deliver_notices import Tried, hold_back, note_try
from server.usecases.notices_now import Due, notices_now
from server.usecases.tell_people import TellPeople, tell_people

TELL_EVERY_S = 60.0
DELIVER_EVERY_S = 15.0
AT_A_TIME = 50
_TELLING = frozenset(
    {
        *("checkout_filed", "checkout_endorsed", "checkout_approved", "checkout_refused", "checkout_corrected"),
        *("checkout_returned_for_correction", "approval_late", "finding_raised", "emergency_opened"),
        *("emergency_explained", "handover_counted", "handover_resolved", "delegation_given"),
    }
)
_logger = logging.getLogger(__name__)


class TellRound(Round):
    """Looks for whom to tell what, and at once after what somebody waits for."""

    every_s = TELL_EVERY_S
    hurry = _TELLING

    def __init__(
        self, database: Database, writer: Writer, messengers: MessengerFile, clock: Callable[[], datetime]
    ) -> None:
        super().__init__()
        self._database = database
        self._writer = writer
        self._messengers = messengers
        self._clock = clock

    async def once(self) -> bool:
        """Tell what there is to tell."""
        ways = await asyncio.to_thread(self._ways)
        due = await asyncio.to_thread(self._look, ways)
        if not due.is_idle:
            await self._writer.run(tell_people, TellPeople(due, ways))
        return due.is_behind

    def _ways(self) -> Messengers:
        """What is set up; with a damaged file nothing leaves the house, and the inboxes go on."""
        try:
            return self._messengers.load()
        except ValueError:
            _logger.exception("the ways out of the house cannot be read")
            return Messengers()

    def _look(self, ways: Messengers) -> Due:
        with self._database.reading() as reader:
            return notices_now(reader, self._clock(), ways.ears())


class DeliverRound(Round):
    """Carries what waits outside. Close it when its service ends."""

    every_s = DELIVER_EVERY_S
    hurry = frozenset[str]()

    def __init__(
        self,
        database: Database,
        writer: Writer,
        messengers: MessengerFile,
        clock: Callable[[], datetime],
        trust: ssl.SSLContext | None = None,
    ) -> None:
        super().__init__()
        self._database = database
        self._writer = writer
        self._messengers = messengers
        self._clock = clock
        self._trust = trust
        self._robots = RobotPost()

    async def close(self) -> None:
        """Let go of the connections."""
        await self._robots.close()

    async def once(self) -> bool:
        """Try everything that is due, once."""
        with self._database.reading() as reader:
            due = notices.deliveries_due(reader, self._clock(), AT_A_TIME)
        ways = await asyncio.to_thread(self._messengers.load)
        for each in due:
            await self._carry(each, ways)
        return len(due) == AT_A_TIME

    async def _carry(self, delivery: Delivery, ways: Messengers) -> None:
        if self._must_wait(delivery):
            await self._writer.run(hold_back, delivery.id)
            return
        try:
            outcome = await self._send(delivery, ways)
        except Exception:
            _logger.exception("delivery %s could not be tried", delivery.id)
            outcome = Outcome(Trouble.BROKEN)
        await self._writer.run(note_try, Tried(delivery.id, outcome))

    def _must_wait(self, delivery: Delivery) -> bool:
        """Whether a robot has said as much in this minute as it may."""
        if delivery.channel is Channel.MAIL:
            return False
        now = self._clock()
        with self._database.reading() as reader:
            return free_again(notices.sent_lately(reader, delivery.recipient, now), now) > now

    async def _send(self, delivery: Delivery, ways: Messengers) -> Outcome:
        if delivery.channel is Channel.MAIL:
            return await asyncio.to_thread(self._send_mail, delivery, ways)
        robot = ways.robot(delivery.recipient)
        if robot is None:
            return Outcome(Trouble.NOT_SET_UP)
        return await self._robots.send(robot, self._letter(delivery, ways), self._clock())

    def _send_mail(self, delivery: Delivery, ways: Messengers) -> Outcome:
        with self._database.reading() as reader:
            to = notices.contact(reader, delivery.recipient).email
        if ways.mail is None:
            return Outcome(Trouble.NOT_SET_UP)
        if not to:
            return Outcome(Trouble.NO_ADDRESS)
        letter = self._letter(delivery, ways)
        return send_mail(ways.mail, to, letter, number=delivery.id, at=delivery.made_at, trust=self._trust)

    def _letter(self, delivery: Delivery, ways: Messengers) -> Letter:
        compose = to_a_person if delivery.channel is Channel.MAIL else to_a_group
        with self._database.reading() as reader:
            facts = FactRows(reader)
            township = find.township(facts)
            carried = notices.notices_of(reader, delivery.id)
            return compose(carried, facts, township.name if township else "", ways.address)
