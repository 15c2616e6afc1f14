"""The link to the server: sends the journal, takes in acknowledgements, permits, revocations and rosters.

It owns no facts. The journal is asked for what the server has not acknowledged, as often as it takes (`outbox`); what
comes down is believed or declined (`arrivals`) and then delivered to the agent. All of it happens in the thread of one
`Connection`; the agent calls `wrote`, `hold` and `show_doors` from whichever thread it likes.
"""

import logging
import secrets
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Protocol

from device_agent.arrivals import (
    AckArrived,
    Addressee,
    Arrival,
    Declined,
    Holdings,
    LinkChanged,
    PhotoWanted,
    RosterAnnounced,
    RosterArrived,
    receive,
    receive_roster,
)
from device_agent.bundle import Bundle
from device_agent.log_voice import LogVoice
from device_agent.mqtt import ONLINE, Connection, Timing
from device_agent.outbox import Outbox
from device_agent.photos import Album, PhotoNotSent, PhotoSender
from device_agent.roster_fetch import RosterFetcher, RosterNotFetched
from firmware_protocol.log_heads import Head
from firmware_protocol.messages import (
    DOWN,
    SERVER_STATE_TOPIC,
    CarriedEntry,
    Doors,
    EventBatch,
    Hello,
    Message,
    PhotoDoorbell,
    RosterDoorbell,
    down_topic,
    encode,
    state_topic,
    up_topic,
)

HELLO_S, DOORS_S = 60.0, 30.0
FETCH_RETRY_S = 5.0
CROWDED_S = 1.0
SETTLE_S = 1.0

_logger = logging.getLogger(__name__)
_chance = secrets.SystemRandom()


_Doors = tuple[Mapping[str, str], Mapping[str, str]] | None
_NOTHING_SEEN: _Doors = None


class Agent(Protocol):
    """What the link needs of the agent. Called in the link's thread: hand over to your own, and be quick."""

    def unsent(self, after_seq: int) -> Sequence[CarriedEntry]:
        """The journal's entries after `after_seq`, oldest first: one at least, no more than one message may carry."""

    def deliver(self, arrival: Arrival) -> None:
        """Take something in. It may come twice."""

    def now(self) -> datetime:
        """The best time there is, aware."""

    def counted_last_hour(self) -> Mapping[str, Mapping[str, int]]:
        """What happened on the lines, by line or board and word. Told with the doors, never by itself."""


