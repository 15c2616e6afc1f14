"""Whatever happens to boards, doors and adapters: an unlock has one outcome, at most one pulse, and no false proof."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device_agent.line.reports import Outcome, UnlockOutcome
from firmware_protocol.boards import dialect
from firmware_protocol.emulators import Fault
from tests.device_agent.line.simulation import SIZES, Simulation

CHANNELS = st.integers(1, 3)
EVENTS = st.one_of(
    st.tuples(st.just("unlock"), CHANNELS),
    st.tuples(st.sampled_from(["jam", "free", "close"]), CHANNELS),
    st.tuples(
        st.sampled_from(["cut", "restore", "unplug", "replug", "mute", "dead", "misset", "mend", "slow"]), st.just(0)
    ),
    st.tuples(st.just("noise"), st.binary(max_size=12)),
)
PAUSES_MS = st.sampled_from([0, 3, 8, 20, 80, 310, 900, 1700, 4000])


class Story:
    """A simulation whose every outcome is held against what really happened to the door."""

    def __init__(self, family, *, has_echo):
        self.address = min(SIZES[family])
        self.hall = Simulation(family, has_echo=has_echo, sizes={self.address: 4})
        self.hall.on_report = self.check
        self.board = self.hall.line.boards[self.address]
        self.pending = {}
        self.acts = {
            "unlock": self.unlock,
            "jam": lambda channel: setattr(self.board.locks[channel], "is_jammed", True),
            "free": lambda channel: setattr(self.board.locks[channel], "is_jammed", False),
            "close": self.close,
            "cut": lambda _: setattr(self.hall.line, "is_cut", True),
            "restore": lambda _: setattr(self.hall.line, "is_cut", False),
            "unplug": lambda _: self.hall.unplug(),
            "replug": lambda _: self.hall.replug(),
            "mute": lambda _: setattr(self.board, "fault", Fault.MUTE),
            "dead": lambda _: setattr(self.board, "fault", Fault.DEAD),
            "misset": lambda _: setattr(self.board, "fault", Fault.MISSET),
            "mend": lambda _: setattr(self.board, "fault", Fault.NONE),
            "slow": lambda _: setattr(self.board, "answer_after_ms", 280),
            "noise": self.hall.babble,
        }

    def unlock(self, channel):
        token = f"o-{len(self.pending)}"
        self.pending[token] = channel
        self.hall.unlock(self.address, channel, token)

    def close(self, channel):
        """Nobody closes a door on which two people are waiting."""
        waited_for = {place for token, place in self.pending.items() if token not in self.hall.outcomes}
        if channel not in waited_for:
            self.board.locks[channel].close()

    def check(self, report):
        if not isinstance(report, UnlockOutcome) or report.sent_at_ms is None:
            return
        is_open = self.board.locks[self.pending[report.token]].is_open(self.hall.now_ms)
        assert report.outcome is Outcome.UNKNOWN or is_open is (report.outcome is Outcome.CONFIRMED)


@pytest.mark.parametrize("family", list(SIZES))
@given(data=st.data(), has_echo=st.booleans())
@settings(max_examples=settings().max_examples // 4)  # of each family
def test_every_unlock_has_one_true_outcome_and_at_most_one_pulse(family, data, has_echo):
    story = Story(family, has_echo=has_echo)
    for pause_ms, (event, about) in data.draw(st.lists(st.tuples(PAUSES_MS, EVENTS), max_size=25)):
        story.hall.run(pause_ms)
        story.acts[event](about)
    story.hall.run(9_000)

    outcomes = [report for report in story.hall.reports if isinstance(report, UnlockOutcome)]
    assert sorted(outcome.token for outcome in outcomes) == sorted(story.pending)
    sent = len([outcome for outcome in outcomes if outcome.sent_at_ms is not None])
    assert sum(lock.pulses for lock in story.board.locks.values()) <= sent
    assert len(story.hall.unlocks) <= sent or dialect(family).has_operation_ids
