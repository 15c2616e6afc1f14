"""What the kiosk says: for every refusal what happened, why, and what to do next; for every role and number its words.

Titles have at most fifteen characters. Nobody is blamed; people and places are called by their names.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from firmware_protocol.times import CHINA

ROLES: Mapping[str, str] = {
    "accountant": "报账员",
    "head": "理事长",
    "supervisor": "监事",
    "village_secretary": "村党组织书记",
    "village_supervisor": "村监委主任",
    "cabinet_officer": "三资办柜管员",
    "reviewer": "三资办审核员",
    "office_head": "三资办负责人",
    "inspector": "镇纪委监督员",
    "township_leader": "分管领导",
    "system_admin": "系统管理员",
    "security_admin": "安全管理员",
    "audit_admin": "审计管理员",
}
WEEKDAYS = "一二三四五六日"
NUMERALS = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Refusing:
    """Three sentences for one refusal; the last two may name the facts in `screens.refusal_facts`."""

    title: str
    why: str
    next: str


_OFFICE_ANEW = "请三资办补发许可，不用重新审批。两位可以在这里等。"

REFUSALS: Mapping[str, Refusing] = {
    # At the reader.
    "no_roster": Refusing("还没有收到人员名册", "这台柜机还没有从三资办收到人员名册。", "请等柜机联网，或联系三资办。"),
    "unknown_card": Refusing("柜机不认这张卡", "它没有登记，或者已经挂失。", "请换一张卡，或到三资办登记、换卡。"),
    "blocked": Refusing("这张卡已经停用", "{person}的卡或身份已经停用。", "要恢复使用，请联系三资办。"),
    "same_person": Refusing("请换另一位刷卡", "{person}已经刷过卡了。开柜要两个人在场。", "请另一位刷自己的卡。"),
    "no_pin": Refusing(
        "还没有设开柜密码", "{person}还没有设置开柜密码。", "请向三资办要一张开通码，在网页上设好密码再来。"
    ),
    "delayed": Refusing(
        "请稍等再输密码", "{person}的密码刚才输错了 {failures} 次。", "请过 {wait}再试。忘了密码，请找三资办重设。"
    ),
    "enough_people": Refusing(
        "到场的人已经够了", "一次最多五个人到场，已经满了。", "用不着这么多人。要换人，请按“结束”，再重新刷卡。"
    ),
    # At the choice and at the door.
    "addressed_here": Refusing(
        "不是这台柜机的许可", "这张许可是发给另一台柜机的。", "请到许可上写的柜机，或请三资办补发。"
    ),
    "trust_known": Refusing("柜机不认得这张许可", "这张许可用的规则比柜机新。", "请三资办补发许可，并更新柜机。"),
    "two_people": Refusing("还差{missing}", "这次开柜要{people}个人到场，还差{missing}。", "请{missing}来刷卡。"),
    "all_active": Refusing("有人已经停用", "到场的人里，有人刚被停用。", "请换一位，或联系三资办。"),
    "holder_present": Refusing(
        "经办人不在场", "这次的经办人是{holder}，别人不能代领。", "请{holder}本人来。来不了，请申请人重新安排。"
    ),
    "second_present": Refusing("请柜管员一起来", "第二位要是{second}。", "请{second}来刷卡，再一起开柜。"),
    "extra_present": Refusing("还差{missing}", "这次还要{extra}在场，还差{missing}。", "请{missing}来刷卡。"),
    "no_approver_present": Refusing(
        "审批人不能到场开柜", "{approvers}审批过这次申请，不能同时到场开柜。", "请换一位柜管员。"
    ),
    "window_fits": Refusing("许可的时间不对", "这张许可的有效期超过了 72 小时。", _OFFICE_ANEW),
    "time_known": Refusing(
        "柜机的时钟不准",
        "柜机现在不知道准确的时间，不能判断许可到期没有。归还不受影响。",
        "请等柜机联网对时，或通知系统管理员。",
    ),
    "already_valid": Refusing("还没到可取的时间", "这张许可从{from_time} 起可以用。", "请到时候再来。"),
    "not_expired": Refusing(
        "许可已经过期", "这张许可到{until_time} 为止。归还不受影响。", "请在网页上重新申请，或请三资办补发许可。"
    ),
    "not_revoked": Refusing(
        "许可已经作废", "三资办已经作废了这张许可。归还不受影响。", "请看手机上的申请，或问三资办。"
    ),
    "key_counts": Refusing(
        "许可要重新签发", "签这张许可的密钥已经停用。归还不受影响。", "请三资办补发许可；补发的马上能用。"
    ),
    "revocations_fresh": Refusing(
        "柜机的信息太旧", "柜机还没有收到最新的作废清单。归还不受影响。", "请等柜机联网后再试。"
    ),
    "contact_fresh": Refusing(
        "暂时连不上服务器",
        "柜子已经 {contact_age}没有连上服务器。归还不受影响。",
        "领用请等恢复，或联系三资办。",
    ),
    "log_undisputed": Refusing(
        "台账对不上，先不领用",
        "这台柜机先后看到了两本不一样的台账，可能有人改过记录。归还不受影响。",
        "请马上告诉镇纪委，不要自行处理。",
    ),
    "in_log": Refusing(
        "许可还没有登记在台账",
        "柜机还没有收到凭证，证明这张许可登记在台账里。归还不受影响。",
        "请稍等几秒再试。一直不行，请三资办补发许可。",
    ),
    "witnessed": Refusing(
        "台账还没有人见证",
        "要等镇纪委等见证方确认过台账，这张许可才能用。归还不受影响。",
        "请稍等再试。一直不行，请告诉三资办和镇纪委。",
    ),
    "never_opened": Refusing("这张许可用过了", "凭这张许可已经开过一次门。归还不受影响。", _OFFICE_ANEW),
    "every_failure_proven": Refusing(
        "要补发一张许可", "上一次锁没有回话，门开没开说不准，这张许可不能再用。", _OFFICE_ANEW
    ),
    "attempts_left": Refusing(
        "门试了{attempts}次都没开", "这张许可的{attempts}次机会已经用完。", "请三资办补发许可，并报修这把锁。"
    ),
    "has_return_grant": Refusing("这一笔不能归还", "这张许可只管存入，没有东西领出去。", "请返回重新选择。"),
    "checkout_open": Refusing("没有要归还的", "这一笔已经全部归还了。", "请返回重新选择。"),
    "returner_entitled": Refusing(
        "请换一位来归还", "归还要由{holder}，或者{cooperative}{returners}来办。", "请他们中的一位来刷卡。"
    ),
    "return_second_present": Refusing("请柜管员一起来", "归还时，第二位要是{second}。", "请{second}来刷卡。"),
    "disk_full": Refusing("柜机快存不下了", "柜机的存储快满了，先不往外领。归还不受影响。", "请通知系统管理员。"),
    "board_lost": Refusing(
        "锁控板没有应答", "{place}格的锁控板没有应答，先不开锁，免得白用一次许可。", "请通知技术员检查接线。"
    ),
    "board_unfit": Refusing(
        "这块锁控板不能用", "{place}格的锁控板在答话，但不能用：{objection}。", "请把这句话告诉技术员。"
    ),
    "already_served": Refusing(
        "这一笔已经办过了", "凭换下来的那张许可已经办过。归还不受影响。", "还要用的话，请重新申请。"
    ),
    "declare_first": Refusing(
        "先补登记上一次开柜", "上一次开柜动了什么，还没有登记。", "请返回，先按“补登记”，再来办这一笔。"
    ),
    "holder_gives": Refusing(
        "要由领用人来移交", "这些东西在{holder}手上，只有本人能移交。", "请{holder}来刷卡。归还可以由别人代办。"
    ),
    "taker_entitled": Refusing(
        "不能交给这一位", "只能移交给{cooperative}的报账员或理事长。", "请换一位来接，或者先归还。"
    ),
    "taker_no_approver": Refusing(
        "审批人不能接手", "接手的人审批过这次申请，不能再领用。", "请换一位来接，或者先归还，再重新申请。"
    ),
    "one_hand": Refusing(
        "一人不能拿两处印章", "这位手上已有{cooperative}的印章，或有许可等着取。", "请先归还手上的，或者换一位来接。"
    ),
    "not_offered": Refusing("现在不能办这件事", "情况刚刚有了变化。", "请返回，重新选择。"),
    "journal_failed": Refusing(
        "刚才没有记下来", "柜机的日志没有写成，所以没有往下办。", "请重新刷卡。再出现一次，请通知系统管理员。"
    ),
}
UNFORESEEN = Refusing("现在不能办这件事", "柜机按规则“{rule}”拒绝了。", "请联系三资办。")


def role_title(role: str) -> str:
    """A role's name for people; its code where this version does not know it."""
    return ROLES.get(role, role)


