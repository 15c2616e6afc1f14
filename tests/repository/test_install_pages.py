"""The technician's pages: one for each family, its figures those of the dialect, its picture as the script draws it."""

import re

import pytest

from device_agent.commissioning.words import WHY
from firmware_protocol.boards import DIALECTS
from scripts.wiring import FOLDER, WIRINGS, drawing

INDEX = (FOLDER / "README.md").read_text("utf-8")


def test_every_family_is_drawn() -> None:
    assert {wiring.family for wiring in WIRINGS} == DIALECTS.keys()


@pytest.mark.parametrize("wiring", WIRINGS, ids=lambda wiring: wiring.family)
def test_the_pictures_are_as_the_script_draws_them(wiring) -> None:
    drawn = (FOLDER / f"{wiring.family}.svg").read_text("utf-8")
    assert drawn == drawing(wiring), "run: python scripts/wiring.py"
    assert set(wiring.addresses) <= set(DIALECTS[wiring.family].addresses)


@pytest.mark.parametrize(("number", "family"), list(enumerate(DIALECTS.values(), start=1)), ids=list(DIALECTS))
def test_a_page_has_its_familys_figures_and_its_place_in_the_dialogue(number, family) -> None:
    page = (FOLDER / f"{family.name}.md").read_text("utf-8")
    addresses = f"{family.addresses[0]}–{family.addresses[-1]}"
    summary = next(line for line in page.splitlines() if line.startswith("*English"))
    assert {str(family.baud), addresses} <= set(re.findall(r"[\d–]+", summary))
    assert str(family.channels_max) in summary
    assert f"![{family.name} 接线图]({family.name}.svg)" in page
    assert f"写 {number}。" in page
    row = next(line for line in INDEX.splitlines() if f"({family.name}.md)" in line and line.startswith("|"))
    assert [cell.strip() for cell in row.split("|")[2:5]] == [str(family.baud), addresses, f"{family.channels_max} 路"]


def test_only_boards_that_prove_themselves_may_have_their_line_outside() -> None:
    assert {wiring.family for wiring in WIRINGS if wiring.may_leave} == {
        name for name, family in DIALECTS.items() if family.has_operation_ids
    }
    for family in DIALECTS.values():
        page = (FOLDER / f"{family.name}.md").read_text("utf-8")
        assert ("不核对身份" in page) is not family.has_operation_ids


@pytest.mark.parametrize("failure", WHY)
def test_every_failure_says_what_to_look_at(failure) -> None:
    assert re.search("请|再试", WHY[failure])
