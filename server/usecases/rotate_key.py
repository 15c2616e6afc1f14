"""A key of the server gets a successor, and ends once both have been believed for long enough."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from firmware_protocol.notes import Signer
from firmware_protocol.successions import write_succession
from firmware_protocol.times import write_time
from server.custody.administration.settings import SettingName, value_of
from server.custody.people import Standing
from server.custody.refusals import Refused
from server.custody.rotations import Rotating, Rotation, is_over, refuse_to_rotate
from server.store.rotations import overlap_of
from server.store.work import Work
from server.usecases.refusing import acting, refuse
from server.usecases.sign_in import CheckedClaim, proven

KeyRole = Literal["permit", "log"]


@dataclass(frozen=True, slots=True)
class RotateKey:
    """Which key gets which successor, and the checked passwords of the two administrators who do it.

    `overlap_days` is how long both are believed; None: as the township has set it. With 0 the old key ends at once,
    and so does the one before it, where that is still believed.
    """

    role: KeyRole
    new: Signer
    first: CheckedClaim
    second: CheckedClaim
    overlap_days: int | None = None


@dataclass(frozen=True, slots=True)
class KeyRotated:
    """The new key's fingerprint, and until when the old one is believed too."""

    fingerprint: str
    until: datetime


def rotate_key(work: Work, asked: RotateKey) -> KeyRotated | Refused:
    """Name the key that follows, or say why not.

    The old keys sign this one entry and its head; whoever asked works with the new ones from then on.
    """
    two: list[Standing] = []
    for claim in (asked.first, asked.second):
        person = proven(work, claim)
        if isinstance(person, Refused):
            return person
        two.append(acting(work, person.id))
    overlap = overlap_of(work.facts, asked.role)
    rotating = Rotating(overlap=overlap, is_urgent=asked.overlap_days == 0, first=two[0], second=two[1])
    refused = refuse_to_rotate(rotating)
    if refused is not None:
        return refuse(work, refused, two[0].id)
    if overlap is not None:
        _retire(work, overlap)
    return _rotate(work, asked, two)


def end_overlaps(work: Work, _asked: None) -> tuple[str, ...]:
    """End the old keys that have been believed for long enough; their ids (hex)."""
    over = [each for each in work.facts.where(Rotation) if is_over(each, work.now)]
    return tuple([_retire(work, each) for each in over])


def _retire(work: Work, rotation: Rotation) -> str:
    """Say that the old key of this rotation is not believed any more; its id (hex)."""
    key_id = rotation.id.removeprefix(f"{rotation.role}-")
    work.record("key_retired", {"role": rotation.role, "key": key_id})
    return key_id


def _rotate(work: Work, asked: RotateKey, two: list[Standing]) -> KeyRotated:
    old = work.keys.permit if asked.role == "permit" else work.keys.log
    days = value_of(work, SettingName.KEY_OVERLAP_DAYS) if asked.overlap_days is None else asked.overlap_days
    until = work.now + timedelta(days=days)
    about = {
        "role": asked.role,
        "replaces": old.verifier.key_id.hex(),
        "succession": write_succession(old, asked.new).decode(),
        "until": write_time(until),
        "persons": [each.id for each in two],
    }
    work.record("key_rotated", about)
    return KeyRotated(asked.new.verifier.fingerprint, until)
