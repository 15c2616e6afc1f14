"""What giving a key a successor makes true, and ending the old one."""

from collections.abc import Sequence
from dataclasses import replace

from firmware_protocol.times import read_time
from server.custody.happenings import Fact, Happening, Known
from server.custody.rotations import Rotation


def _rotated(_known: Known, h: Happening) -> Sequence[Fact]:
    return [
        Rotation(
            id=f"{h.about['role']}-{h.about['replaces']}",
            role=h.about["role"],
            succession=h.about["succession"],
            rotated_at=h.at,
            until=read_time(h.about["until"]),
        )
    ]


def _retired(known: Known, h: Happening) -> Sequence[Fact]:
    rotation = known.get(Rotation, f"{h.about['role']}-{h.about['key']}")
    return [] if rotation is None else [replace(rotation, ended_at=h.at)]


ROTATION_EFFECTS = {"key_rotated": _rotated, "key_retired": _retired}
