"""Documents that cannot rot: links lead somewhere, rooms and words exist, every decision is listed."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from firmware_protocol.event_types import EVENT_TYPES
from server.custody.handovers.lifecycle import handover_diagram
from server.custody.lifecycle import checkout_diagram, item_diagram
from server.custody.lives import seal_diagram
from tests.repository.sources import PRODUCT, ROOT, files, name_of, python_files
from tests.repository.test_imports import AGENT, RUN
from tests.repository.test_shape import defined_names, words_of

DOCUMENTS = [path for path in files() if path.suffix == ".md"]
DECISIONS = ROOT / "docs" / "decisions"


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_link_to_a_file_leads_to_one(document: Path) -> None:
    targets = re.findall(r"]\((?!https?:)([^)#]+)", document.read_text("utf-8"))
    assert [target for target in targets if not (document.parent / target).exists()] == []


def test_decisions_are_numbered_without_gaps_and_listed() -> None:
    records = sorted(path.name for path in DECISIONS.glob("0*.md"))
    assert [int(name[:4]) for name in records] == list(range(1, len(records) + 1))
    assert re.findall(r"]\((0[^)]+)\)", (DECISIONS / "README.md").read_text("utf-8")) == records


def test_every_dependency_has_earned_its_place() -> None:
    record = (DECISIONS / "0001-dependencies.md").read_text("utf-8")
    assert {name for name in RUN | AGENT if not re.search(rf"(?<![\w-]){name}(?![\w-])", record)} == set()


@pytest.mark.parametrize("diagram", [checkout_diagram, item_diagram, handover_diagram, seal_diagram])
def test_the_drawn_lifecycles_are_the_tables(diagram: Callable[[], str]) -> None:
    drawn = re.findall(r"```mermaid\n(.*?)```", (ROOT / "docs" / "lifecycle.md").read_text("utf-8"), re.DOTALL)
    assert diagram() in drawn, f"put this into docs/lifecycle.md:\n{diagram()}"


def _rooms() -> set[str]:
    tops = (ROOT / package for package in PRODUCT)
    found = (path for top in tops if top.exists() for path in top.iterdir())
    return {path.name for path in found if path.suffix == ".py" or (path / "__init__.py").exists()} - {"__init__.py"}


def test_the_architecture_names_every_room() -> None:
    architecture = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    assert {room for room in _rooms() if f"`{room}" not in architecture} == set()


def _glossary_words() -> set[str]:
    in_use = (ROOT / "docs" / "glossary.md").read_text("utf-8").split("Kept for what comes next")[0]
    first_columns = re.findall(r"^\| ([^|]+) \|", in_use, re.MULTILINE)[1:]
    return {word.strip() for column in first_columns for word in column.split(",")} - {"---"}


def _code_words() -> set[str]:
    """The words of every name in the code; the names of events are names too."""
    names = {name for path in python_files(*PRODUCT) for name in (name_of(path), *defined_names(path))}
    return {word for name in names | EVENT_TYPES.keys() for word in words_of(name)}


def test_every_word_of_the_glossary_is_used_in_code() -> None:
    used = _code_words()
    assert {word for word in _glossary_words() if not words_of(word) <= used} == set()
