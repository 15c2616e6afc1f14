"""What each type of event says, in one plain sentence: the table. `telling` fills it with names."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from server.custody.administration.changes import CHANGE_KIND_TITLES
from server.custody.administration.settings import SETTINGS
from server.custody.corrections import CORRECTION_TITLES
from server.custody.states import STEP_TITLES
from server.web.language import N_

Tone = Literal["", "alarm", "trouble", "refusal"]


@dataclass(frozen=True, slots=True)
class Telling:
    """How one type of event is told: its sentence with named places, and its tone."""

    text: str
    tone: Tone = ""


TELLINGS: Mapping[str, Telling] = {
    "agent_started": Telling(N_("柜机 %(by)s 启动")),
    "clock_stepped": Telling(N_("柜机 %(by)s 的时钟跳动了 %(step)s")),
    "permit_received": Telling(N_("开柜许可已送到柜机 %(by)s")),
    "permit_declined": Telling(N_("柜机 %(by)s 没有收下一份许可：%(reason)s"), "trouble"),
    "roster_received": Telling(N_("柜机 %(by)s 换上了第 %(version)s 版人员名册")),
    "identification_refused": Telling(N_("%(who)s 在柜前没有通过核验：%(reason)s"), "refusal"),
    "pin_lockout": Telling(N_("%(who)s 一小时内 %(failures)s 次按错开柜密码"), "alarm"),
    "opening_refused": Telling(N_("没有给 %(persons)s 开柜：%(reason)s"), "refusal"),
    "opening_intended": Telling(N_("%(persons)s 一起到柜前%(action)s，开锁第 %(attempt)s 次")),
    "door_opened": Telling(N_("门打开了")),
    "door_jammed": Telling(N_("门没有弹开，锁可能卡住了"), "trouble"),
    "door_unknown": Telling(N_("不清楚门开没开"), "trouble"),
    "opening_interrupted": Telling(N_("开锁时柜机中断，门开没开不清楚"), "trouble"),
    "door_left_open": Telling(N_("门开着 %(open_s)s 秒还没有关"), "trouble"),
    "door_closed": Telling(N_("门关好了")),
    "door_forced": Telling(N_("没有许可，门被打开了"), "alarm"),
    "items_taken": Telling(N_("%(who)s 取出 %(items)s，见证 %(second)s")),
    "items_returned": Telling(N_("%(who)s 归还 %(items)s，见证 %(second)s%(flagged)s")),
    "items_deposited": Telling(N_("%(who)s 存入 %(items)s，见证 %(second)s")),
    "items_missing": Telling(N_("%(persons)s 报告 %(items)s 不在格里"), "alarm"),
    "opening_finished": Telling(N_("%(persons)s 开柜结束：%(outcome)s")),
    "board_lost": Telling(N_("柜机 %(by)s 的锁控板 %(board)s 失去联系"), "trouble"),
    "board_found": Telling(N_("柜机 %(by)s 的锁控板 %(board)s 恢复正常")),
    "township_founded": Telling(N_("建立台账，日志名 %(origin)s")),
    "agent_added": Telling(N_("登记柜机 %(agent)s")),
    "agent_revoked": Telling(N_("停用柜机 %(agent)s")),
    "roster_imported": Telling(N_("导入名册 %(rows)s 行")),
    "cabinet_registered": Telling(N_("登记共管柜 %(cabinet)s，%(compartments)s 格")),
    "cooperative_registered": Telling(N_("登记 %(cooperative)s")),
    "cooperative_changed": Telling(N_("%(cooperative)s 的登记信息变了")),
    "mandate_recorded": Telling(N_("登记 %(cooperative)s 的委托保管授权，到 %(expires_on)s")),
    "person_registered": Telling(N_("登记人员 %(who)s")),
    "person_changed": Telling(N_("%(who)s 的登记信息变了")),
    "person_blocked": Telling(N_("%(by_person)s 停用了 %(who)s")),
    "person_unblocked": Telling(N_("%(by_person)s 恢复了 %(who)s")),
    "role_granted": Telling(N_("%(who)s 担任%(role)s")),
    "role_withdrawn": Telling(N_("%(who)s 不再担任%(role)s")),
    "card_issued": Telling(N_("给 %(who)s 发了卡")),
    "card_blocked": Telling(N_("%(by_person)s 挂失了 %(who)s 的卡")),
    "item_registered": Telling(N_("登记 %(items)s")),
    "item_changed": Telling(N_("%(items)s 的登记信息变了")),
    "code_issued": Telling(N_("%(by_person)s 给 %(who)s 打了一张开通码")),
    "credential_set": Telling(N_("%(who)s 设了%(credential)s")),
    "signed_in": Telling(N_("%(who)s 登录")),
    "signin_refused": Telling(N_("%(who)s 登录没有成功：%(reason)s"), "refusal"),
    "signed_out": Telling(N_("%(who)s 退出登录")),
    "request_refused": Telling(N_("%(who)s 的申请没有办成：%(reason)s"), "refusal"),
    "checkout_filed": Telling(N_("%(who)s 申请用 %(items)s")),
    "checkout_endorsed": Telling(N_("%(who)s%(standing_in)s 同意了，转下一步审批")),
    "checkout_approved": Telling(N_("%(who)s%(standing_in)s 审批同意，各步都同意了")),
    "checkout_refused": Telling(N_("%(who)s 没有同意，申请结束"), "refusal"),
    "checkout_returned_for_correction": Telling(N_("%(who)s 退回补正：%(correction)s"), "refusal"),
    "checkout_corrected": Telling(N_("%(who)s 补正后再送：%(items)s")),
    "checkout_extended": Telling(N_("%(who)s 同意延期归还一次")),
    "approval_late": Telling(N_("%(step_of)s的审批超过了时限"), "trouble"),
    "policy_proposed": Telling(N_("提出第 %(policy)s 版审批规定")),
    "policy_adopted": Telling(N_("第 %(policy)s 版审批规定生效")),
    "policy_declined": Telling(N_("%(who)s 没有确认第 %(policy)s 版审批规定"), "refusal"),
    "delegation_given": Telling(N_("%(who)s 委托 %(substitute)s 代为审批（%(role)s），%(first_day)s 到 %(last_day)s")),
    "delegation_ended": Telling(N_("%(who)s 结束了对 %(substitute)s 的委托")),
    "holidays_set": Telling(N_("%(who)s 设定了节假日")),
    "checkout_withdrawn": Telling(N_("%(who)s 撤回了申请")),
    "checkout_expired": Telling(N_("许可过期没有取，申请结束")),
    "deposit_arranged": Telling(N_("%(who)s 安排 %(cooperative)s 入柜：%(items)s")),
    "permit_issued": Telling(N_("发出开柜许可")),
    "permit_reissued": Telling(N_("%(who)s 按原审批补发了开柜许可")),
    "permit_revoked": Telling(N_("开柜许可作废：%(reason)s")),
    "roster_issued": Telling(N_("下发第 %(version)s 版人员名册给柜机 %(agent)s")),
    "revocations_issued": Telling(N_("下发第 %(version)s 版作废清单")),
    "counted_in_for_demonstration": Telling(N_("演示：%(items)s 算作已在柜里")),
    "settings_changed": Telling(N_("%(who)s 改了设置“%(setting)s”：%(value)s")),
    "verification_run": Telling(N_("核验了前 %(size)s 条日志：%(result)s")),
    "device_contradiction": Telling(N_("柜机 %(agent)s 的记录和台账对不上：%(reason)s"), "alarm"),
    "log_disputed": Telling(N_("柜机 %(by)s 看到了两本不一样的台账，已停止领用"), "alarm"),
    "device_equivocated": Telling(N_("柜机 %(agent)s 对同一个编号报了两种说法"), "alarm"),
    "copies_stated": Telling(N_("%(who)s 说实际盖了 %(copies)s 份，批准 %(approved)s 份")),
    "photo_taken": Telling(N_("%(persons)s 拍了一张照片")),
    "items_transferred": Telling(N_("%(who)s 把 %(items)s 移交给 %(second)s")),
    "custody_resumed": Telling(N_("柜机 %(by)s 换了新日志，按台账等着收回 %(items)s")),
    "demonstration_started": Telling(N_("演示环境启动")),
    "document_attached": Telling(N_("%(who)s 传了一份材料")),
    "document_withdrawn": Telling(N_("%(by_person)s 撤下了一份材料")),
    "objection_raised": Telling(N_("有人对 %(cooperative)s %(month)s 的公开提出异议"), "trouble"),
    "objection_answered": Telling(N_("%(who)s 答复了对 %(cooperative)s 的异议")),
    "export_made": Telling(N_("%(who)s 导出了%(form)s，%(rows)s 行，%(format)s")),
    "documents_filed": Telling(N_("%(who)s 交了 %(documents)s 份材料")),
    "handover_opened": Telling(N_("%(who)s 给 %(cooperative)s 发起%(handover)s")),
    "handover_begun": Telling(N_("%(who)s 核对了 %(cooperative)s 的清单，开始清点")),
    "handover_listed": Telling(N_("%(who)s 把 %(items)s 补进 %(cooperative)s 的交接清单")),
    "handover_counted": Telling(N_("%(who)s 清点 %(items)s：%(found)s")),
    "handover_resolved": Telling(N_("%(who)s 处理了 %(items)s 的差异：%(resolution)s")),
    "handover_signed": Telling(N_("%(who)s 作为%(part)s在 %(cooperative)s 的交接清单上签字")),
    "handover_completed": Telling(N_("%(cooperative)s 的%(handover)s签齐办结")),
    "handover_cancelled": Telling(N_("%(who)s 取消了 %(cooperative)s 的交接"), "refusal"),
    "handover_demonstrated": Telling(N_("演示：%(cooperative)s 算作已办首次进柜，没有人真的签过字")),
    "cooperative_frozen": Telling(N_("%(who)s 封存了 %(cooperative)s，启封以前不能领用"), "trouble"),
    "cooperative_unfrozen": Telling(N_("%(cooperative)s 启封，可以领用了")),
    "seal_frozen": Telling(N_("%(who)s 冻结了 %(items)s"), "trouble"),
    "seal_unfrozen": Telling(N_("%(who)s 解冻了 %(items)s")),
    "seal_lost": Telling(N_("%(who)s 报告 %(items)s 遗失"), "alarm"),
    "seal_found": Telling(N_("%(who)s 登记 %(items)s 找回，冻结待查")),
    "seal_voided": Telling(N_("%(who)s 登记 %(items)s 声明作废"), "trouble"),
    "seal_stopped": Telling(N_("%(who)s 停用了 %(items)s")),
    "seal_surrendered": Telling(N_("%(who)s 登记 %(items)s 缴回封存")),
    "seal_destroyed": Telling(N_("%(who)s 登记 %(items)s 销毁，监销 %(persons)s")),
    "seal_succeeded": Telling(N_("%(who)s 登记 %(items)s 由 %(successor)s 接任")),
    "mandate_revoked": Telling(N_("%(cooperative)s 退出共管，委托保管授权终止")),
    "messengers_changed": Telling(N_("%(who)s 改了通知渠道")),
    "overdue_told": Telling(N_("逾期未还，告知 %(persons)s"), "trouble"),
    "finding_raised": Telling(N_("%(level)s：%(rule)s"), "trouble"),
    "finding_explained": Telling(N_("%(who)s 说明了预警“%(rule)s”")),
    "finding_accepted": Telling(N_("%(who)s 认可了预警“%(rule)s”的说明")),
    "finding_returned": Telling(N_("%(who)s 退回了预警“%(rule)s”的说明"), "refusal"),
    "finding_closed": Telling(N_("%(who)s 办结了预警“%(rule)s”")),
    "finding_cleared": Telling(N_("预警“%(rule)s”自行消除")),
    "emergency_opened": Telling(N_("没有许可的开柜，等待说明和追认"), "alarm"),
    "emergency_explained": Telling(N_("%(who)s 说明应急开柜：%(cause)s")),
    "emergency_attested": Telling(N_("%(who)s 见证了应急开柜")),
    "emergency_approved": Telling(N_("%(who)s 追认了应急开柜")),
    "emergency_refused": Telling(N_("%(who)s 不予追认，按违规开柜处理"), "alarm"),
    "emergency_lapsed": Telling(N_("24 小时内没有追认，按违规开柜处理"), "alarm"),
    "board_restarted": Telling(N_("柜机 %(by)s 的锁控板 %(board)s 重新启动")),
    "board_tampered": Telling(N_("柜机 %(by)s 的锁控板 %(board)s 外壳被打开"), "alarm"),
    "board_closed_up": Telling(N_("柜机 %(by)s 的锁控板 %(board)s 外壳合上")),
    "board_supply_low": Telling(N_("柜机 %(by)s 的锁控板 %(board)s 供电不足，%(supply_mv)s 毫伏"), "trouble"),
    "board_supply_restored": Telling(N_("柜机 %(by)s 的锁控板 %(board)s 供电恢复，%(supply_mv)s 毫伏")),
    "door_sensor_failed": Telling(N_("%(compartment)s 的门磁线断开或短路，门开没开不清楚"), "trouble"),
    "board_events_lost": Telling(N_("柜机 %(by)s 的锁控板 %(board)s 记不下，少了 %(lost)s 条事件"), "trouble"),
    "board_reported": Telling(N_("柜机 %(by)s 的锁控板 %(board)s 报告 %(code)s 号事件")),
    "change_proposed": Telling(N_("%(by_person)s 提出变更：%(change_kind)s")),
    "change_confirmed": Telling(N_("%(by_person)s 确认了变更：%(change_kind)s")),
    "change_declined": Telling(N_("%(by_person)s 没有确认变更：%(change_kind)s"), "refusal"),
    "sessions_ended": Telling(N_("%(by_person)s 让 %(who)s 退出所有登录")),
}

ACTIONS: Mapping[str, str] = {
    "take": N_("取用"),
    "return": N_("归还"),
    "deposit": N_("存入"),
    "read": N_("查阅"),
    "count": N_("盘点"),
}
OUTCOMES: Mapping[str, str] = {
    "taken": N_("取出了"),
    "part_taken": N_("只取了一部分"),
    "nothing": N_("没有取东西"),
    "returned": N_("归还了"),
    "part_returned": N_("只还了一部分"),
    "deposited": N_("存好了"),
    "part_deposited": N_("只存了一部分"),
    "jammed": N_("门没有打开"),
    "unknown": N_("不清楚门开没开"),
    "abandoned": N_("没有确认就离开了"),
}
CHANGE_KINDS: Mapping[str, str] = {str(kind): title for kind, title in CHANGE_KIND_TITLES.items()}
SETTING_TITLES: Mapping[str, str] = {str(name): rule.title for name, rule in SETTINGS.items()}
CREDENTIALS: Mapping[str, str] = {"password": N_("登录密码"), "pin": N_("开柜密码")}
RESULTS: Mapping[str, str] = {"passed": N_("没有发现改动"), "failed": N_("发现问题")}
CORRECTIONS: Mapping[str, str] = {str(code): title for code, title in CORRECTION_TITLES.items()}
STEPS: Mapping[str, str] = {str(step): title for step, title in STEP_TITLES.items()}
