"""A disk fails while the log is followed: what the agent says it holds is what it holds, and so it goes on."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from pathlib import Path

import pytest

from device_agent.arrivals import Arrival
from device_agent.correspondence import Correspondence, Errands
from device_agent.outbox import Outbox
from device_agent.relay import Relay, holdings_of
from firmware_protocol.log_steps import parse_held
from firmware_protocol.messages import CarriedEntry, down_topic, up_topic
from firmware_protocol.notes import Signer
from tests.device_agent.hall import AGENT, AGENT_SIGNER, LOG_SIGNER, SERVER_SIGNER
from tests.device_agent.office import bundle_at
from tests.device_agent.stormy_kiosk import NOT_STORED, STORED, Kiosk
from tests.device_agent.township_log import TownshipLog

NEXT_LOG, NEXT_PERMIT = Signer(LOG_SIGNER.name, bytes([41]) * 32), Signer(SERVER_SIGNER.name, bytes([43]) * 32)
ANSWERS = 3
"""How often the server is asked and answers, once the disk works again."""


@dataclass
class Talk:
    """A kiosk and what it says of the log; `held` is the size it said last."""

    kiosk: Kiosk
    held: int = 0
    now_s: float = 0.0
    nonces: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        agent = self.kiosk.agent
        errands = Errands(self._publish, _nothing, _nothing, lambda: 0.0, lambda: f"n-{next(self.nonces)}")
        outbox, holdings = Outbox(last_seq=agent.last_seq, acked_seq=agent.acked_seq), holdings_of(agent.custody)
        self._ends = Correspondence(bundle_at(1), self, errands, session=1, outbox=outbox, holdings=holdings)
        self._relay = Relay(agent, self._ends)
        agent.on_change, self.kiosk.tell_log = self._tell, self._ends.hold_log

    def hears(self, topic: str, payload: bytes) -> None:
        """A message comes down; whatever is to be said of it is said."""
        self._ends.received(down_topic(AGENT, topic), payload, is_retained=False)
        self.now_s += 60.0
        self._ends.attend(self.now_s)

    # What the correspondence asks of the agent.

    def unsent(self, after_seq: int) -> Sequence[CarriedEntry]:
        return self.kiosk.agent.unsent(after_seq)

    def deliver(self, arrival: Arrival) -> None:
        self._relay.take(arrival)

    def now(self) -> datetime:
        return self.kiosk.agent.best_time()

    def counted_last_hour(self) -> Mapping[str, Mapping[str, int]]:
        return {}

    def _tell(self) -> None:
        self._relay.tell()

    def _publish(self, topic: str, payload: bytes) -> bool:
        if topic == up_topic(AGENT, "log"):
            self.held = parse_held(payload, [AGENT_SIGNER.verifier]).size
        return True


def _nothing(_doorbell: object) -> None:
    pass


def _grown(log: TownshipLog) -> tuple[str, bytes]:
    return "log", log.fork().grow(2).step(log.size)


def _rotated(log: TownshipLog) -> tuple[str, bytes]:
    return "keys", _with_new_keys(log).keys(log.size)


def _with_new_keys(log: TownshipLog) -> TownshipLog:
    """The same log with both keys followed by others, and the old ones ended: no head bears them any more."""
    grown = log.fork().grow(2).rotate(NEXT_LOG).rotate(NEXT_PERMIT)
    return grown.end(LOG_SIGNER).end(SERVER_SIGNER)


@pytest.mark.parametrize("mood", [NOT_STORED, STORED])
@pytest.mark.parametrize("failing_write", [1, 2])
@pytest.mark.parametrize("news", [_grown, _rotated], ids=["a head", "new keys"])
def test_an_agent_learns_the_new_keys_whatever_its_disk_did_with_the_head(
    tmp_path: Path, news: Callable[[TownshipLog], tuple[str, bytes]], failing_write: int, mood: str
) -> None:
    kiosk, log = Kiosk(tmp_path), TownshipLog().grow(3)
    kiosk.agent.start()
    talk = Talk(kiosk)
    talk.hears("log", log.step())
    kiosk.weather.failing_write, kiosk.weather.mood, kiosk.weather.writes = failing_write, mood, 0
    talk.hears(*news(log))
    assert talk.held == kiosk.agent.custody.log.size
    kiosk.weather.failing_write = None
    for _ in range(ANSWERS):
        kiosk.agent.tick()
        talk.hears("keys", _with_new_keys(log).keys(talk.held))
    history = kiosk.agent.custody.keys.history
    assert history is not None
    assert (history.permit.newest, history.log.newest) == (NEXT_PERMIT.verifier, NEXT_LOG.verifier)
    kiosk.agent.close()
