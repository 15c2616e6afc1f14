"""封存: while a cooperative changes its committee, nothing of it may be taken; what is out may always come back."""

from dataclasses import dataclass

from server.custody.facts import Cooperative
from server.custody.people import Standing
from server.custody.refusals import Refused, first_refusal
from server.custody.roles import MAY_FREEZE


@dataclass(frozen=True, slots=True, kw_only=True)
class Freezing:
    """Somebody freezes a cooperative or lets it go on, and says why."""

    who: Standing
    cooperative: Cooperative
    reason: str


def refuse_while_frozen(cooperative: Cooperative) -> Refused | None:
    """Why nothing can be taken from this cooperative's compartment now, or None."""
    if cooperative.frozen_at is None:
        return None
    return Refused(
        "frozen",
        f"{cooperative.short_name}正在封存，启封以前不能领用；归还不受影响。换届办完、交接签字以后就启封，急事请联系三资办。",
    )


def refuse_to_freeze(freezing: Freezing) -> Refused | None:
    """The first reason why this cooperative may not be frozen by this person, or None."""
    return first_refusal((_office_decides, _is_apart, _is_not_frozen, _says_why), freezing)


def refuse_to_unfreeze(freezing: Freezing) -> Refused | None:
    """The first reason why this cooperative may not go on without a handover, or None."""
    return first_refusal((_office_decides, _is_apart, _is_frozen, _says_why), freezing)


def _office_decides(f: Freezing) -> Refused | None:
    if f.who.person.is_active and f.who.holds_any(MAY_FREEZE):
        return None
    return Refused("freeze_role", "封存和启封由三资办审核员或负责人办理。请联系三资办。")


def _is_apart(f: Freezing) -> Refused | None:
    if f.cooperative.id not in f.who.cooperatives():
        return None
    return Refused("own_cooperative", f"您是{f.cooperative.short_name}的人，不能办它的封存和启封。请另一位同事办理。")


def _is_not_frozen(f: Freezing) -> Refused | None:
    if f.cooperative.frozen_at is None:
        return None
    return Refused("already_frozen", f"{f.cooperative.short_name}已经封存，不用再办。")


def _is_frozen(f: Freezing) -> Refused | None:
    if f.cooperative.frozen_at is not None:
        return None
    return Refused("not_frozen", f"{f.cooperative.short_name}没有封存，不用启封。")


def _says_why(f: Freezing) -> Refused | None:
    if f.reason.strip():
        return None
    return Refused("no_reason", "封存和启封都要写明原因，好让社里的人知道。请补上原因，例如“2026年换届选举”。")
