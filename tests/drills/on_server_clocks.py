"""The server's clock is set back and forward; and entries of the server at times with no such excuse."""

from collections.abc import Mapping
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from firmware_protocol.entries import SERVER as BY_SERVER
from firmware_protocol.event_types import EVENT_TYPES
from server.ledger.clock_steps import STEPPED
from server.operate.verify import sentence, verify_database
from server.operate.verify_log import verify
from server.store.database import Database
from server.store.lists import entries
from server.store.work import Work
from server.usecases.watching import look
from tests.drills.noticed import SERVER, VERIFY, Drill, Noticed
from tests.drills.on_entries import found, lived
from tests.drills.on_witnesses import hours_ahead
from tests.fixtures.exported_logs import AT
from tests.server.store.crash import register
from tests.server.town import KEYS, Town


def _servers_set_by(step: timedelta) -> Drill:
    """A server at work; an hour later its clock is moved by `step`, and somebody does something."""

    def run(folder: Path) -> Noticed:
        with closing(Town(Database.open(f"sqlite:///{folder / 'town.sqlite'}")).furnish()) as town:
            town.writer.close()
            town.steady_ms = lambda: 0
            town.begin_writing()
            town.now += step
            town.do(register, "one")
            with town.database.reading() as reader:
                steps = entries.of_types(reader, [STEPPED], 0, entries.log_size(reader))
                warned = [each.rule for each in look(reader, town.now).noticed]
        said = [f"{EVENT_TYPES[STEPPED].title} {each.about['step_ms'] // 1000} 秒" for each in steps]
        return Noticed(SERVER, "；".join([*said, *(f"预警 {rule}" for rule in warned)]))

    return run


def _backdated_behind_the_clock(folder: Path) -> Noticed:
    """Somebody with the server's key writes a day into the past, into the database, and nothing else is wrong."""

    def yesterday(work: Work, _asked: None) -> None:
        work.now -= timedelta(days=1)
        register(work, "one")

    with closing(Town(Database.open(f"sqlite:///{folder / 'town.sqlite'}")).furnish()) as town:
        town.do(yesterday, None)
        with town.database.reading() as reader:
            verdict = verify_database(reader, KEYS)
    return Noticed(VERIFY, "" if verdict.wrong is None else sentence(verdict))


def _backdated_in_an_export(folder: Path) -> Noticed:
    history = lived()
    history.says(BY_SERVER, "signed_out", {"person": "p-1"}, at=AT - timedelta(days=1))
    return found(verify(history.write(folder)))


DRILLS: Mapping[str, Drill] = {
    "the server's clock is set back and work goes on": _servers_set_by(-timedelta(days=1)),
    "the server's clock is set forward and work goes on": _servers_set_by(timedelta(days=1)),
    "the server's clock is set forward while it stands still": hours_ahead,
    "the server's key signs a day into the past": _backdated_in_an_export,
    "a day into the past, in the server's own database": _backdated_behind_the_clock,
}
