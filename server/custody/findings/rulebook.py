"""Every rule with its default thresholds, and the words for its figures."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from server.custody.findings.after_hours import AfterHours
from server.custody.findings.breaks_in_the_record import BreaksInTheRecord
from server.custody.findings.copies_differ import CopiesDiffer
from server.custody.findings.count_differs import CountDiffers
from server.custody.findings.finding import Rule
from server.custody.findings.forbidden_matters import ForbiddenMatters
from server.custody.findings.forced_doors import ForcedDoors
from server.custody.findings.late_handovers import LateHandovers
from server.custody.findings.often_off_site import OftenOffSite
from server.custody.findings.often_used import OftenUsed
from server.custody.findings.opened_without_permit import OpenedWithoutPermit
from server.custody.findings.overdue import Overdue
from server.custody.findings.two_parts import TwoParts
from server.custody.findings.unpublished import Unpublished
from server.custody.findings.used_before_approval import UsedBeforeApproval
from server.custody.findings.votes import Votes


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """The rules a township is watched by."""

    opened_without_permit: OpenedWithoutPermit = field(default_factory=OpenedWithoutPermit)
    forced_doors: ForcedDoors = field(default_factory=ForcedDoors)
    overdue: Overdue = field(default_factory=Overdue)
    after_hours: AfterHours = field(default_factory=AfterHours)
    copies_differ: CopiesDiffer = field(default_factory=CopiesDiffer)
    used_before_approval: UsedBeforeApproval = field(default_factory=UsedBeforeApproval)
    often_used: OftenUsed = field(default_factory=OftenUsed)
    votes: Votes = field(default_factory=Votes)
    forbidden_matters: ForbiddenMatters = field(default_factory=ForbiddenMatters)
    two_parts: TwoParts = field(default_factory=TwoParts)
    often_off_site: OftenOffSite = field(default_factory=OftenOffSite)
    count_differs: CountDiffers = field(default_factory=CountDiffers)
    unpublished: Unpublished = field(default_factory=Unpublished)
    breaks_in_the_record: BreaksInTheRecord = field(default_factory=BreaksInTheRecord)
    late_handovers: LateHandovers = field(default_factory=LateHandovers)

    def rules(self) -> tuple[Rule, ...]:
        """Every rule by its number."""
        return tuple(sorted((getattr(self, each.name) for each in fields(self)), key=lambda rule: rule.id))


DEFAULT = Rulebook()
RULES: Mapping[str, Rule] = {rule.id: rule for rule in DEFAULT.rules()}

NUMBER_WORDS: Mapping[str, str] = {
    "minutes_late": "超过应还时间 %(n)s 分钟",
    "copies_approved": "批准盖 %(n)s 份",
    "copies_sealed": "实际盖 %(n)s 份",
    "pages_declared": "申报 %(n)s 页",
    "pages_seen": "盖好章的拍了 %(n)s 页",
    "documents_changed": "%(n)s 份材料和审批时的不是同一份，或者不见了",
    "approved_minutes_later": "用后 %(n)s 分钟才批准",
    "uses_this_week": "本周用了 %(n)s 次",
    "uses_before": "之前几周一共 %(n)s 次",
    "weeks_before": "之前比较了 %(n)s 周",
    "minutes_missing": "没有会议记录",
    "notice_days": "提前 %(n)s 天通知，应不少于 10 天",
    "attended": "到会 %(n)s 人，不足三分之二",
    "agreed": "同意 %(n)s 人，不足三分之二",
    "members": "全体成员 %(n)s 人",
    "off_site_uses": "外带 %(n)s 次",
    "month_uses": "当月一共用了 %(n)s 次",
    "items_missing": "少了 %(n)s 件",
    "items_surplus": "多了 %(n)s 件",
    "tag_vanished": "柜门关着，读写器一分钟没有读到它",
    "tag_wrong_item": "拿走的不是这次要办的东西",
    "tag_wrong_compartment": "放在别的格口里",
    "days_since_stopped": "停用已 %(n)s 天，还没有缴回",
    "days_late": "超过公开期限 %(n)s 天",
    "clock_seconds": "时钟跳动 %(n)s 秒",
    "minutes_away": "失去联系 %(n)s 分钟",
    "days_open": "已经 %(n)s 天，应在 10 天内办完",
}
"""How each figure of a finding is said."""
