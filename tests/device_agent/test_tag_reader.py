"""A tag reader on a pseudo-terminal: what comes and goes in its field is reported, and so is its silence."""

import queue
from collections.abc import Iterator
from pathlib import Path

import pytest

from device_agent.line.reports import TagsChanged
from device_agent.tag_reader import ReaderPlace, TagReader
from firmware_protocol.emulators.tag_line import EmulatedTagLine
from tests.fixtures.patience import PATIENCE_S

TAG, OTHER = "30751FEB705C5904E3D50D70", "E2001A2B"


@pytest.fixture
def line(tmp_path: Path) -> Iterator[EmulatedTagLine]:
    with EmulatedTagLine(tmp_path / "r7") as started:
        yield started


@pytest.fixture
def reports(line: EmulatedTagLine) -> Iterator["queue.Queue[TagsChanged]"]:
    told: queue.Queue[TagsChanged] = queue.Queue()
    reader = TagReader(ReaderPlace("r7", line.path, 115_200, "CAB-01/7"), told.put)
    reader.start()
    yield told
    reader.close()


def inside(reports: "queue.Queue[TagsChanged]") -> frozenset[str] | None:
    return reports.get(timeout=PATIENCE_S).tags


def test_what_comes_and_goes_is_reported_once_each(line: EmulatedTagLine, reports: "queue.Queue[TagsChanged]") -> None:
    assert inside(reports) == frozenset()
    line.put([TAG])
    assert inside(reports) == frozenset({TAG})
    line.put([OTHER], is_shy=True)
    line.take([TAG])
    assert inside(reports) == frozenset()


def test_a_reader_that_does_not_answer_leaves_unknown_what_is_inside(
    line: EmulatedTagLine, reports: "queue.Queue[TagsChanged]"
) -> None:
    assert inside(reports) == frozenset()
    line.mute(is_mute=True)
    assert inside(reports) is None
    line.mute(is_mute=False)
    assert inside(reports) == frozenset()
