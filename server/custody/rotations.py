"""Giving the server's keys successors: who may, how long both keys are believed, and when the old one ends. Pure."""

from dataclasses import dataclass
from datetime import datetime

from server.custody.people import Standing
from server.custody.refusals import Refused, first_refusal
from server.custody.roles import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """A key that has a successor. `role` is `permit` or `log`, `succession` the signed note that names the next key.

    Both are believed until `until`; `ended_at` is when the log said that the old one is not any more.
    """

    id: str
    role: str
    succession: str
    rotated_at: datetime
    until: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotating:
    """What speaks against it: an overlap of this role that is going on; and the two who ask, proven.

    `is_urgent`: the key may be in wrong hands, so that nothing is waited for and no older key goes on.
    """

    overlap: Rotation | None
    is_urgent: bool
    first: Standing
    second: Standing


def rotation_id(role: str, key_id: bytes) -> str:
    """What the rotation is called by which this key got its successor."""
    return f"{role}-{key_id.hex()}"


def is_over(rotation: Rotation, now: datetime) -> bool:
    """Whether the old key has to end now."""
    return rotation.ended_at is None and rotation.until <= now


def refuse_to_rotate(rotating: Rotating) -> Refused | None:
    """Why the key stays, or None."""
    return first_refusal((_two_administrators, _one_at_a_time), rotating)


def _two_administrators(rotating: Rotating) -> Refused | None:
    pair = ((rotating.first, rotating.second), (rotating.second, rotating.first))
    is_two = rotating.first.id != rotating.second.id
    if is_two and any(one.holds(Role.SYSTEM_ADMIN) and other.holds(Role.SECURITY_ADMIN) for one, other in pair):
        return None
    return Refused("rotating_by_two", "换密钥要系统管理员和安全管理员两人一起办。请两位都输入自己的手机号和密码。")


def _one_at_a_time(rotating: Rotating) -> Refused | None:
    if rotating.overlap is None or rotating.is_urgent:
        return None
    until = f"{rotating.overlap.until:%Y-%m-%d %H:%M}"
    sentence = f"上一次换的密钥还在并用，到 {until} 为止。请等旧密钥停用以后再换；"
    return Refused("rotating_overlap", f"{sentence}密钥可能已被别人拿到的，加 --overlap-days 0 马上换。")
