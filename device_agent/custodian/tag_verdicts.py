"""What it means that a tag came or went: the tag's home × the place × what the opening is about → a verdict. Pure.

| came in | home here | home elsewhere | no home known |
|---|---|---|---|
| during an opening that is about it | returned | wrong_compartment | unknown_tag |
| during any other opening | wrong_item | wrong_compartment | unknown_tag |
| nobody is there | reappeared | wrong_compartment | unknown_tag |

| went out | home here | home elsewhere | no home known |
|---|---|---|---|
| during an opening that is about it | taken | put_right | unknown_tag |
| during any other opening | wrong_item | put_right | unknown_tag |
| nobody is there | vanished | vanished | unknown_tag |
"""

from collections.abc import Set as AbstractSet
from typing import Literal

from device_agent.custodian.tag_homes import Home

Verdict = Literal[
    "taken", "returned", "wrong_item", "wrong_compartment", "put_right", "vanished", "reappeared", "unknown_tag"
]


def judge_in(home: Home | None, place: str, meant: AbstractSet[str] | None) -> Verdict:
    """A tag came in at `place`; `meant` are the items an opening there is about, None where there is no opening."""
    if home is None:
        return "unknown_tag"
    if home.compartment != place:
        return "wrong_compartment"
    return "reappeared" if meant is None else "returned" if home.item in meant else "wrong_item"


def judge_out(home: Home | None, place: str, meant: AbstractSet[str] | None) -> Verdict:
    """A tag went out of `place`."""
    if home is None:
        return "unknown_tag"
    if meant is None:
        return "vanished"
    if home.compartment != place:
        return "put_right"
    return "taken" if home.item in meant else "wrong_item"