class ServerLink:
    """The agent's end of the wire. `start` it once; after `stop` it is of no more use."""

    def __init__(
        self,
        bundle: Bundle,
        agent: Agent,
        *,
        session: int,
        outbox: Outbox,
        holdings: Holdings,
        album: Album,
        timing: Timing | None = None,
    ) -> None:
        """`session` counts the agent's starts; `outbox` says how far journal and server got; `album` has the photos."""
        self._bundle, self._agent, self._session = bundle, agent, session
        self._addressee = Addressee(bundle.agent, bundle.epoch, bundle.permit, bundle.log, bundle.policy)
        self._holdings, self._outbox, self._written_seq = holdings, outbox, outbox.last_seq
        self._log = LogVoice(bundle.agent, bundle.signer, holdings.log_size)
        self._doors = self._doors_said = _NOTHING_SEEN
        self._hello_at, self._hello_said_at, self._doors_at, self._is_online = 0.0, 0.0, 0.0, False
        self._newest_ack_at: datetime | None = None
        self._fetcher = RosterFetcher(bundle.server_url, bundle.agent, bundle.signer, bundle.broker.tls_ca)
        self._sender = PhotoSender(album, bundle.server_url, bundle.agent, bundle.signer, bundle.broker.tls_ca)
        self._fetching: int | None = None
        self._fetched: SimpleQueue[bytes | None] = SimpleQueue()
        self._declined: Counter[str] = Counter()
        self._connection = Connection(
            bundle.broker,
            subscriptions=(*(down_topic(bundle.agent, name) for name in DOWN), SERVER_STATE_TOPIC),
            presence_topic=state_topic(bundle.agent),
            listener=self,
            timing=timing,
        )

    def start(self) -> None:
        """Begin to connect; returns at once."""
        self._connection.start()

    def stop(self) -> None:
        """Say goodbye and end the thread; blocks for some seconds at most, while the agent must still answer."""
        self._connection.stop()

    def wrote(self, last_seq: int) -> None:
        """The journal has entries up to `last_seq` now, durable. Safe from any thread."""
        self._written_seq = last_seq
        self._connection.wake()

    def hold(self, holdings: Holdings) -> None:
        """This is what the agent holds from now on. Safe from any thread."""
        self._holdings = holdings

    def hold_log(self, head: Head | None) -> None:
        """The agent keeps this head, so cosign it and say so; None: what was shown did not link. From any thread."""
        self._log.hold(head, self._agent.now())
        self._connection.wake()

    def show_doors(self, doors: Mapping[str, str], boards: Mapping[str, str]) -> None:
        """How doors and boards stand now: `CAB-01/7` → closed …, `left:1` → online …. Safe from any thread."""
        self._doors = (dict(doors), dict(boards))
        self._connection.wake()

    @property
    def declined(self) -> Mapping[str, int]:
        """How many messages were not believed since the start, by reason."""
        return dict(self._declined)

    # What the connection tells.

    def connected(self) -> None:
        """The broker is reached. Whether the server is behind it will be heard in a moment, or found out by asking."""
        self._hello_at = monotonic() + SETTLE_S

    def disconnected(self) -> None:
        """Nobody is there until somebody says so."""
        self._set_online(False)

    def received(self, topic: str, payload: bytes, *, is_retained: bool) -> None:
        """Believe a message, or decline it."""
        if topic == SERVER_STATE_TOPIC:
            self._set_online(payload == ONLINE)
            return
        arrival = receive(self._addressee, self._holdings, topic, payload, is_retained=is_retained)
        if isinstance(arrival, Declined):
            self._decline(arrival, topic)
        elif isinstance(arrival, RosterAnnounced):
            self._fetch(arrival.doorbell)
        elif isinstance(arrival, PhotoWanted):
            threading.Thread(target=self._send_photo, args=(arrival.doorbell,), name="photo", daemon=True).start()
        else:
            if isinstance(arrival, AckArrived):
                self._take_ack(arrival)
            self._agent.deliver(arrival)

    def attend(self) -> float:
        """Say what is due; the answer is in how many seconds the next thing will be."""
        now = monotonic()
        self._outbox = self._outbox.wrote(self._written_seq)
        self._take_fetched_roster(now)
        if self._log.has_news:
            self._say_log()
        self._hello_at = self._log.hello_at(self._hello_at, self._hello_said_at)
        if self._hello_at <= now:
            self._hello_at = now + (HELLO_S if self._say_hello() else CROWDED_S)
        if self._doors_at <= now or self._doors is not self._doors_said:
            self._doors_at = now + (DOORS_S if self._say_doors() else CROWDED_S)
        soonest_s = min(self._hello_at, self._doors_at) - now
        return min(soonest_s, self._send_batch(now)) if self._is_online else soonest_s

    # Upwards.

    def _say(self, name: str, message: Message) -> bool:
        return self._connection.publish(up_topic(self._bundle.agent, name), encode(message, self._bundle.signer))

    def _say_log(self) -> bool:
        return self._log.say(lambda note: self._connection.publish(up_topic(self._bundle.agent, "log"), note))

    def _say_hello(self) -> bool:
        """What we hold; how far we follow the log goes before it, so that the answer is proven from there."""
        self._hello_said_at = monotonic()
        if not self._say_log():
            return False
        self._log.was_greeted()
        held = self._holdings
        hello = Hello(
            agent=self._bundle.agent,
            epoch=self._bundle.epoch,
            session=self._session,
            last_seq=self._outbox.last_seq,
            acked_seq=self._outbox.acked_seq,
            roster_version=held.roster_version,
            revocations_version=held.revocations_version,
            permits=tuple(sorted(held.permits)),
            at=self._agent.now(),
        )
        return self._say("hello", hello)

    def _say_doors(self) -> bool:
        self._doors_said = self._doors
        if self._doors_said is None:
            return True
        doors, boards = self._doors_said
        lines = self._agent.counted_last_hour()
        return self._say("doors", Doors(self._bundle.agent, self._agent.now(), doors, boards, lines))

    def _send_batch(self, now: float) -> float:
        """Send a batch if one is due; the answer is in how many seconds the next one is."""
        due_in_s = self._outbox.due_in_s(now)
        if due_in_s is None:
            return HELLO_S
        if due_in_s > 0:
            return due_in_s
        entries = tuple(self._agent.unsent(self._outbox.acked_seq))
        if not entries:
            return CROWDED_S  # the journal does not answer at the moment
        self._say("events", EventBatch(self._bundle.agent, self._bundle.epoch, entries))
        self._outbox = self._outbox.sent(self._outbox.acked_seq + len(entries), now, _chance.random())
        return self._outbox.due_at - now

    # Downwards.

    def _set_online(self, is_online: bool) -> None:
        if is_online == self._is_online:
            return
        self._is_online = is_online
        if is_online:
            self._hello_at = 0.0
            self._outbox = self._outbox.retry_now()
        self._agent.deliver(LinkChanged(is_online))

    def _decline(self, declined: Declined, topic: str) -> None:
        self._declined[declined.reason] += 1
        level = logging.DEBUG if declined.reason == "held already" else logging.WARNING
        _logger.log(level, "declined a message on %s: %s", topic, declined.reason)

    def _take_ack(self, ack: AckArrived) -> None:
        self._set_online(True)
        if ack.seq > self._outbox.last_seq:
            _logger.error("the server holds entry %d, the journal ends at %d", ack.seq, self._outbox.last_seq)
        is_newest = self._newest_ack_at is None or ack.at > self._newest_ack_at
        if is_newest and ack.seq < self._outbox.acked_seq:
            _logger.warning("the server has lost entries after %d; sending them again", ack.seq)
            self._outbox = self._outbox.rewound(ack.seq)
        self._outbox = self._outbox.acknowledged(min(ack.seq, self._outbox.last_seq))
        self._newest_ack_at = ack.at if is_newest else self._newest_ack_at

    def _fetch(self, doorbell: RosterDoorbell) -> None:
        if self._fetching is None:
            self._fetching = doorbell.version
            threading.Thread(target=self._fetch_now, args=(doorbell,), name="roster", daemon=True).start()

    def _fetch_now(self, doorbell: RosterDoorbell) -> None:
        note = None
        try:
            note = self._fetcher.fetch(doorbell)
        except RosterNotFetched as error:
            _logger.warning("roster %d was not fetched: %s", doorbell.version, error)
        finally:
            self._fetched.put(note)
            self._connection.wake()

    def _send_photo(self, doorbell: PhotoDoorbell) -> None:
        try:
            self._sender.send(doorbell)
        except PhotoNotSent as error:
            _logger.warning("photo %s was not sent: %s", doorbell.sha256, error)

    def _take_fetched_roster(self, now: float) -> None:
        try:
            note = self._fetched.get_nowait()
        except Empty:
            return
        self._fetching = None
        arrival = None if note is None else receive_roster(self._addressee, self._holdings, note)
        if isinstance(arrival, RosterArrived):
            self._agent.deliver(arrival)
        else:
            self._hello_at = min(self._hello_at, now + FETCH_RETRY_S)  # the answer brings a new ticket
