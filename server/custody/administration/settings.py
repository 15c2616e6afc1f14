"""The township's settings: what each means, within which bounds, and in which direction it weakens the custody.

What a request needs stands in the policy, which days are worked in the calendar; these are the rest. Whoever tightens
a setting does so alone; what weakens it is confirmed by another administrator.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from server.custody.happenings import Known
from server.custody.people import Standing
from server.custody.refusals import Refused, first_refusal
from server.custody.roles import MAY_PROPOSE_CHANGES


class SettingName(StrEnum):
    """A setting's code; it stands in entries, so a member is never renamed."""

    SESSION_IDLE_MINUTES = "session_idle_minutes"
    SESSION_HOURS = "session_hours"
    CODE_HOURS = "code_hours"
    CONTRACT_WARNED_DAYS = "contract_warned_days"
    KEY_OVERLAP_DAYS = "key_overlap_days"


class Weaker(StrEnum):
    """In which direction a setting weakens the custody."""

    MORE = "more"
    LESS = "less"


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingRule:
    """What a setting is called, what it means, its unit, its bounds (both included) and what holds until somebody says.

    Titles, meanings and units are Chinese.
    """

    title: str
    meaning: str
    unit: str
    least: int
    most: int
    usual: int
    weaker: Weaker


SETTINGS: Mapping[SettingName, SettingRule] = {
    SettingName.SESSION_IDLE_MINUTES: SettingRule(
        title="不操作自动退出",
        meaning="登录以后多久不操作就要重新登录。",
        unit="分钟",
        least=5,
        most=240,
        usual=60,
        weaker=Weaker.MORE,
    ),
    SettingName.SESSION_HOURS: SettingRule(
        title="一次登录最长",
        meaning="一直在操作，多久以后也要重新登录。",
        unit="小时",
        least=1,
        most=24,
        usual=12,
        weaker=Weaker.MORE,
    ),
    SettingName.CODE_HOURS: SettingRule(
        title="开通码有效",
        meaning="打印的开通码多久以内要用掉；以前打的不受影响。",
        unit="小时",
        least=1,
        most=168,
        usual=72,
        weaker=Weaker.MORE,
    ),
    SettingName.CONTRACT_WARNED_DAYS: SettingRule(
        title="合同到期提醒",
        meaning="合同到期前多少天开始提醒。",
        unit="天",
        least=30,
        most=365,
        usual=90,
        weaker=Weaker.LESS,
    ),
    SettingName.KEY_OVERLAP_DAYS: SettingRule(
        title="新旧密钥并用",
        meaning="换密钥以后，旧密钥还认多少天；这段时间里见证、柜机和核验的人换上新公钥。",
        unit="天",
        least=1,
        most=365,
        usual=30,
        weaker=Weaker.MORE,
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a setting was last set to, by whom and when; `confirmed_by` None where one administrator tightened it."""

    id: str
    value: int
    set_by: str
    set_at: datetime
    confirmed_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjusting:
    """`who` would have a setting that stands at `before` be `value`."""

    who: Standing
    name: SettingName
    before: int
    value: int

    @property
    def weakens(self) -> bool:
        """Whether another administrator has to confirm it."""
        return (self.value > self.before) == (SETTINGS[self.name].weaker is Weaker.MORE)


def value_of(known: Known, name: SettingName) -> int:
    """What holds, in the setting's unit."""
    setting = known.get(Setting, name)
    return SETTINGS[name].usual if setting is None else setting.value


def contract_warned_days(known: Known) -> int:
    """How many days before its end a contract is said to be ending."""
    return value_of(known, SettingName.CONTRACT_WARNED_DAYS)


def refuse_adjustment(adjusting: Adjusting) -> Refused | None:
    """Why the setting may not be that, or None."""
    return first_refusal((_may_adjust, _is_within_bounds, _is_different), adjusting)


def _may_adjust(adjusting: Adjusting) -> Refused | None:
    if adjusting.who.person.is_active and adjusting.who.holds_any(MAY_PROPOSE_CHANGES):
        return None
    return Refused("setting_role", "设置由系统管理员修改。请联系系统管理员。")


def _is_within_bounds(adjusting: Adjusting) -> Refused | None:
    rule = SETTINGS[adjusting.name]
    if rule.least <= adjusting.value <= rule.most:
        return None
    return Refused("setting_bounds", f"{rule.title}可以是 {rule.least} 到 {rule.most} {rule.unit}。请改一个数。")


def _is_different(adjusting: Adjusting) -> Refused | None:
    if adjusting.value != adjusting.before:
        return None
    return Refused("setting_same", "和现在的一样，不用改。")
