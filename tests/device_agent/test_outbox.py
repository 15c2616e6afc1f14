"""When the journal's entries go out: at once, once at a time, again until acknowledged, and ever less often."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_agent.outbox import RESEND_S_MAX, RESEND_S_MIN, Outbox


def test_nothing_is_due_when_everything_is_acknowledged() -> None:
    assert Outbox(last_seq=7, acked_seq=7).due_in_s(100.0) is None


def test_a_new_entry_is_due_at_once() -> None:
    due_in_s = Outbox(last_seq=7, acked_seq=7).wrote(8).due_in_s(100.0)
    assert due_in_s is not None
    assert due_in_s <= 0


def test_while_a_batch_is_under_way_nothing_else_is_sent() -> None:
    under_way = Outbox(last_seq=8).sent(8, now=100.0, chance=0.0).wrote(9)
    assert under_way.due_in_s(100.0) == pytest.approx(RESEND_S_MIN)


def test_what_was_written_meanwhile_goes_out_with_the_acknowledgement() -> None:
    outbox = Outbox(last_seq=8).sent(8, now=100.0, chance=0.0).wrote(9).acknowledged(8)
    assert outbox.due_in_s(100.0) == pytest.approx(-100.0)


def test_an_unacknowledged_batch_is_sent_again_ever_less_often() -> None:
    outbox, waits = Outbox(last_seq=8), []
    for _ in range(8):
        outbox = outbox.sent(8, now=0.0, chance=0.0)
        waits.append(outbox.due_at)
    assert waits == [2.0, 4.0, 8.0, 16.0, 32.0, RESEND_S_MAX, RESEND_S_MAX, RESEND_S_MAX]


def test_half_an_acknowledgement_does_not_cut_the_wait_short_but_the_next_one_starts_small() -> None:
    outbox = Outbox(last_seq=8).sent(8, 0.0, 0.0).sent(8, 0.0, 0.0).sent(8, 0.0, 0.0).acknowledged(5)
    assert outbox.due_at == 8.0
    assert outbox.sent(8, 8.0, 0.0).due_at == 8.0 + RESEND_S_MIN


@pytest.mark.parametrize("seq", [0, 3, 5])
def test_an_older_acknowledgement_changes_nothing(seq: int) -> None:
    outbox = Outbox(last_seq=8, acked_seq=5).sent(8, 0.0, 0.0)
    assert outbox.acknowledged(seq) == outbox


def test_after_an_outage_everything_is_due_at_once() -> None:
    waiting = Outbox(last_seq=8)
    for _ in range(6):
        waiting = waiting.sent(8, 0.0, 0.0)
    due_in_s = waiting.retry_now().due_in_s(1.0)
    assert due_in_s is not None
    assert due_in_s <= 0


def test_a_server_restored_from_a_backup_gets_again_what_it_lost() -> None:
    rewound = Outbox(last_seq=8, acked_seq=8).rewound(5)
    assert (rewound.acked_seq, rewound.unsent) == (5, 3)
    assert rewound.due_in_s(0.0) == 0


@given(chance=st.floats(0, 1), tries=st.integers(1, 200))
def test_the_wait_is_never_none_and_never_forever(chance: float, tries: int) -> None:
    outbox = Outbox(last_seq=1)
    for _ in range(tries):
        outbox = outbox.sent(1, 0.0, chance)
    assert RESEND_S_MIN / 2 <= outbox.due_at <= RESEND_S_MAX


@given(st.data())
def test_whatever_the_network_loses_or_repeats_every_entry_arrives_in_order(data: st.DataObject) -> None:
    """A server that commits what continues its sequence; messages and acknowledgements get lost, repeated, delayed."""
    outbox, committed, now = Outbox(), 0, 0.0
    acknowledgements = [0]
    for _ in range(data.draw(st.integers(1, 40))):
        outbox = outbox.wrote(outbox.last_seq + data.draw(st.integers(0, 3)))
        now += data.draw(st.sampled_from([0.0, 1.0, 70.0]))
        due_in_s = outbox.due_in_s(now)
        if due_in_s is not None and due_in_s <= 0:
            first, last = outbox.acked_seq + 1, min(outbox.last_seq, outbox.acked_seq + 4)
            outbox = outbox.sent(last, now, 0.5)
            if data.draw(st.booleans(), label="the batch arrives") and first <= committed + 1:
                committed = max(committed, last)
                acknowledgements.append(committed)
        if data.draw(st.booleans(), label="an acknowledgement arrives"):
            outbox = outbox.acknowledged(data.draw(st.sampled_from(acknowledgements)))
        assert outbox.acked_seq <= committed <= outbox.last_seq
    while outbox.unsent:
        now += RESEND_S_MAX
        committed = min(outbox.last_seq, outbox.acked_seq + 4)
        outbox = outbox.sent(committed, now, 0.5).acknowledged(committed)
    assert committed == outbox.last_seq
