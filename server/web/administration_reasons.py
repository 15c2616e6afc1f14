"""Why not, for the rules of administering: people, roles, cards, settings, changes of two. A part of `reasons`."""

from collections.abc import Mapping

from server.web.language import N_

ADMINISTRATION_REASONS: Mapping[str, str] = {
    "card_and_code": N_("门卡和开通码不经一个人的手"),
    "card_role": N_("门卡由三资办负责人或系统、安全管理员发放"),
    "own_card": N_("不能给自己发门卡"),
    "card_taken": N_("这张卡已经是别人的"),
    "card_lost": N_("这张卡挂失过"),
    "card_same": N_("就是现在用的卡"),
    "card_number": N_("卡号要 10 位数字"),
    "no_sessions": N_("现在没有登录着的"),
    "register_role": N_("登记和更正人员由系统管理员办理"),
    "person_name": N_("没有写姓名"),
    "person_phone": N_("手机号不对"),
    "phone_taken": N_("手机号已经是别人的"),
    "person_unit": N_("没有写单位"),
    "person_same": N_("和登记的一样"),
    "change_role": N_("变更由系统管理员提出"),
    "change_confirm_role": N_("变更由安全管理员确认"),
    "change_over": N_("变更已经有人处理"),
    "change_own": N_("提出变更的人不能自己确认"),
    "change_about_oneself": N_("变更关系到自己"),
    "change_waiting": N_("同样的变更正等确认"),
    "unknown_change": N_("没有这项变更"),
    "grant_own": N_("不能给自己授予职务"),
    "grant_blocked": N_("这个人已被停用"),
    "grant_place": N_("职务和合作社对不上"),
    "grant_held": N_("已经是这个职务"),
    "grant_term": N_("任期的日期不对"),
    "administrators_apart": N_("管理员不兼别的职务"),
    "supervisor_apart": N_("监事不兼本社的理事长或报账员"),
    "setting_role": N_("设置由系统管理员修改"),
    "setting_bounds": N_("超出可以设的范围"),
    "setting_same": N_("和现在的一样"),
    "last_administrator": N_("最后一位管理员"),
}
