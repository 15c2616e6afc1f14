"""What is said upwards of the log: the newest, once it can be; and asking anew, ever more patiently."""

from device_agent.log_voice import ASK_S, ASK_S_MAX, LogVoice
from firmware_protocol.log_heads import Head, read_head
from firmware_protocol.log_steps import LogHeld, parse_held
from tests.device_agent.hall import AGENT, AGENT_SIGNER, LOG_SIGNER, NOON
from tests.device_agent.township_log import TownshipLog


def head(size: int) -> Head:
    return read_head(TownshipLog().grow(size).head(), LOG_SIGNER.verifier)


def said(voice: LogVoice) -> LogHeld:
    """What goes out now."""
    notes: list[bytes] = []

    def publish(note: bytes) -> bool:
        notes.append(note)
        return True

    assert voice.say(publish)
    return parse_held(notes[0], [AGENT_SIGNER.verifier])


def test_an_agent_says_how_far_it_follows_the_log_and_vouches_for_it() -> None:
    voice = LogVoice(AGENT, AGENT_SIGNER, 3)
    assert said(voice) == LogHeld(AGENT, 3)
    news = [voice.has_news]
    voice.hold(head(5), NOON)
    news.append(voice.has_news)
    assert said(voice).size == 5
    assert [*news, voice.has_news] == [False, True, False]


def test_a_head_that_the_journal_has_all_the_same_is_said_and_not_vouched_for() -> None:
    voice = LogVoice(AGENT, AGENT_SIGNER, 3)
    voice.stand_at(5)
    assert voice.has_news
    assert said(voice) == LogHeld(AGENT, 5)


def test_a_head_that_was_vouched_for_stays_so() -> None:
    voice = LogVoice(AGENT, AGENT_SIGNER, 3)
    voice.hold(head(5), NOON)
    voice.stand_at(5)
    assert said(voice).cosignature is not None


def test_what_did_not_go_out_is_said_again() -> None:
    voice = LogVoice(AGENT, AGENT_SIGNER, 0)
    voice.hold(head(2), NOON)
    assert not voice.say(lambda _note: False)
    assert voice.has_news


def test_a_head_that_does_not_link_is_asked_for_at_once_and_then_ever_later() -> None:
    voice = LogVoice(AGENT, AGENT_SIGNER, 2)
    assert voice.hello_at(60.0, 0.0) == 60.0
    waits = []
    for _ in range(9):
        voice.hold(None, NOON)
        waits.append(voice.hello_at(60.0, 0.0))
        voice.was_greeted()
    assert waits[:3] == [ASK_S, 2 * ASK_S, 4 * ASK_S]
    assert waits[-1] == ASK_S_MAX
    voice.hold(head(5), NOON)
    voice.hold(None, NOON)
    assert voice.hello_at(60.0, 0.0) == ASK_S
