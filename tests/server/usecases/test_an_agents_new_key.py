"""An agent's key names its successor in the agent's own chain: the numbers go on, and the old key is over."""

from pathlib import Path

import pytest

from firmware_protocol.messages import CarriedEntry
from firmware_protocol.notes import Signer
from firmware_protocol.successions import write_succession
from server.custody.facts import Agent
from server.operate.verify import verify_database
from server.operate.verify_log import verify
from server.store.fact_rows import all_facts
from tests.server.published import publisher
from tests.server.town import AGENT, KEYS, Hall, Town

SECOND, THIRD, STRANGER = (Signer(f"{KEYS.origin}/agent/{AGENT}", bytes([n]) * 32) for n in (71, 72, 73))


@pytest.fixture
def hall(town: Town) -> Hall:
    assert town.hall is not None
    return town.hall


def rotates(hall: Hall, new: Signer) -> CarriedEntry:
    """It gives its key a successor, which signs from the next entry on."""
    told = hall.writes("agent_key_rotated", {"succession": write_succession(hall.signer, new).decode()})
    hall.signer = new
    return told


def key_of_the_agent(town: Town) -> str:
    with town.database.reading() as reader:
        return all_facts(reader, Agent)[AGENT].key


def test_one_batch_may_hold_entries_of_both_keys_and_the_numbers_go_on(town: Town, hall: Hall) -> None:
    hall.writes("agent_started", {"boot": 1})
    rotates(hall, SECOND)
    hall.writes("agent_started", {"boot": 2})
    taken = hall.sends()
    assert (taken.seq, taken.stored, taken.stopped_by) == (3, 3, None)
    assert key_of_the_agent(town) == SECOND.verifier.vkey
    with town.database.reading() as reader:
        assert verify_database(reader, KEYS).wrong is None


def test_what_it_signed_before_may_come_once_more(hall: Hall) -> None:
    first = hall.writes("agent_started", {"boot": 1})
    told = rotates(hall, SECOND)
    hall.sends()
    again = hall.sends(first, told, hall.writes("agent_started", {"boot": 2}))
    assert (again.seq, again.stored, again.stopped_by) == (3, 1, None)


def test_a_key_that_was_followed_says_nothing_new(hall: Hall) -> None:
    old = hall.signer
    rotates(hall, SECOND)
    hall.sends()
    hall.signer = old
    taken = hall.sends(hall.writes("agent_started", {"boot": 2}))
    assert (taken.stored, taken.stopped_by) == (0, "not_genuine")


NO_SUCCESSIONS = {
    "of another key": lambda _hall: write_succession(STRANGER, THIRD).decode(),
    "that the new key did not sign": lambda hall: write_succession(hall.signer, SECOND).decode().rsplit("— ", 1)[0],
    "that is no note": lambda _hall: "hello",
}


@pytest.mark.parametrize("succession", NO_SUCCESSIONS.values(), ids=NO_SUCCESSIONS)
def test_a_succession_that_does_not_hold_leaves_the_old_key(town: Town, hall: Hall, succession) -> None:
    before = key_of_the_agent(town)
    hall.writes("agent_key_rotated", {"succession": succession(hall)})
    hall.writes("agent_started", {"boot": 2})
    assert hall.sends().stored == 2
    assert key_of_the_agent(town) == before
    with town.database.reading() as reader:
        assert verify_database(reader, KEYS).wrong is None


def test_the_auditors_program_follows_the_agents_keys_as_the_server_does(
    town: Town, hall: Hall, tmp_path: Path
) -> None:
    for new in (SECOND, THIRD):
        rotates(hall, new)
        hall.writes("agent_started", {"boot": 2})
    hall.sends()
    published = publisher(town, tmp_path)
    published.follow()
    lines = (f"permit {KEYS.permit.verifier.vkey}", f"log {KEYS.log.verifier.vkey}")
    (tmp_path / "log" / "keys.txt").write_text("\n".join(lines), encoding="utf-8")
    assert verify(tmp_path / "log").findings == []
