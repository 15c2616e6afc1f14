"""Server, agent and broker are killed at any moment, over and over, while people go on: nothing is lost, nothing twice.

After each kill the link comes back by itself, and the published log is the one that was published all along. In the end
everything that was acknowledged is there, no lock was pulsed oftener than the journal says, and `verify` passes.
"""

import signal
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random  # noqa: TID251 - a failing loop is repeated by its seed
from time import monotonic

import httpx
import pytest

from firmware_protocol.checkpoints import Checkpoint, parse_checkpoint
from firmware_protocol.notes import parse_note
from server.store.folder import DataFolder
from server.store.log_files import LogFiles
from tests.fixtures.mosquitto import Mosquitto
from tests.fixtures.patience import PATIENCE_S
from tests.scenarios.demo import verify
from tests.scenarios.founded import Founded
from tests.scenarios.stubborn import Stubborn
from tests.scenarios.township import Township
from tests.scenarios.waiting import until

BACK_WITHIN_S = 60.0
LATEST_S = 1.5
FEW = ("agent", "broker", "server")
MANY, LOOPS = 30, 4


class Loop:
    """One township, whose programs are killed one at a time, and what was seen of its log."""

    def __init__(self, township: Township, mosquitto: Mosquitto, people: Stubborn, seed: int) -> None:
        self._township, self._mosquitto, self._people = township, mosquitto, people
        self._chance = Random(seed)  # noqa: S311 - see above
        self._heads: list[Checkpoint] = []
        self.pulses = 0
        township.at_an_unlock = self._count

    def kill(self, victim: str) -> None:
        """Kill it at some moment, while people go on; start it again, and see the link come back by itself."""
        timer = threading.Timer(self._chance.uniform(0, LATEST_S), self._end, (victim,))
        timer.start()
        while timer.is_alive():
            self._people.act()
        timer.join()
        self._start(victim)
        self._people.act()
        until(self.is_linked, f"the link, after {victim} was killed", BACK_WITHIN_S)
        self._look_at_the_log()

    def finish(self) -> None:
        """Let them bring back what is out: whatever happened, it is possible."""
        deadline = monotonic() + BACK_WITHIN_S
        while self._people.state_of(self._people.filed[-1]) != "returned":
            assert monotonic() < deadline, f"they cannot go on: {self._people.see()}"
            self._people.act()

    def is_linked(self) -> bool:
        """Whether agent and server are in touch, and the server has all that the agent wrote."""
        said = self._township.agent.health
        return bool(said.get("online")) and said["unsent"] == 0 and said["fault"] is None

    def _end(self, victim: str) -> None:
        programs = {"server": self._township.server, "agent": self._township.agent}
        if victim in programs:
            programs[victim].process.send_signal(signal.SIGKILL)
        else:
            self._mosquitto.kill()

    def _start(self, victim: str) -> None:
        if victim == "broker":
            self._mosquitto.start()
            return
        program = self._township.server if victim == "server" else self._township.agent
        program.end(signal.SIGKILL)
        program.start()

    def _look_at_the_log(self) -> None:
        """Every head that was ever seen is the beginning of what is published now."""
        note = httpx.get(f"{self._township.server.url}/tlog/checkpoint", timeout=PATIENCE_S, trust_env=False).content
        self._heads.append(parse_checkpoint(parse_note(note).text))
        data = DataFolder(self._township.server.data)
        files = LogFiles(data.log, data.keys().log.verifier)
        assert self._heads[-1].size == max(head.size for head in self._heads)
        for head in self._heads:
            assert files.root(head.size) == head.root, f"the log of {head.size} entries was another one"

    def _count(self) -> None:
        self.pulses += 1


@contextmanager
def _loop(folder: Path, founded: Founded, mosquitto: Mosquitto, seed: int) -> Iterator[Loop]:
    data = founded.copy_to(folder)
    with Township(folder, data, founded.cast, mosquitto=mosquitto) as township:
        with Stubborn(founded.cast, township.server.url, township.agent.kiosk_url, township.hands) as people:
            loop = Loop(township, mosquitto, people, seed)
            yield loop
            loop.finish()
            until(loop.is_linked, "the last acknowledgement")
            assert {people.state_of(checkout) for checkout in people.filed} <= {"returned", "expired", "rejected"}
        township.end()
        assert township.stored_notes() == township.agent.notes(), "nothing lost, nothing twice"
        assert loop.pulses <= township.agent.events().count("opening_intended"), "a pulse is in the journal first"
        verdict = verify(data)
        assert verdict.returncode == 0, verdict.stdout


def test_programs_killed_at_any_moment_lose_nothing_and_pulse_no_lock_twice(
    tmp_path: Path, founded: Founded, mosquitto: Mosquitto
) -> None:
    with _loop(tmp_path, founded, mosquitto, seed=1) as loop:
        for victim in FEW:
            loop.kill(victim)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(LOOPS))
def test_programs_killed_again_and_again_lose_nothing_and_pulse_no_lock_twice(
    seed: int, tmp_path: Path, founded: Founded, mosquitto: Mosquitto, capsys: pytest.CaptureFixture[str]
) -> None:
    victims = Random(seed).choices(FEW, weights=(3, 1, 2), k=MANY)  # noqa: S311 - see above
    with _loop(tmp_path, founded, mosquitto, seed) as loop:
        for victim in victims:
            loop.kill(victim)
    with capsys.disabled():
        print(f"\n{dict(Counter(victims))} killed, {loop.pulses} pulses, nothing lost")  # noqa: T201
