"""A policy as text: exact both ways, and nothing else is read."""

import json
from typing import Any

import pytest

from server.custody.policy.default import DEFAULT
from server.custody.policy.demands import Asked, Demands, resolve
from server.custody.policy.document import Policy
from server.custody.policy.votes import MeetingEvidence
from server.custody.policy.words import Mode
from server.custody.policy.writing import digest, made, plain, read, write
from server.custody.states import ItemKind
from tests.server.custody.policy.test_votes import ASSEMBLY, BOARD

DEMANDS = resolve(DEFAULT, Asked(mode=Mode.OFF_SITE, kinds=frozenset({ItemKind.SEAL}), amount_cents=10**9))


@pytest.mark.parametrize("row", [DEFAULT, DEMANDS, ASSEMBLY, BOARD], ids=["policy", "demands", "assembly", "board"])
def test_what_was_written_is_read_back_exactly(row: object) -> None:
    text = write(row)
    assert read(type(row), text) == row
    assert write(read(type(row), text)) == text
    assert made(type(row), plain(row)) == row


def test_the_hash_is_that_of_the_text() -> None:
    assert digest("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def broken(**changes: Any) -> str:
    return json.dumps({**plain(DEFAULT), **changes})


WRONG: dict[str, tuple[type, str]] = {
    "an unknown key": (Policy, broken(extra=1)),
    "a word for a number": (Policy, broken(correction_days="5")),
    "true for a number": (Policy, broken(correction_days=True)),
    "no table": (Policy, broken(tiers=None)),
    "an unknown word": (Demands, json.dumps({**plain(DEMANDS), "tier": "t9"})),
    "an unknown role": (Policy, write(DEFAULT).replace('"reviewer"', '"emperor"')),
    "a missing key": (MeetingEvidence, "{}"),
    "no object": (Policy, "[]"),
    "no JSON": (Policy, "{"),
    "no date": (MeetingEvidence, json.dumps({**plain(ASSEMBLY), "held_on": "yesterday"})),
}


@pytest.mark.parametrize(("kind", "text"), WRONG.values(), ids=WRONG)
def test_anything_else_is_not_read(kind: type, text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever is wrong with it
        read(kind, text)


def test_only_rows_are_written() -> None:
    with pytest.raises(TypeError):
        write({"tiers": ()})
