"""The server's keys follow one another, and an agent goes over to those that its own log names; to no others."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from device_agent.arrivals import Declined, Holdings, KeysArrived, PermitArrived, Received, receive
from device_agent.custodian.log_view import HeadShown, KeysReceived
from device_agent.translation import input_of_arrival
from firmware_protocol import permits, slips
from firmware_protocol.key_changes import KeyDelivery, KeyHistory, encode_changes
from firmware_protocol.messages import Outstanding, PermitDelivery, down_topic, encode, encode_delivery
from firmware_protocol.notes import Signer
from tests.device_agent.hall import AGENT, LOG_SIGNER, NOON, SERVER_SIGNER, slip_for, take_permit
from tests.device_agent.stormy_kiosk import Kiosk
from tests.device_agent.township_log import TownshipLog, addressee, shown

NEXT_LOG, STOLEN_LOG = (Signer(LOG_SIGNER.name, bytes([n]) * 32) for n in (41, 42))
NEXT_PERMIT, STOLEN_PERMIT = (Signer(SERVER_SIGNER.name, bytes([n]) * 32) for n in (43, 44))
PERMIT = take_permit("a")


def grown() -> TownshipLog:
    """What the agent follows before anything changes."""
    return TownshipLog().grow(3)


def rotated() -> TownshipLog:
    """Both keys were given successors, and the old ones ended."""
    return grown().rotate(NEXT_LOG).rotate(NEXT_PERMIT).end(LOG_SIGNER).end(SERVER_SIGNER).grow(1)


def read(payload: bytes, topic: str = "keys", keys: KeyHistory | None = None) -> Received:
    """A message as an agent that believes these keys reads it."""
    whom = addressee() if keys is None else replace(addressee(), keys=keys)
    return receive(whom, Holdings(), down_topic(AGENT, topic), payload, is_retained=False)


def keys_in(payload: bytes) -> KeysReceived:
    arrived = read(payload)
    assert isinstance(arrived, KeysArrived), arrived
    given = input_of_arrival(arrived)
    assert isinstance(given, KeysReceived)
    return given


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[Kiosk]:
    """A kiosk that follows the log."""
    kiosk = Kiosk(tmp_path)
    kiosk.agent.start()
    kiosk.do(HeadShown(shown(grown().step())))
    yield kiosk
    kiosk.agent.close()


def test_an_agent_that_knows_only_keys_that_have_ended_goes_over_to_the_new_ones(kiosk: Kiosk) -> None:
    kiosk.do(keys_in(rotated().keys(3)))
    history = kiosk.agent.custody.keys.history
    assert history is not None
    assert (history.permit.newest, history.log.newest) == (NEXT_PERMIT.verifier, NEXT_LOG.verifier)
    assert history.permit.believed == (NEXT_PERMIT.verifier,)
    assert kiosk.types()[-1] == "keys_received"
    assert kiosk.agent.custody.log.size == rotated().size


def test_an_agent_that_was_given_the_newest_keys_learns_those_before_them() -> None:
    arrived = read(rotated().keys(3), keys=KeyHistory.of(NEXT_PERMIT.verifier, NEXT_LOG.verifier))
    assert isinstance(arrived, KeysArrived), arrived
    assert arrived.history.permit.every == (NEXT_PERMIT.verifier, SERVER_SIGNER.verifier)
    assert arrived.history.permit.believed == (NEXT_PERMIT.verifier,)
    assert arrived.history.log.every == (NEXT_LOG.verifier, LOG_SIGNER.verifier)


def test_it_goes_on_from_them_after_a_restart(kiosk: Kiosk) -> None:
    kiosk.do(keys_in(rotated().keys(3)))
    kiosk.agent.close()
    again = Kiosk(kiosk.folder)
    assert again.agent.custody.keys == kiosk.agent.custody.keys
    assert again.agent.custody.log.size == rotated().size
    again.agent.close()


def _unlogged(log: TownshipLog) -> bytes:
    """A stolen permit key and a stolen log key name successors in entries that the log does not have."""
    other = grown().rotate(STOLEN_PERMIT).grow(1)
    step = replace(log.fork(), permit=STOLEN_PERMIT).step(3)
    return encode_changes(KeyDelivery(other.changes(), step))


def _not_handed_over(log: TownshipLog) -> bytes:
    """Somebody with the permit key alone would have another log believed."""
    other = log.fork()
    other.log = STOLEN_LOG
    other = other.rotate(NEXT_LOG)
    return other.keys(3)


def _elsewhere(log: TownshipLog) -> bytes:
    """The list is another agent's."""
    other = log.rotate(NEXT_PERMIT)
    return encode_changes(KeyDelivery(other.changes(), other.step(3, agent="hall-2")))


