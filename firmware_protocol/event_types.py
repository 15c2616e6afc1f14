"""The event types: an append-only list. A line is never removed and loses no key: entries of that type stand in logs.

Each type says who writes it (a cabinet's agent or the server), what its `about` may name, and its Chinese title.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EventType:
    """One kind of fact: its name in entries, its title for people, its writer, and the keys `about` may have."""

    name: str
    title: str
    by_server: bool
    about: tuple[str, ...]


def _agent(name: str, title: str, about: str = "") -> EventType:
    return EventType(name, title, False, tuple(about.split()))


def _server(name: str, title: str, about: str = "") -> EventType:
    return EventType(name, title, True, tuple(about.split()))


_OPENING = "opening compartment permit checkout deposit persons"
_FINDING = "finding rule cooperative checkout"
_EMERGENCY = "finding compartment cooperative"
_CHANGE = "change kind by_person"

_ALL = (
    # The agent at the cabinet.
    _agent("agent_started", "柜机启动", "boot unfinished"),
    _agent("clock_stepped", "时钟跳变", "step_ms"),
    _agent("permit_received", "收到开柜许可", "permit"),
    _agent("permit_declined", "许可无效未接收", "permit rule"),
    _agent("roster_received", "收到人员名册", "version"),
    _agent("identification_refused", "身份核验未通过", "reason person"),
    _agent("pin_lockout", "密码多次输错", "person failures"),
    _agent("opening_refused", "拒绝开柜", "rule permit checkout deposit compartment persons"),
    _agent("opening_intended", "准备开柜", f"{_OPENING} action attempt flagged"),
    _agent("door_opened", "柜门打开", "opening compartment"),
    _agent("door_jammed", "柜门未弹开", "opening compartment attempt"),
    _agent("door_unknown", "柜门状态不明", "opening compartment attempt"),
    _agent("opening_interrupted", "开柜中断", "opening permit checkout deposit compartment"),
    _agent("door_left_open", "柜门久未关", "opening compartment open_s"),
    _agent("door_closed", "柜门关闭", "opening compartment"),
    _agent("door_forced", "柜门被强行打开", "compartment"),
    _agent("items_taken", "取出", f"{_OPENING} items"),
    _agent("items_returned", "归还", f"{_OPENING} items flagged"),
    _agent("items_deposited", "存入", f"{_OPENING} items"),
    _agent("items_missing", "物品缺失", f"{_OPENING} items"),
    _agent("opening_finished", "开柜结束", f"{_OPENING} outcome"),
    _agent("board_lost", "锁控板失联", "bus address"),
    _agent("board_found", "锁控板恢复", "bus address"),
    # The server.
    _server("township_founded", "建立台账", "origin"),
    _server("agent_added", "登记柜机", "agent epoch key cabinets enrolment change trust"),
    _server("agent_revoked", "停用柜机", "agent change"),
    _server("roster_imported", "导入名册", "rows added changed skipped document person change"),
    _server("cabinet_registered", "登记共管柜", "cabinet compartments by_person"),
    _server("cooperative_registered", "登记合作社", "cooperative compartment by_person"),
    _server("cooperative_changed", "合作社信息变更", "cooperative compartment by_person"),
    _server("mandate_recorded", "登记委托保管授权", "cooperative resolved_on expires_on by_person change"),
    _server("person_registered", "登记人员", "person cooperative by_person"),
    _server("person_changed", "人员信息变更", "person by_person"),
    _server("person_blocked", "停用人员", "person by_person"),
    _server("person_unblocked", "恢复人员", "person by_person"),
    _server("role_granted", "授予职务", "person role cooperative by_person since until change"),
    _server("role_withdrawn", "撤销职务", "person role cooperative by_person"),
    _server("card_issued", "发放门卡", "person by_person"),
    _server("card_blocked", "挂失门卡", "person by_person"),
    _server("item_registered", "登记保管物", "item cooperative kind"),
    _server("item_changed", "保管物信息变更", "item"),
    _server("code_issued", "发放一次性开通码", "person purpose by_person expires_at"),
    _server("credential_set", "设置登录密码或开柜密码", "person kind"),
    _server("signed_in", "登录", "person"),
    _server("signin_refused", "登录未通过", "person reason"),
    _server("signed_out", "退出登录", "person"),
    _server("request_refused", "申请被规则拒绝", "rule person cooperative items checkout deposit compartment permit"),
    _server("checkout_filed", "提出申请", "checkout cooperative items person off_site mode matter policy"),
    _server("checkout_endorsed", "审批同意，还有下一步", "checkout person step stands_for documents"),
    _server("checkout_approved", "审批全部同意", "checkout person step stands_for documents"),
    _server("checkout_refused", "审批未同意", "checkout person step stands_for"),
    _server("checkout_withdrawn", "撤回申请", "checkout person"),
    _server("checkout_expired", "过期未取", "checkout permit"),
    _server("deposit_arranged", "安排入柜", "deposit cooperative items person"),
    _server("permit_issued", "签发开柜许可", "permit checkout deposit agent compartment document"),
    _server("permit_reissued", "补发开柜许可", "permit replaces checkout deposit person"),
    _server("permit_revoked", "作废开柜许可", "permit person reason"),
    _server("roster_issued", "下发人员名册", "agent version document"),
    _server("revocations_issued", "下发作废清单", "version document"),
    _server("counted_in_for_demonstration", "演示数据入柜", "items compartment"),
    _server("settings_changed", "修改设置", "setting person value change"),
    _server("verification_run", "核验台账", "size root result"),
    _server("device_contradiction", "柜机记录与台账不符", "agent epoch seq rule item checkout permit opening"),
    _server("device_equivocated", "柜机重复编号", "agent epoch seq document"),
    _server("demonstration_started", "演示环境启动", ""),
    _server("document_attached", "上传材料", "attachment cooperative person sha256 media_type size_bytes kind"),
    _server("document_withdrawn", "撤下材料", "attachment cooperative by_person"),
    _server("documents_filed", "归入材料", "attachments cooperative person checkout subject pages"),
    _agent("custody_resumed", "接管在外的物品", "permit checkout items"),
    _agent("copies_stated", "登记实盖份数", f"{_OPENING} copies approved"),
    _agent("items_transferred", "移交在外的物品", "compartment permit checkout items persons"),
    _server(
        "handover_opened", "发起交接", "handover cooperative kind compartment items person outgoing incoming bundle"
    ),
    _server("handover_begun", "开始清点", "handover cooperative items person"),
    _server("handover_listed", "更新交接清单", "handover cooperative items person"),
    _server("handover_counted", "清点一件", "handover cooperative item found person"),
    _server("handover_resolved", "处理差异", "handover cooperative item resolution person"),
    _server("handover_signed", "交接签字", "handover cooperative part person content signed_by"),
    _server("handover_completed", "交接办结", "handover cooperative kind content"),
    _server("handover_cancelled", "取消交接", "handover cooperative person"),
    _server("handover_demonstrated", "演示数据交接", "handover cooperative compartment items"),
    _server("cooperative_frozen", "封存", "cooperative person"),
    _server("cooperative_unfrozen", "启封", "cooperative person handover"),
    _server("mandate_revoked", "终止委托保管授权", "cooperative handover"),
    _server("objection_raised", "提出异议", "objection cooperative month"),
    _server("objection_answered", "答复异议", "objection cooperative person"),
    _server("export_made", "导出表册", "export form format rows sha256 person cooperative checkout month"),
    _server("checkout_returned_for_correction", "退回补正", "checkout person step stands_for correction"),
    _server("checkout_corrected", "补正后再送", "checkout cooperative items person mode matter policy revision"),
    _server("checkout_extended", "延长归还时限", "checkout person due_at"),
    _server("approval_late", "审批超时", "checkout step cooperative"),
    _server("policy_proposed", "提出修改审批规定", "policy document person"),
    _server("policy_adopted", "审批规定生效", "policy document person replaces"),
    _server("policy_declined", "审批规定的修改未确认", "policy document person"),
    _server("delegation_given", "委托代为审批", "delegation person substitute role cooperative first_day last_day"),
    _server("delegation_ended", "结束代为审批", "delegation person substitute"),
    _server("holidays_set", "设定节假日", "person holidays exchanged"),
    # What a supervisor should look at.
    _server("finding_raised", "预警提示", f"{_FINDING} level compartment items persons entries"),
    _server("finding_explained", "说明预警", f"{_FINDING} person"),
    _server("finding_accepted", "认可预警的说明", f"{_FINDING} person"),
    _server("finding_returned", "退回预警的说明", f"{_FINDING} person"),
    _server("finding_closed", "办结预警", f"{_FINDING} person"),
    _server("finding_cleared", "预警自行消除", _FINDING),
    _server("emergency_opened", "没有许可的开柜待追认", f"{_EMERGENCY} opened_at"),
    _server("emergency_explained", "说明应急开柜", f"{_EMERGENCY} person cause attester"),
    _server("emergency_attested", "见证应急开柜", f"{_EMERGENCY} person"),
    _server("emergency_approved", "追认应急开柜", f"{_EMERGENCY} person"),
    _server("emergency_refused", "不予追认应急开柜", f"{_EMERGENCY} person"),
    _server("emergency_lapsed", "应急开柜过期未追认", _EMERGENCY),
    _server("seal_frozen", "冻结印章", "item cooperative person"),
    _server("seal_unfrozen", "解冻印章", "item cooperative person"),
    _server("seal_lost", "报告印章遗失", "item cooperative person"),
    _server("seal_found", "找回印章", "item cooperative person"),
    _server("seal_voided", "声明印章作废", "item cooperative person"),
    _server("seal_stopped", "停用印章", "item cooperative person"),
    _server("seal_surrendered", "缴回封存印章", "item cooperative person"),
    _server("seal_destroyed", "销毁印章", "item cooperative person persons"),
    _server("seal_succeeded", "登记接任印章", "item cooperative successor person"),
    _agent("photo_taken", "拍照留存", f"{_OPENING} photo size_bytes"),
    # What a controller of our own tells of itself; `ago_ms` before the entry.
    _agent("board_restarted", "锁控板重新启动", "bus address ago_ms reset"),
    _agent("board_tampered", "锁控板外壳被打开", "bus address ago_ms"),
    _agent("board_closed_up", "锁控板外壳合上", "bus address ago_ms"),
    _agent("board_supply_low", "锁控板供电不足", "bus address ago_ms supply_mv"),
    _agent("board_supply_restored", "锁控板供电恢复", "bus address ago_ms supply_mv"),
    _agent("door_sensor_failed", "门磁线断开或短路", "compartment bus address ago_ms"),
    _agent("board_events_lost", "锁控板事件溢出", "bus address ago_ms lost"),
    _agent("board_reported", "锁控板报告其他事件", "bus address ago_ms code detail"),
    # What administrators do; `by_person` acts, `person` is whom it concerns.
    _server(
        "change_proposed",
        "提出变更",
        f"{_CHANGE} person role cooperative since until setting value document enrolment agent epoch"
        " resolved_on expires_on",
    ),
    _server("change_confirmed", "确认变更", f"{_CHANGE} person"),
    _server("change_declined", "不确认变更", f"{_CHANGE} person"),
    _server("sessions_ended", "结束登录", "person by_person"),
    _server("overdue_told", "逾期催还与上报", "checkout cooperative stage persons due_at"),
    _server("messengers_changed", "修改通知渠道", "setting person"),
    _agent("log_disputed", "台账出现两种历史", "kind size root shown_size shown_root"),
    _server("log_exported", "导出整本台账", "size"),
    _server("cabinet_retired", "停用共管柜", "cabinet by_person"),
    _server("compartment_retired", "停用格口", "compartment by_person"),
    # What locks and light barriers tell by themselves.
    _agent("lock_released", "锁没有许可就松开", "compartment"),
    _agent("door_left_unlocked", "门关着没有锁上", "opening compartment open_s"),
    _agent("inside_filled", "格内有了东西", "opening compartment"),
    _agent("inside_emptied", "格内空了", "opening compartment"),
    _agent("tag_came", "标签进格", "opening compartment tag item verdict"),
    _agent("tag_went", "标签离格", "opening compartment tag item verdict"),
    _agent("tag_learned", "认得标签", "opening compartment tag item"),
    _agent("pulse_unaccounted", "锁控板开过锁，柜机没有这次操作", "compartment bus address ago_ms"),
    _agent("items_counted", "清点", f"{_OPENING} items"),
    _server("count_ordered", "安排清点开柜", "permit cooperative items person purpose"),
    _server("pin_blocked", "锁住开柜密码", "person by_person"),
    _server("person_erased", "删除个人信息", "person persons entries permits openings"),
    _server("server_clock_stepped", "服务器时钟跳变", "step_ms"),
    # The server's own keys: `succession` is the note by which a key names the next, `key` the id of the one that ends.
    _server("key_rotated", "更换密钥", "role replaces succession until persons"),
    _server("key_retired", "旧密钥停用", "role key"),
    _agent("keys_received", "收到新的公钥", "version"),
    # How a machine becomes an agent, and how one that was put out of service comes back or is heard again.
    _server("enrolment_opened", "开放柜机入网", "enrolment agent cabinets trust by_person expires_at"),
    _server("enrolment_presented", "柜机出示公钥", "enrolment agent epoch key"),
    _server("enrolment_closed", "入网没有办成", "enrolment agent reason by_person"),
    _server("agent_reinstated", "恢复柜机", "agent epoch change by_person"),
    _server("agent_unheard", "停用的柜机还在送记录", "agent epoch seq document"),
    _agent("agent_key_rotated", "柜机更换密钥", "succession"),
)

EVENT_TYPES: dict[str, EventType] = {event_type.name: event_type for event_type in _ALL}
