"""A door that opened without a permit, afterwards: an officer says why, an attester confirms, the office decides.

All of it within 24 hours of the opening, or it stands as a violation. The door was not asked; this is what people make
of it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from server.custody.people import Standing
from server.custody.refusals import Refused, first_refusal
from server.custody.roles import COOPERATIVE_ROLES, Role

TIME_TO_APPROVE = timedelta(hours=24)


class EmergencyState(StrEnum):
    """Where an unpermitted opening stands."""

    OPENED = "opened"
    EXPLAINED = "explained"
    ATTESTED = "attested"
    APPROVED = "approved"
    VIOLATION = "violation"


class EmergencyCause(StrEnum):
    """Why a door may have to be opened without a permit."""

    MECHANICAL_KEY = "mechanical_key"
    POWER_CUT = "power_cut"
    RESCUE = "rescue"


class EmergencyStep(StrEnum):
    """What people can do about it."""

    EXPLAIN = "explain"
    ATTEST = "attest"
    APPROVE = "approve"
    REFUSE = "refuse"


_S, _T = EmergencyState, EmergencyStep

EMERGENCY_STATE_TITLES: Mapping[EmergencyState, str] = {
    _S.OPENED: "待说明为什么开柜",
    _S.EXPLAINED: "待见证人确认",
    _S.ATTESTED: "待负责人追认",
    _S.APPROVED: "已追认",
    _S.VIOLATION: "按违规开柜处理",
}
CAUSE_TITLES: Mapping[EmergencyCause, str] = {
    EmergencyCause.MECHANICAL_KEY: "用机械钥匙开",
    EmergencyCause.POWER_CUT: "停电或设备故障",
    EmergencyCause.RESCUE: "抢险救援",
}
OPEN_EMERGENCIES = frozenset({_S.OPENED, _S.EXPLAINED, _S.ATTESTED})
EMERGENCY_LIFECYCLE: Mapping[tuple[EmergencyState, EmergencyStep], EmergencyState] = {
    (_S.OPENED, _T.EXPLAIN): _S.EXPLAINED,
    (_S.EXPLAINED, _T.EXPLAIN): _S.EXPLAINED,
    (_S.EXPLAINED, _T.ATTEST): _S.ATTESTED,
    (_S.ATTESTED, _T.APPROVE): _S.APPROVED,
    (_S.ATTESTED, _T.REFUSE): _S.VIOLATION,
}
EVENT_OF_STEP: Mapping[EmergencyStep, str] = {
    _T.EXPLAIN: "emergency_explained",
    _T.ATTEST: "emergency_attested",
    _T.APPROVE: "emergency_approved",
    _T.REFUSE: "emergency_refused",
}
MAY_EXPLAIN_EMERGENCY = frozenset({Role.CABINET_OFFICER})
MAY_ATTEST_EMERGENCY = COOPERATIVE_ROLES | {Role.CABINET_OFFICER, Role.REVIEWER, Role.VILLAGE_SUPERVISOR}
MAY_APPROVE_EMERGENCY = frozenset({Role.OFFICE_HEAD})
MAY_TAKE_STEP: Mapping[EmergencyStep, frozenset[Role]] = {
    _T.EXPLAIN: MAY_EXPLAIN_EMERGENCY,
    _T.ATTEST: MAY_ATTEST_EMERGENCY,
    _T.APPROVE: MAY_APPROVE_EMERGENCY,
    _T.REFUSE: MAY_APPROVE_EMERGENCY,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Emergency:
    """An unpermitted opening at `compartment`; known by its finding. The attester is whoever the officer named."""

    id: str
    compartment: str | None
    cooperative: str | None
    opened_at: datetime
    state: EmergencyState = EmergencyState.OPENED
    cause: EmergencyCause | None = None
    officer: str | None = None
    attester: str | None = None
    approver: str | None = None
    decided_at: datetime | None = None

    @property
    def due_at(self) -> datetime:
        """Until when it can be approved."""
        return self.opened_at + TIME_TO_APPROVE


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakingUp:
    """Somebody takes a step; `attester` is whom the officer names when explaining."""

    who: Standing
    emergency: Emergency
    step: EmergencyStep
    words: str
    attester: Standing | None
    now: datetime


def emergency_after(state: EmergencyState, step: EmergencyStep) -> EmergencyState | None:
    """Where the step leads from `state`, or None when it may not happen there."""
    return EMERGENCY_LIFECYCLE.get((state, step))


def has_lapsed(emergency: Emergency, now: datetime) -> bool:
    """Whether it was not approved in time, and stands as a violation from now on."""
    return emergency.state in OPEN_EMERGENCIES and now > emergency.due_at


def refuse_step(speaking: SpeakingUp) -> Refused | None:
    """The first reason why this step is not possible, or None."""
    return first_refusal(_RULES, speaking)


def _is_possible(s: SpeakingUp) -> Refused | None:
    if emergency_after(s.emergency.state, s.step) is not None:
        return None
    title = EMERGENCY_STATE_TITLES[s.emergency.state]
    return Refused("emergency_state", f"这次开柜现在是“{title}”，不能这样办理。请刷新页面看最新情况。")


def _is_in_time(s: SpeakingUp) -> Refused | None:
    if s.now <= s.emergency.due_at:
        return None
    return Refused("emergency_late", "已经过了 24 小时，这次开柜按违规处理，不能再追认。请在预警提示里说明情况。")


def _has_the_role(s: SpeakingUp) -> Refused | None:
    if s.who.person.is_active and s.who.holds_any(MAY_TAKE_STEP[s.step]):
        return None
    return Refused("emergency_role", "应急开柜由柜管员说明，见证人确认，三资办负责人追认。请按这个顺序办理。")


def _is_not_the_officer(s: SpeakingUp) -> Refused | None:
    if s.step is EmergencyStep.EXPLAIN or s.who.id != s.emergency.officer:
        return None
    return Refused("emergency_own", "情况是您说明的，要由另一个人确认和追认。")


def _the_attester_confirms(s: SpeakingUp) -> Refused | None:
    if s.step is not EmergencyStep.ATTEST or s.who.id == s.emergency.attester:
        return None
    return Refused("emergency_attester", "柜管员写的见证人不是您。当时在场的请让柜管员改写见证人。")


def _the_approver_was_not_there(s: SpeakingUp) -> Refused | None:
    if s.step not in (EmergencyStep.APPROVE, EmergencyStep.REFUSE) or s.who.id != s.emergency.attester:
        return None
    return Refused("emergency_own", "您是见证人，要由另一位负责人追认。")


def _an_attester_is_named(s: SpeakingUp) -> Refused | None:
    if s.step is not EmergencyStep.EXPLAIN:
        return None
    attester = s.attester
    if attester is None or not attester.person.is_active or not attester.holds_any(MAY_ATTEST_EMERGENCY):
        return Refused("emergency_no_attester", "还没有选见证人。请选当时在场的另一个人，由他登录后确认。")
    if attester.id == s.who.id:
        return Refused("emergency_own", "见证人要是另一个人，不能写自己。")
    return None


def _says_why(s: SpeakingUp) -> Refused | None:
    if s.words.strip() or s.step is EmergencyStep.ATTEST:
        return None
    return Refused("emergency_words", "请写清楚：为什么开柜、谁在场、动了什么东西。")


_RULES: tuple[Callable[[SpeakingUp], Refused | None], ...] = (
    _is_possible,
    _is_in_time,
    _has_the_role,
    _is_not_the_officer,
    _the_attester_confirms,
    _the_approver_was_not_there,
    _an_attester_is_named,
    _says_why,
)
