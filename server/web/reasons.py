"""Why not, in a few words: every rule that can say no, for the log and for readers of other languages.

A person who is refused reads the rule's own full sentence (`Refused.sentence`, Chinese, with names); this table is what
remains of it in the log, where only the rule's name stands.
"""

from collections.abc import Mapping

from server.custody.contradictions import SENTENCES
from server.custody.refusals import Refused
from server.web.language import DEFAULT, N_, Language, Translate

REASONS: Mapping[str, str] = {
    # Filing, deciding, arranging, issuing (server).
    "no_rules": N_("没有为这件事设定规则"),
    "no_items": N_("没有选要用的东西"),
    "one_cooperative": N_("不是同一个合作社的东西"),
    "applicant_role": N_("不是这个合作社的报账员或理事长，不能申请"),
    "holder_role": N_("领用人不是这个合作社的报账员或理事长"),
    "no_mandate": N_("没有登记委托保管授权"),
    "mandate_expired": N_("委托保管授权已到期"),
    "not_in_cabinet": N_("要用的东西不在柜里"),
    "item_claimed": N_("已经在另一份没办完的申请里"),
    "bank_pair": N_("财务专用章和法定代表人名章不能由一个人同时领用"),
    "nobody_decides": N_("没有能审批的人"),
    "no_purpose": N_("没有写用途"),
    "no_document": N_("没有写盖在什么文件上、盖几份"),
    "no_place": N_("外带没有写带到哪里"),
    "not_waiting": N_("这份申请现在不用审批"),
    "own_request": N_("不能审批自己提出或自己领用的申请"),
    "decided_before": N_("同一个人不能审批两次"),
    "approver_role": N_("不由这个人审批"),
    "printed_code": N_("这份申请的经手人用的是审批人打印的开通码"),
    "no_reason": N_("退回没有写原因"),
    # What the policy asks (server/custody/policy).
    "vote_missing": N_("要先开会表决"),
    "wrong_meeting": N_("这个会不能决定这件事"),
    "reserved_matter": N_("只能由成员大会表决"),
    "meeting_figures": N_("表决的人数对不上"),
    "meeting_date": N_("会议日期还没有到"),
    "notice_missing": N_("没有写哪天通知开会"),
    "notice_short": N_("开会通知得太晚"),
    "assembly_small": N_("成员代表太少"),
    "attendance_low": N_("到会的人不够"),
    "approval_low": N_("同意的人不够"),
    # Changing the policy.
    "policy_role": N_("审批规定由三资办负责人提出修改"),
    "policy_confirm_role": N_("审批规定要由镇纪委监督员确认"),
    "policy_own": N_("提出的人不能自己确认"),
    "policy_waiting": N_("已经有一份修改在等确认"),
    "policy_no_note": N_("没有写为什么修改"),
    "policy_same": N_("和现行规定没有不同"),
    "policy_tables": N_("规定的表不完整，或者金额档没有从小到大"),
    "policy_roles": N_("哪一步由谁审批不能改"),
    "policy_two": N_("至少要两步审批，其中有三资办审核"),
    "policy_due": N_("归还时限太短或太长"),
    "policy_escort": N_("印章带出去必须两人随行"),
    "policy_statute": N_("不能低于法律规定"),
    "deposit_role": N_("入柜由三资办审核员安排"),
    "own_cooperative": N_("不能安排自己合作社的入柜"),
    "nothing_to_deposit": N_("没有要入柜的东西"),
    "not_depositable": N_("这件东西不用入柜"),
    "deposit_waiting": N_("已经有一次安排好的入柜没办"),
    "no_agent": N_("柜子还没有接入柜机"),
    "reissue_role": N_("补发许可由三资办办理"),
    "revoke_role": N_("作废许可由三资办办理"),
    "permit_over": N_("许可已经用过、作废或过期"),
    # Handing in documents.
    "attachment_role": N_("这个合作社的材料不由他来传"),
    "too_many_unfiled": N_("传了太多还没用上的材料"),
    "file_empty": N_("文件是空的"),
    "file_too_large": N_("文件超过 20 MB"),
    "file_type": N_("不是照片（JPEG、PNG、WebP）或 PDF"),
    "file_broken": N_("文件不完整"),
    "picture_too_large": N_("照片的尺寸太大"),
    "unknown_document": N_("没有这份材料"),
    "document_filed": N_("材料已经归入申请，或者撤下了"),
    # At the door (agent).
    "addressed_here": N_("许可不是给这台柜子的"),
    "compartment_known": N_("不是这台柜机的格口"),
    "action_known": N_("柜机不认识这种许可"),
    "two_people": N_("要两个不同的人到场"),
    "all_active": N_("到场的人已被停用"),
    "trust_known": N_("许可的信任级别不符"),
    "holder_present": N_("取用人没有到场"),
    "second_present": N_("没有柜管员到场"),
    "extra_present": N_("还要别的人到场"),
    "no_approver_present": N_("审批人不能同时到场开柜"),
    "window_fits": N_("许可的有效期不对"),
    "time_known": N_("柜机的时钟不准"),
    "already_valid": N_("许可还没有开始"),
    "not_expired": N_("许可已过期"),
    "not_revoked": N_("许可已作废"),
    "revocations_fresh": N_("柜机的作废清单不是最新的"),
    "contact_fresh": N_("柜机太久没有连上服务器"),
    "never_opened": N_("这份许可已经开过门"),
    "every_failure_proven": N_("上一次开没开不清楚"),
    "attempts_left": N_("开锁次数用完了"),
    "has_return_grant": N_("许可里没有归还"),
    "checkout_open": N_("没有要还的东西"),
    "returner_entitled": N_("归还人不是这个合作社的"),
    "return_second_present": N_("归还时没有柜管员到场"),
    # Identification at the kiosk.
    "unknown_card": N_("卡没有登记"),
    "wrong_pin": N_("开柜密码不对"),
    "delayed": N_("输错太多，要等一会儿"),
    "blocked": N_("已被停用或挂失"),
    "same_person": N_("第二个人要换一个人"),
    "no_pin": N_("还没有设开柜密码"),
    "enough_people": N_("到场的人已经够了"),
    "no_roster": N_("柜机还没有人员名册"),
    "journal_failed": N_("柜机写不了记录"),
    "already_served": N_("这一笔凭换下来的许可已经办过"),
    "declare_first": N_("上一次开柜还没有登记"),
    "role": N_("职务不能在这里开柜"),
    "not_offered": N_("不在可以办的事里"),
    "board_lost": N_("锁控板失去联系"),
    "disk_full": N_("柜机的存储快满了，只能归还和存入"),
    # Why a permit was revoked.
    "withdrawn": N_("申请撤回了"),
    "office": N_("三资办作废"),
    "replaced": N_("换发了新的"),
    "settled": N_("凭旧许可已经办成"),
    "role_withdrawn": N_("领用人不再担任职务"),
    "agent_revoked": N_("柜机停用了"),
    # Signing in, codes, blocking.
    "wrong_password": N_("手机号或密码不对"),
    "throttled": N_("输错太多，要等一会儿再试"),
    "person_blocked": N_("这个人已被停用"),
    "wrong_code": N_("开通码不对、用过了或过期了"),
    "password_length": N_("登录密码要有 8 到 64 个字"),
    "password_common": N_("这个密码太常见"),
    "password_personal": N_("密码里有自己的手机号或姓名"),
    "pin_form": N_("开柜密码要六位数字"),
    "pin_common": N_("这个开柜密码太好猜"),
    "code_role": N_("开通码由三资办或系统、安全管理员打印"),
    "own_code": N_("不能给自己打印开通码"),
    "block_role": N_("停用和挂失由三资办或安全管理员办理"),
    "unblock_role": N_("恢复人员由三资办负责人或安全管理员办理"),
    "own_person": N_("不能停用自己"),
    "already_blocked": N_("已经停用"),
    "not_blocked": N_("没有停用"),
    "no_card": N_("没有在用的门卡"),
    "role_role": N_("撤销职务由管理员办理"),
    "not_yours": N_("只有申请人或领用人可以撤回"),
    "not_withdrawable": N_("这份申请现在不能撤回"),
    "not_administrator": N_("不是系统或安全管理员"),
    "agent_name": N_("柜机的名字不合规"),
    "agent_role": N_("停用柜机由系统或安全管理员办理"),
    "agent_over": N_("柜机已经停用"),
    "unknown_agent": N_("没有登记过这台柜机"),
    "cabinet_taken": N_("柜子已经归另一台柜机管"),
    "unknown_cabinet": N_("没有登记过这台柜子"),
    "unknown_checkout": N_("没有这份申请"),
    "unknown_permit": N_("没有这份许可"),
    "unknown_person": N_("没有这个人"),
    "unknown_cooperative": N_("没有这个合作社"),
}


def say_refusal(refused: Refused, language: Language) -> str:
    """What to tell the person who was refused: the rule's own sentence, or in other languages its reason."""
    if language.code == DEFAULT or refused.rule not in REASONS:
        return refused.sentence
    return language.say(REASONS[refused.rule]) + "."


def say_reason(rule: str, _: Translate) -> str:
    """The reason in a few words; a rule newer than this table is named as it is."""
    words = REASONS.get(rule) or SENTENCES.get(rule)
    return rule if words is None else _(words)