def day_and_time(moment: datetime) -> str:
    """`11月23日 周一 09:12`, in China's time."""
    local = moment.astimezone(CHINA)
    return f"{local.month}月{local.day}日 周{WEEKDAYS[local.weekday()]} {local:%H:%M}"


def time_near(moment: datetime, now: datetime) -> str:
    """`今天 17:00`, `明天 09:00`, or the day and the time."""
    local = moment.astimezone(CHINA)
    days = (local.date() - now.astimezone(CHINA).date()).days
    near = {0: "今天", 1: "明天"}.get(days)
    return f"{near} {local:%H:%M}" if near else day_and_time(moment)


def duration(length: timedelta) -> str:
    """`40 秒`, `12 分钟`, `5 小时`, `3 天`: the largest unit that fits, rounded down, with its space."""
    seconds = max(0, int(length.total_seconds()))
    for unit_s, unit in ((86_400, "天"), (3_600, "小时"), (60, "分钟")):
        if seconds >= unit_s:
            return f"{seconds // unit_s} {unit}"
    return f"{seconds} 秒"


def numeral(number: int) -> str:
    """A small number as people say it; digits from ten on."""
    return NUMERALS[number] if 0 <= number < len(NUMERALS) else str(number)


def people_count(number: int) -> str:
    """A number before a measure word: 两位, not 二位."""
    return "两" if number == 2 else numeral(number)


def listing(names: list[str]) -> str:
    """`甲、乙和丙`."""
    return names[0] if len(names) == 1 else "、".join(names[:-1]) + "和" + names[-1] if names else ""
