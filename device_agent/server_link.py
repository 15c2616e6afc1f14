"""The link to the server: one connection, one correspondence, and threads for what takes longer.

What is said and what is believed is decided in `correspondence`; here are the broker, the clock and the threads. All of
it happens in the thread of one `Connection`; the agent calls `wrote`, `hold`, `hold_log` and `show_doors` from
whichever thread it likes.
"""

import logging
import secrets
import threading
from collections.abc import Mapping
from contextlib import suppress
from queue import Empty, SimpleQueue

from device_agent.arrivals import Holdings
from device_agent.boot_clock import since_start_ms
from device_agent.bundle import Bundle
from device_agent.correspondence import Agent, Correspondence, Errands
from device_agent.mqtt import Connection, Timing
from device_agent.outbox import Outbox
from device_agent.photos import Album, PhotoNotSent, PhotoSender
from device_agent.roster_fetch import RosterFetcher, RosterNotFetched
from firmware_protocol.log_heads import Head
from firmware_protocol.messages import DOWN, SERVER_STATE_TOPIC, PhotoDoorbell, RosterDoorbell, down_topic, state_topic

_logger = logging.getLogger(__name__)
_chance = secrets.SystemRandom()
NONCE_BYTES = 16


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
        self._fetcher = RosterFetcher(bundle.server_url, bundle.agent, bundle.signer, bundle.pages_ca)
        self._sender = PhotoSender(album, bundle.server_url, bundle.agent, bundle.signer, bundle.pages_ca)
        self._fetched: SimpleQueue[bytes | None] = SimpleQueue()
        self._connection = Connection(
            bundle.broker,
            subscriptions=(*(down_topic(bundle.agent, name) for name in DOWN), SERVER_STATE_TOPIC),
            presence_topic=state_topic(bundle.agent),
            listener=self,
            timing=timing,
        )
        errands = Errands(self._connection.publish, self._fetch, self._send_photo, _chance.random, _nonce)
        self._correspondence = Correspondence(bundle, agent, errands, session=session, outbox=outbox, holdings=holdings)

    def start(self) -> None:
        """Begin to connect; returns at once."""
        self._connection.start()

    def stop(self) -> None:
        """Say goodbye and end the thread; blocks for some seconds at most, while the agent must still answer."""
        self._connection.stop()

    def wrote(self, last_seq: int) -> None:
        """The journal has entries up to `last_seq` now, durable. Safe from any thread."""
        self._correspondence.wrote(last_seq)
        self._connection.wake()

    def hold(self, holdings: Holdings) -> None:
        """This is what the agent holds from now on. Safe from any thread."""
        self._correspondence.hold(holdings)

    def hold_log(self, head: Head | None) -> None:
        """The agent keeps this head, so cosign it and say so; None: what was shown did not link. From any thread."""
        self._correspondence.hold_log(head)
        self._connection.wake()

    def show_doors(self, doors: Mapping[str, str], boards: Mapping[str, str]) -> None:
        """How doors and boards stand now: `CAB-01/7` → closed …, `left:1` → online …. Safe from any thread."""
        self._correspondence.show_doors(doors, boards)
        self._connection.wake()

    @property
    def declined(self) -> Mapping[str, int]:
        """How many messages were not believed since the start, by reason."""
        return self._correspondence.declined

    # What the connection tells.

    def connected(self) -> None:
        """The broker is reached."""
        self._correspondence.connected(since_start_ms() / 1000)

    def disconnected(self) -> None:
        """The broker is gone."""
        self._correspondence.disconnected()

    def received(self, topic: str, payload: bytes, *, is_retained: bool) -> None:
        """A message came down."""
        self._correspondence.received(topic, payload, is_retained=is_retained)

    def attend(self) -> float:
        """Say what is due; the answer is in how many seconds the next thing will be."""
        now = since_start_ms() / 1000
        with suppress(Empty):
            self._correspondence.fetched(self._fetched.get_nowait(), now)
        return self._correspondence.attend(now)

    # What takes longer.

    def _fetch(self, doorbell: RosterDoorbell) -> None:
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
        threading.Thread(target=self._send_now, args=(doorbell,), name="photo", daemon=True).start()

    def _send_now(self, doorbell: PhotoDoorbell) -> None:
        try:
            self._sender.send(doorbell)
        except PhotoNotSent as error:
            _logger.warning("photo %s was not sent: %s", doorbell.sha256, error)


def _nonce() -> str:
    return secrets.token_hex(NONCE_BYTES)
