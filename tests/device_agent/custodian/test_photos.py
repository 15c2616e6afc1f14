"""Where the kiosk has a camera, seals that come back are photographed; where it has none, nothing changes."""

from dataclasses import replace

import pytest

from device_agent.custodian.decisions import Record
from device_agent.custodian.inputs import (
    BackAsked,
    CopiesStated,
    Input,
    ItemTicked,
    PhotoSkipped,
    PhotoTaken,
    RestAnswered,
    Ticked,
)
from device_agent.custodian.state import Closing, Confirming, Custody, Moving, Photographing, StatingCopies
from tests.device_agent.custodian.at_the_door import BOTH_CONFIRM, OPEN, SHUT
from tests.device_agent.custodian.test_copies import ALL, bringing_back
from tests.device_agent.hall import SEAL, SITE, after, now_at, types

PHOTO = PhotoTaken("ab" * 32, 120_000)


def at_the_camera(*given: Input, copies: int | None = 2) -> Custody:
    """They brought the seals back before a kiosk with a camera, and then this."""
    custody = replace(bringing_back(copies=copies), site=replace(SITE, has_camera=True))
    return after(custody, *given).custody


def test_the_photo_comes_after_the_copies_and_belongs_to_the_opening() -> None:
    custody = at_the_camera(*ALL, SHUT, CopiesStated(2))
    assert isinstance(custody.stage, Photographing)
    step = after(custody, PHOTO, *BOTH_CONFIRM)
    assert types(step.decisions) == ["items_returned", "copies_stated", "photo_taken", "opening_finished"]
    record = step.decisions[2]
    assert isinstance(record, Record)
    assert (record.about["photo"], record.about["size_bytes"]) == (PHOTO.sha256, PHOTO.size_bytes)


def test_without_a_photo_it_goes_on() -> None:
    step = after(at_the_camera(*ALL, SHUT, CopiesStated(2), PhotoSkipped()), *BOTH_CONFIRM)
    assert types(step.decisions) == ["items_returned", "copies_stated", "opening_finished"]


@pytest.mark.parametrize(
    ("given", "copies", "stage"),
    [
        pytest.param((*ALL, SHUT), None, Photographing, id="where no copies were to be stamped"),
        pytest.param((ItemTicked(SEAL), RestAnswered(True), SHUT), 2, Photographing, id="while another is out"),
        pytest.param((RestAnswered(True), SHUT), 2, Confirming, id="but not where nothing came back"),
        pytest.param((*ALL, SHUT), 2, StatingCopies, id="and never before the copies"),
    ],
)
def test_a_seal_that_comes_back_is_photographed(given: tuple[Input, ...], copies: int | None, stage: type) -> None:
    assert isinstance(at_the_camera(*given, copies=copies).stage, stage)


def test_going_back_to_the_list_drops_the_photo() -> None:
    custody = at_the_camera(*ALL, SHUT, CopiesStated(2), PHOTO, BackAsked())
    assert isinstance(custody.stage, Moving)
    assert custody.stage.photo is None


def test_a_photo_nobody_asked_for_belongs_to_nothing() -> None:
    custody = at_the_camera(*ALL, SHUT)
    assert after(custody, PHOTO).custody.stage == custody.stage


def test_a_door_opened_again_before_the_camera_is_closed_first() -> None:
    assert isinstance(at_the_camera(*ALL, SHUT, CopiesStated(2), OPEN).stage, Closing)


def test_whoever_leaves_before_the_camera_leaves_an_opening_to_declare() -> None:
    step = after(at_the_camera(*ALL, SHUT, CopiesStated(2)), Ticked(), now=now_at(400))
    assert types(step.decisions)[-1] == "opening_finished"
