"""What an agent says to its server and when, and what it believes of the answers: no connection, no thread, no clock.

It owns no facts. The journal is asked for what the server has not acknowledged, as often as it takes (`outbox`); what
comes down is believed or declined (`arrivals`) and then delivered to the agent. `now` is always told, in seconds of the
clock that only ever grows (`clock.Reading.elapsed_ms`); whoever holds the connection calls `attend` as often as that
asks to be called.
"""

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from device_agent.addressee import Addressee
from device_agent.arrivals import (
    AckArrived,
    Arrival,
    Declined,
    Holdings,
    KeysArrived,
    LinkChanged,
    PhotoWanted,
    RosterAnnounced,
    RosterArrived,
    receive,
    receive_roster,
)
from device_agent.bundle import Bundle
from device_agent.log_voice import LogVoice
from device_agent.outbox import Outbox
from device_agent.patience import Patience
from firmware_protocol.log_heads import Head
from firmware_protocol.messages import (
    ONLINE,
    SERVER_STATE_TOPIC,
    Ack,
    CarriedEntry,
    Doors,
    EventBatch,
    Hello,
    Message,
    PhotoDoorbell,
    RosterDoorbell,
    encode,
    up_topic,
)

HELLO_S, DOORS_S = 60.0, 30.0
FETCH_RETRY_S, CROWDED_S, SETTLE_S = 5.0, 1.0, 1.0
ASKED_MAX = 64
"""How many messages may be waiting for an answer: more than are said in ten minutes."""

_logger = logging.getLogger(__name__)

_Doors = tuple[Mapping[str, str], Mapping[str, str]] | None
_NOTHING_SEEN: _Doors = None


class Agent(Protocol):
    """What the correspondence needs of the agent. Called in the connection's thread: hand over, and be quick."""

    def unsent(self, after_seq: int) -> Sequence[CarriedEntry]:
        """The journal's entries after `after_seq`, oldest first: one at least, no more than one message may carry."""

    def deliver(self, arrival: Arrival) -> None:
        """Take something in. It may come twice."""

    def now(self) -> datetime:
        """The best time there is, aware."""

    def counted_last_hour(self) -> Mapping[str, Mapping[str, int]]:
        """What happened on the lines, by line or board and word. Told with the doors, never by itself."""


@dataclass(frozen=True, slots=True)
class Errands:
    """What is done for the correspondence; none of it waits.

    `publish` answers whether the message went out. A roster that `fetch` brought is handed back to `fetched`; a photo
    that could not be sent is asked for again. `chance` is from 0 to 1, so that agents do not repeat in step. `nonce` is
    text that nobody can guess and that never comes again, not after a restart either.
    """

    publish: Callable[[str, bytes], bool]
    fetch: Callable[[RosterDoorbell], None]
    send_photo: Callable[[PhotoDoorbell], None]
    chance: Callable[[], float]
    nonce: Callable[[], str]