def _by_nobody(log: TownshipLog) -> bytes:
    other = log.rotate(NEXT_PERMIT)
    other.permit = STOLEN_PERMIT
    return other.keys(3)


def _padded(log: TownshipLog) -> bytes:
    """Other entries of the log, proven like the changes: without any key, an agent would count them as followed."""
    step, proofs = log.step(log.size), (log.proven_at(at) for at in range(log.size))
    return encode_changes(KeyDelivery(tuple(proofs), step))


def _reordered(log: TownshipLog, order: tuple[int, ...]) -> bytes:
    """The end of a key comes before its successor and does not count; or what is known is told once more."""
    log.rotate(NEXT_PERMIT).end(SERVER_SIGNER)
    changes = log.changes()
    return encode_changes(KeyDelivery(tuple(changes[at] for at in order), log.step(3)))


REFUSED: dict[str, tuple[Callable[[TownshipLog], bytes], str]] = {
    "a successor that is not in the log": (_unlogged, "unverified"),
    "a log key that nobody handed over": (_not_handed_over, "unverified"),
    "a list for another agent": (_elsewhere, "misaddressed"),
    "a list that the newest key did not sign": (_by_nobody, "unverified"),
    "no list": (lambda _log: b"{}", "malformed"),
    "a list that a broker made longer": (_padded, "unverified"),
    "a list that says one change twice": (lambda log: _reordered(log, (0, 1, 1)), "unverified"),
    "a list in another order": (lambda log: _reordered(log, (1, 0)), "unverified"),
    "nothing new": (lambda log: log.keys(3), "held already"),
}


@pytest.mark.parametrize(("forge", "reason"), REFUSED.values(), ids=REFUSED)
def test_no_other_key_is_believed(forge: Callable[[TownshipLog], bytes], reason: str) -> None:
    assert read(forge(grown())) == Declined(reason)  # type: ignore[arg-type]


def test_keys_of_a_fork_are_an_alarm_and_change_nothing(kiosk: Kiosk) -> None:
    other = TownshipLog(at=NOON).grow(1)
    other.issue(PERMIT)
    kiosk.do(keys_in(other.grow(1).rotate(NEXT_PERMIT).keys(3)))
    assert kiosk.agent.custody.keys.history is None
    assert kiosk.types()[-1] == "log_disputed"


def delivered(signer: Signer, *, outstanding: Signer | None = None) -> bytes:
    """A permit that this key signed; with what is out under it, told by another."""
    news = Outstanding(AGENT, 1, PERMIT.id, ("i-seal",), NOON)
    out = None if outstanding is None else encode(news, outstanding)
    return encode_delivery(PermitDelivery(permits.encode(PERMIT, signer), slips.encode(slip_for(PERMIT), signer), out))


BEFORE = KeyHistory.of(SERVER_SIGNER.verifier, LOG_SIGNER.verifier)
OVERLAPPING, ENDED = (BEFORE.follow(log.changes()) for log in (grown().rotate(NEXT_PERMIT), rotated()))
PERMITS = {
    "the old key while it overlaps": (OVERLAPPING, delivered(SERVER_SIGNER), True),
    "the new key while the old one overlaps": (OVERLAPPING, delivered(NEXT_PERMIT), True),
    "the old key after its end": (ENDED, delivered(SERVER_SIGNER), False),
    "the new key after the end of the old one": (ENDED, delivered(NEXT_PERMIT), True),
    "the new key before it is known": (BEFORE, delivered(NEXT_PERMIT), False),
    "the old key, for what is out": (ENDED, delivered(SERVER_SIGNER, outstanding=NEXT_PERMIT), True),
    "the old key, for what it says is out": (ENDED, delivered(SERVER_SIGNER, outstanding=SERVER_SIGNER), False),
}


@pytest.mark.parametrize(("keys", "payload", "is_believed"), PERMITS.values(), ids=PERMITS)
def test_a_permit_is_believed_by_the_key_that_signed_it(keys: KeyHistory, payload: bytes, is_believed: bool) -> None:
    assert isinstance(read(payload, "permit", keys), PermitArrived) is is_believed


def test_every_other_document_bears_the_newest_key() -> None:
    step = grown().rotate(NEXT_PERMIT)
    assert read(step.step(), "log", BEFORE) == Declined("unverified")
    step.permit = SERVER_SIGNER
    assert read(step.step(), "log", OVERLAPPING) == Declined("unverified")
