"""What a cabinet's report must say before it can mean anything. The server's own events are right by construction."""

import re
from collections.abc import Mapping
from typing import TypeGuard

from server.custody.happenings import Happening

_OPENING = {"opening": str, "compartment": str}
_MOVED = {**_OPENING, "permit": str, "items": list, "persons": list}

REQUIRED: Mapping[str, Mapping[str, type]] = {
    "opening_intended": {**_OPENING, "permit": str, "action": str, "persons": list, "attempt": int},
    "door_opened": _OPENING,
    "door_closed": {"compartment": str},
    "opening_interrupted": {"opening": str},
    "opening_finished": {"opening": str, "outcome": str},
    "items_taken": {**_MOVED, "checkout": str},
    "items_returned": {**_MOVED, "checkout": str},
    "items_deposited": {**_MOVED, "deposit": str},
    "items_counted": _MOVED,
    "items_missing": {"compartment": str, "items": list},
    "copies_stated": {**_OPENING, "permit": str, "checkout": str, "copies": int},
    "photo_taken": {**_OPENING, "photo": str, "size_bytes": int},
    "log_disputed": {"kind": str, "size": int, "root": str, "shown_size": int, "shown_root": str},
    "agent_key_rotated": {"succession": str},
    "tag_learned": {**_OPENING, "item": str, "tag": str},
    "items_transferred": {"compartment": str, "permit": str, "checkout": str, "items": list, "persons": list},
}
_LISTS_OF_IDS = ("items", "persons")
_MAY_NAME_NOTHING = {"items_missing"}
"""An alarm is one even where nobody can say which of the things it is."""
_SINGLE_IDS = ("opening", "permit", "checkout", "deposit", "compartment", "action", "outcome", "item", "tag")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./:-]{0,63}")
_YEARS = range(2000, 3000)
_ATTEMPTS = range(1, 1000)
_COPIES = range(10_000)
_SHA256, _NO_PHOTO = re.compile(r"[0-9a-f]{64}"), "0" * 64


def is_id(value: object) -> TypeGuard[str]:
    """Whether this can be an id or a fixed word: short, printable, nothing a table would choke on."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def is_well_formed(happening: Happening) -> bool:
    """Whether this event says everything its type needs, in the right types and within reason."""
    required = REQUIRED.get(happening.type)
    if required is None:
        return True
    about = happening.about
    return (
        all(type(about.get(key)) is kind for key, kind in required.items())
        and all(is_id(about[key]) for key in _SINGLE_IDS if about.get(key) is not None)
        and all(_are_ids(about[key]) for key in _LISTS_OF_IDS if about.get(key) is not None)
        and (bool(about.get("items", True)) or happening.type in _MAY_NAME_NOTHING)
        and about.get("attempt", 1) in _ATTEMPTS
        and about.get("copies", 0) in _COPIES
        and _SHA256.fullmatch(str(about.get("photo", _NO_PHOTO))) is not None
        and happening.at.year in _YEARS
    )


def _are_ids(value: object) -> bool:
    return isinstance(value, list) and all(is_id(each) for each in value)
