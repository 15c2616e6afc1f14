"""The technician's page about the emulator names every fault with its usual measure, and every command."""

import re
from pathlib import Path

from firmware_protocol.emulators.line import EmulatedLine
from firmware_protocol.emulators.mishaps import KINDS
from firmware_protocol.emulators.program import Console

PAGE = Path("docs/install/emulator.md").read_text("utf-8")


def test_every_fault_stands_there_with_its_usual_measure() -> None:
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| ([^|]*)\|", PAGE, re.MULTILINE))
    assert rows.keys() == KINDS.keys()
    assert {
        name: measure for name, measure in rows.items() if measure.strip() and f"{KINDS[name].figure}" not in measure
    } == {}


def test_every_command_stands_there() -> None:
    with EmulatedLine("bcc-8a", {1: 24}) as line:
        verbs = Console(line).verbs
    assert {verb for verb in verbs if not re.search(rf"`{verb}\b", PAGE)} == set()
