"""What the server does by itself: it looks, raises what it sees, and hurries after an alarm."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from server.custody.findings.finding import Finding
from server.custody.news import LogGrew
from server.rounds import LOOK_EVERY_S, Round, VerifyRound, Watch
from server.store.fact_rows import all_facts
from server.store.gap import OutOfTurn
from server.store.lists.entries import log_size
from server.store.uploads import Uploads
from server.usecases.record_verification import RecordVerification, record_verification
from server.web.live import LiveBoard
from tests.fixtures.patience import PATIENCE_S
from tests.server.town import AGENT, MONDAY, Town

NOWHERE = Uploads(Path("nowhere"))
"""Nobody hands in documents here."""


def findings(town: Town) -> list[str]:
    """The findings on record."""
    with town.database.reading() as reader:
        return sorted(all_facts(reader, Finding))


def log_size_of(town: Town) -> int:
    """How many entries there are."""
    with town.database.reading() as reader:
        return log_size(reader)


async def test_a_look_raises_what_there_is_and_then_nothing(town: Town) -> None:
    assert town.hall is not None
    town.hall.writes("door_forced", {"compartment": "CAB-01/1"})
    await asyncio.to_thread(town.hall.sends)
    looking = Watch(town.database, town.writer, NOWHERE, LiveBoard(), lambda: town.now)
    assert await looking.once() is False
    assert [each[:3] for each in findings(town)] == ["A02"]
    size = log_size_of(town)
    assert await looking.once() is False
    assert log_size_of(town) == size


async def test_an_agent_that_went_away_is_noticed(town: Town) -> None:
    live = LiveBoard()
    live.connection_changed(AGENT, town.now, online=False)
    live.connection_changed("hall-9", town.now, online=False)
    town.passes(minutes=11)
    await Watch(town.database, town.writer, NOWHERE, live, lambda: town.now).once()
    assert [each.split(":")[:2] for each in findings(town)] == [["A27", AGENT]]


async def test_an_alarm_is_looked_at_long_before_the_next_round(town: Town) -> None:
    looks: asyncio.Queue[datetime] = asyncio.Queue()

    def clock() -> datetime:
        looks.put_nowait(town.now)
        return town.now

    watch = Watch(town.database, town.writer, NOWHERE, LiveBoard(), clock)
    task = asyncio.create_task(watch.run())
    await asyncio.wait_for(looks.get(), PATIENCE_S)
    watch.hear([LogGrew(1, frozenset({"signed_in"}))])
    watch.hear([LogGrew(2, frozenset({"door_forced"}))])
    await asyncio.wait_for(looks.get(), LOOK_EVERY_S / 2)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


# Each night the log is verified, in another process.


def verifying(town: Town, command: Sequence[str]) -> VerifyRound:
    """The round with a command of the test's."""
    return VerifyRound(town.database, lambda: town.now, command)


NIGHT = MONDAY.replace(hour=2, minute=30)
WHEN = {
    "at noon": (MONDAY + timedelta(days=3, hours=3), False),
    "the first night, hours after the township was founded": (NIGHT + timedelta(hours=23, minutes=59), False),
    "a night later": (NIGHT + timedelta(days=2), True),
}


@pytest.mark.parametrize(("now", "is_due"), WHEN.values(), ids=WHEN)
async def test_the_log_is_verified_at_night(town: Town, tmp_path: Path, now: datetime, is_due: bool) -> None:
    town.now = now
    trace = tmp_path / "verified"
    await verifying(town, ("touch", str(trace))).once()
    assert trace.exists() == is_due


async def test_once_a_night_is_enough(town: Town, tmp_path: Path) -> None:
    town.now = NIGHT + timedelta(days=2)
    asked = RecordVerification(9, "00" * 32)
    await asyncio.to_thread(town.do, record_verification, asked)
    town.passes(minutes=20)
    trace = tmp_path / "verified"
    await verifying(town, ("touch", str(trace))).once()
    assert not trace.exists()


async def test_a_verification_ends_with_the_server(town: Town) -> None:
    town.now = NIGHT + timedelta(days=2)
    task = asyncio.create_task(verifying(town, ("sleep", "600")).once())
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(task, 0.5)


class Waiting(Round):
    """A round of a server that was restored a moment ago."""

    every_s, hurry = 60.0, frozenset[str]()

    def __init__(self) -> None:
        super().__init__()
        self.is_over = asyncio.Event()

    async def once(self) -> bool:
        """Find the place taken by what a cabinet is yet to send."""
        self.is_over.set()
        raise OutOfTurn


async def test_a_round_that_waits_for_a_cabinet_is_no_fault(caplog: pytest.LogCaptureFixture) -> None:
    waiting = Waiting()
    with caplog.at_level(logging.INFO):
        task = asyncio.create_task(waiting.run())
        await waiting.is_over.wait()
        task.cancel()
    assert [record.levelname for record in caplog.records if record.name == "server.rounds"] == ["INFO"]
