"""A real agent with a tag reader: what came and went at a forced door stands in its journal."""

from datetime import UTC, datetime
from pathlib import Path

from device_agent.custodian.decisions import Keep
from device_agent.custodian.tag_homes import TAG_NOTE, Home
from firmware_protocol.emulators.tag_line import EmulatedTagLine
from tests.device_agent.hall import LEDGER_SEAL, PLACE, SEAL
from tests.device_agent.kiosk.stand import opened, standing
from tests.fixtures.patience import PATIENCE_S

OURS, ANOTHERS = "30751FEB705C5904E3D50D70", "E2001A2B"
SETTLED_ROUNDS = 9


def test_a_tag_in_the_wrong_compartment_and_one_that_vanishes_are_told(tmp_path: Path) -> None:
    homes = {OURS: Home(SEAL, PLACE), ANOTHERS: Home(LEDGER_SEAL, "CAB-01/9")}
    with EmulatedTagLine(tmp_path / "r7") as reader, standing(tmp_path) as stand:
        stand.stop()
        with opened(tmp_path) as journal:
            notes = {f"{TAG_NOTE}:{tag}": home.written for tag, home in homes.items()}
            journal.write([Keep(notes)], datetime.now(UTC), "sync")
        with (tmp_path / "hall-1.toml").open("a", encoding="utf-8") as file:
            file.write(f'[[reader]]\nname = "r7"\nport = "{reader.path}"\ncompartment = "{PLACE}"\n')
        stand.cabinets["left"].force(1, 7)
        reader.put([OURS])
        stand.start()
        assert reader.wait_for_rounds(SETTLED_ROUNDS, PATIENCE_S)
        reader.put([ANOTHERS])
        assert reader.wait_for_rounds(SETTLED_ROUNDS, PATIENCE_S)
        reader.take([OURS])
        assert reader.wait_for_rounds(SETTLED_ROUNDS, PATIENCE_S)
        assert stand.stop() == 0
        told = [(entry.type, entry.about) for entry in stand.journal() if entry.type.startswith("tag_")]
    assert told == [
        ("tag_came", {"compartment": PLACE, "tag": ANOTHERS, "verdict": "wrong_compartment", "item": LEDGER_SEAL}),
        ("tag_went", {"compartment": PLACE, "tag": OURS, "verdict": "vanished", "item": SEAL}),
    ]