class Correspondence:
    """One agent's end of the conversation, from its start to its end."""

    def __init__(
        self, bundle: Bundle, agent: Agent, errands: Errands, *, session: int, outbox: Outbox, holdings: Holdings
    ) -> None:
        """`session` counts the agent's starts; `outbox` says how far journal and server have got."""
        self._bundle, self._agent, self._errands, self._session = bundle, agent, errands, session
        self._addressee = Addressee(bundle.agent, bundle.epoch, bundle.keys.history, bundle.policy)
        self._holdings, self._outbox, self._written_seq = holdings, outbox, outbox.last_seq
        self._log = LogVoice(bundle.agent, bundle.signer, holdings.log_size)
        self._doors = self._doors_said = _NOTHING_SEEN
        self._hello_at, self._hello_said_at, self._doors_at, self._is_online = 0.0, 0.0, 0.0, False
        self._newest: tuple[int, Ack] | None = None
        self._is_doubtful, self._patience = False, Patience()
        self._asked: dict[str, int] = {}
        self._fetching: int | None = None
        self._declined: Counter[str] = Counter()
        self.hold(holdings)

    # What the agent tells, from whichever thread.

    def wrote(self, last_seq: int) -> None:
        """The journal has entries up to `last_seq` now, durable."""
        self._written_seq = last_seq

    def hold(self, holdings: Holdings) -> None:
        """This is what the agent holds from now on; with other keys, what they could not tell is asked for again."""
        history = holdings.keys.history
        if history is not None and history != self._addressee.keys:
            self._addressee = replace(self._addressee, keys=history)
            self._hello_at = 0.0
        self._holdings = holdings
        self._log.stand_at(holdings.log_size)

    def hold_log(self, head: Head | None) -> None:
        """The agent keeps this head, so cosign it and say so; None: what was shown did not link."""
        self._log.hold(head, self._agent.now())

    def show_doors(self, doors: Mapping[str, str], boards: Mapping[str, str]) -> None:
        """How doors and boards stand now: `CAB-01/7` → closed …, `left:1` → online …."""
        self._doors = (dict(doors), dict(boards))

    @property
    def declined(self) -> Mapping[str, int]:
        """How many messages were not believed since the start, by reason."""
        return dict(self._declined)

    # What the connection tells.

    def connected(self, now: float) -> None:
        """The broker is reached. Whether the server is behind it will be heard in a moment, or found out by asking."""
        self._hello_at = now + SETTLE_S

    def disconnected(self) -> None:
        """Nobody is there until somebody says so."""
        self._set_online(False)

    def received(self, topic: str, payload: bytes, *, is_retained: bool) -> None:
        """Believe a message, or decline it."""
        if topic == SERVER_STATE_TOPIC:
            self._set_online(payload == ONLINE)
            self._hello_at = self._hello_at if payload == ONLINE else 0.0  # a last word may be late: ask
            return
        arrival = receive(self._addressee, self._holdings, topic, payload, is_retained=is_retained)
        if isinstance(arrival, Declined):
            self._decline(arrival, topic)
        elif isinstance(arrival, RosterAnnounced):
            self._fetch(arrival.doorbell)
        elif isinstance(arrival, PhotoWanted):
            self._errands.send_photo(arrival.doorbell)
        elif isinstance(arrival, Ack):
            self._hear_ack(arrival, topic)
        else:
            if isinstance(arrival, KeysArrived):
                self._addressee = replace(self._addressee, led_to=arrival.history.permit.newest)
            self._agent.deliver(arrival)

    def fetched(self, note: bytes | None, now: float) -> None:
        """A roster was fetched, or (None) could not be."""
        self._fetching = None
        arrival = None if note is None else receive_roster(self._addressee, self._holdings, note)
        if isinstance(arrival, RosterArrived):
            self._agent.deliver(arrival)
        else:
            self._hello_at = min(self._hello_at, now + FETCH_RETRY_S)  # the answer brings a new ticket

    def attend(self, now: float) -> float:
        """Say what is due; the answer is in how many seconds the next thing will be."""
        self._outbox = self._outbox.wrote(self._written_seq)
        if self._log.has_news:
            self._say_log()
        self._hello_at = self._log.hello_at(self._hello_at, self._hello_said_at)
        self._patience = self._patience.look(now, is_lacking=self._is_lacking())
        if min(self._hello_at, self._patience.asks_at) <= now:
            self._hello_at = now + (HELLO_S if self._say_hello(now) else CROWDED_S)
        if self._doors_at <= now or self._doors is not self._doors_said:
            self._doors_at = now + (DOORS_S if self._say_doors() else CROWDED_S)
        soonest_s = min(self._hello_at, self._patience.asks_at, self._doors_at) - now
        return min(soonest_s, self._send_batch(now)) if self._is_online else soonest_s

    # Upwards.

    def _publish(self, name: str, payload: bytes) -> bool:
        return self._errands.publish(up_topic(self._bundle.agent, name), payload)

    def _say(self, name: str, message: Message) -> bool:
        return self._publish(name, encode(message, *self._bundle.signers))

    def _say_log(self) -> bool:
        return self._log.say(lambda note: self._publish("log", note))

    def _say_hello(self, now: float) -> bool:
        """What we hold; how far we follow the log goes before it, so that the answer is proven from there."""
        self._hello_said_at, self._patience = now, self._patience.asked()
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
            nonce=self._ask(now),
            keys_version=held.keys.version,
        )
        return self._say("hello", hello)

    def _is_lacking(self) -> bool:
        """Whether the server has more for us than we hold, or signs with a key that we do not know."""
        return self._is_doubtful or (self._newest is not None and self._holdings.lack(self._newest[1]))

    def _ask(self, now: float) -> str:
        """The nonce of what is said now and will be answered; so many of them are remembered, of this run alone."""
        nonce = self._errands.nonce()
        self._asked[nonce] = int(now * 1000)
        if len(self._asked) > ASKED_MAX:
            del self._asked[next(iter(self._asked))]
        return nonce

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
        self._say("events", EventBatch(self._bundle.agent, self._bundle.epoch, entries, self._ask(now)))
        self._outbox = self._outbox.sent(self._outbox.acked_seq + len(entries), now, self._errands.chance())
        return self._outbox.due_at - now

    # Downwards.

    def _set_online(self, is_online: bool) -> None:
        if is_online == self._is_online:
            return
        self._is_online = is_online
        if is_online:
            self._hello_at, self._patience = 0.0, Patience()
            self._outbox = self._outbox.retry_now()
        self._agent.deliver(LinkChanged(is_online))

    def _decline(self, declined: Declined, topic: str) -> None:
        self._declined[declined.reason] += 1
        self._is_doubtful |= declined.reason == "unverified" and topic.endswith("/ack")
        level = logging.DEBUG if declined.reason == "held already" else logging.WARNING
        _logger.log(level, "declined a message on %s: %s", topic, declined.reason)

    def _hear_ack(self, ack: Ack, topic: str) -> None:
        if (asked_ms := self._asked.get(ack.answers)) is None:
            self._decline(Declined("unasked"), topic)
        else:
            self._take_ack(ack, asked_ms)
            self._agent.deliver(AckArrived(ack, asked_ms))

    def _take_ack(self, ack: Ack, asked_ms: int) -> None:
        """The newest answers what was asked last; the server's clock, which may be set, decides only among those."""
        self._set_online(True)
        if ack.seq > self._outbox.last_seq:
            _logger.error("the server holds entry %d, the journal ends at %d", ack.seq, self._outbox.last_seq)
        is_newest = self._newest is None or (asked_ms, ack.at) > (self._newest[0], self._newest[1].at)
        if is_newest and ack.seq < self._outbox.acked_seq:
            _logger.warning("the server has lost entries after %d; sending them again", ack.seq)
            self._outbox = self._outbox.rewound(ack.seq)
        self._outbox = self._outbox.acknowledged(min(ack.seq, self._outbox.last_seq))
        self._newest, self._is_doubtful = (asked_ms, ack) if is_newest else self._newest, False

    def _fetch(self, doorbell: RosterDoorbell) -> None:
        if self._fetching is None:
            self._fetching = doorbell.version
            self._errands.fetch(doorbell)
