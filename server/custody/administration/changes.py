"""A change (变更) that one administrator proposes and another confirms: nothing holds until both have said so."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from server.custody.people import Standing
from server.custody.refusals import Refused, first_refusal
from server.custody.roles import MAY_CONFIRM_CHANGES, MAY_PROPOSE_CHANGES, MAY_REVOKE_AGENTS, Role


class ChangeKind(StrEnum):
    """What is to be changed."""

    ROLE = "role"
    SETTING = "setting"
    ROSTER = "roster"
    ENROLMENT = "enrolment"
    REVOCATION = "revocation"
    MANDATE = "mandate"


class ChangeState(StrEnum):
    """What became of a change."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    DECLINED = "declined"


CHANGE_KIND_TITLES: dict[ChangeKind, str] = {
    ChangeKind.ROLE: "授予职务",
    ChangeKind.SETTING: "修改设置",
    ChangeKind.ROSTER: "更新名册",
    ChangeKind.ENROLMENT: "柜机入网",
    ChangeKind.REVOCATION: "停用柜机",
    ChangeKind.MANDATE: "登记委托保管授权",
}
CHANGE_STATE_TITLES: dict[ChangeState, str] = {
    ChangeState.PROPOSED: "等另一位管理员确认",
    ChangeState.CONFIRMED: "已确认",
    ChangeState.DECLINED: "没有确认",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change and what became of it. `wanted` is what it would make true, in ids and fixed words (see `ChangeKind`).

    role: person, role, cooperative, since, until. setting: setting, value. roster: document (SHA-256 of the workbook).
    enrolment: enrolment, agent. revocation: agent, epoch; it holds from its proposal on, and declining it ends it.
    mandate: cooperative, resolved_on, expires_on.
    """

    id: str
    kind: ChangeKind
    wanted: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    proposed_by: str
    proposed_at: datetime
    state: ChangeState = ChangeState.PROPOSED
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str = ""

    @property
    def subject(self) -> str | None:
        """The person whom it concerns, where it concerns one."""
        return self.wanted.get("person")


@dataclass(frozen=True, slots=True)
class Answering:
    """Somebody who is about to confirm or decline a change."""

    who: Standing
    change: Change


def refuse_to_propose(who: Standing) -> Refused | None:
    """Why `who` may not propose a change, or None."""
    if who.person.is_active and who.holds_any(MAY_PROPOSE_CHANGES):
        return None
    return Refused("change_role", "这类变更由系统管理员提出。请联系系统管理员。")


def refuse_to_answer(answering: Answering) -> Refused | None:
    """Why `who` may not confirm or decline this change, or None."""
    return first_refusal((_may_confirm, _is_waiting, _is_another, _is_not_about_them), answering)


def _may_confirm(answering: Answering) -> Refused | None:
    roles, sentence = _CONFIRMED_BY.get(answering.change.kind, _USUALLY)
    if answering.who.person.is_active and answering.who.holds_any(roles):
        return None
    return Refused("change_confirm_role", sentence)


def _is_waiting(answering: Answering) -> Refused | None:
    if answering.change.state is ChangeState.PROPOSED:
        return None
    return Refused("change_over", "这项变更已经有人处理了，请刷新页面看看。")


def _is_another(answering: Answering) -> Refused | None:
    if answering.who.id != answering.change.proposed_by:
        return None
    return Refused("change_own", "提出变更的人不能自己确认。请另一位管理员来办。")


def _is_not_about_them(answering: Answering) -> Refused | None:
    if answering.who.id != answering.change.subject:
        return None
    return Refused("change_about_oneself", "这项变更关系到您自己，要由另一位管理员确认。")


_USUALLY: tuple[frozenset[Role], str] = (MAY_CONFIRM_CHANGES, "这类变更由安全管理员确认。请联系安全管理员。")
_CONFIRMED_BY: Mapping[ChangeKind, tuple[frozenset[Role], str]] = {
    ChangeKind.REVOCATION: (MAY_REVOKE_AGENTS, "停用柜机由另一位系统管理员或安全管理员确认。请联系他们。"),
}
"""Who confirms, and what anybody else is told; whoever proposed a change may be of the same role, but is another."""
