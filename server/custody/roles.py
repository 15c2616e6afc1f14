"""The thirteen roles of a township's roster, and which of them may do what."""

from enum import StrEnum


class Role(StrEnum):
    """A role's code; it stands in rosters, permits and entries, so a member is never renamed."""

    ACCOUNTANT = "accountant"
    HEAD = "head"
    SUPERVISOR = "supervisor"
    VILLAGE_SECRETARY = "village_secretary"
    VILLAGE_SUPERVISOR = "village_supervisor"
    CABINET_OFFICER = "cabinet_officer"
    REVIEWER = "reviewer"
    OFFICE_HEAD = "office_head"
    INSPECTOR = "inspector"
    TOWNSHIP_LEADER = "township_leader"
    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDIT_ADMIN = "audit_admin"


TITLES: dict[Role, str] = {
    Role.ACCOUNTANT: "报账员",
    Role.HEAD: "理事长",
    Role.SUPERVISOR: "监事",
    Role.VILLAGE_SECRETARY: "村党组织书记",
    Role.VILLAGE_SUPERVISOR: "村监委主任",
    Role.CABINET_OFFICER: "三资办柜管员",
    Role.REVIEWER: "三资办审核员",
    Role.OFFICE_HEAD: "三资办负责人",
    Role.INSPECTOR: "镇纪委监督员",
    Role.TOWNSHIP_LEADER: "分管领导",
    Role.SYSTEM_ADMIN: "系统管理员",
    Role.SECURITY_ADMIN: "安全管理员",
    Role.AUDIT_ADMIN: "审计管理员",
}
ROLE_BY_TITLE: dict[str, Role] = {title: role for role, title in TITLES.items()}

COOPERATIVE_ROLES = frozenset({Role.ACCOUNTANT, Role.HEAD, Role.SUPERVISOR})
"""Held in one cooperative; every other role is held in the township or in a village."""

ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
"""三员: each keeps the system in one way, and none of them has a part in the business."""

OF_A_VILLAGE = frozenset({Role.VILLAGE_SECRETARY, Role.VILLAGE_SUPERVISOR})
"""Held in the village that is the person's unit."""
DECIDE_FOR_ALL = OF_A_VILLAGE | {Role.REVIEWER, Role.OFFICE_HEAD, Role.TOWNSHIP_LEADER}
"""Who can be asked about a request besides the cooperative's own people."""
MAY_DECIDE = frozenset({Role.HEAD, Role.SUPERVISOR}) | DECIDE_FOR_ALL

MAY_APPLY = frozenset({Role.ACCOUNTANT, Role.HEAD})
"""Who asks for the things of their own cooperative."""
MAY_SEIZE = frozenset({Role.REVIEWER, Role.OFFICE_HEAD, Role.INSPECTOR})
"""Who orders that things of any cooperative be brought in (调取), and carries them; which use is whose: `entitled`."""
MAY_FILE = MAY_APPLY | MAY_SEIZE
MAY_RETURN = (Role.ACCOUNTANT, Role.HEAD)
MAY_EXTEND = frozenset({Role.REVIEWER, Role.OFFICE_HEAD})
MAY_SET_HOLIDAYS = frozenset({Role.OFFICE_HEAD})
MAY_PROPOSE_POLICY = frozenset({Role.OFFICE_HEAD})
MAY_CONFIRM_POLICY = frozenset({Role.INSPECTOR})
MAY_ARRANGE_DEPOSITS = frozenset({Role.REVIEWER})
MAY_RUN_HANDOVERS = frozenset({Role.REVIEWER, Role.OFFICE_HEAD})
MAY_COUNT = frozenset({Role.CABINET_OFFICER, Role.REVIEWER, Role.OFFICE_HEAD})
MAY_CHANGE_SEALS = frozenset({Role.REVIEWER, Role.OFFICE_HEAD})
MAY_REPORT_LOST = frozenset({Role.HEAD, Role.ACCOUNTANT, Role.CABINET_OFFICER, Role.REVIEWER, Role.OFFICE_HEAD})
MAY_FREEZE = frozenset({Role.REVIEWER, Role.OFFICE_HEAD})
MAY_REISSUE = frozenset({Role.REVIEWER, Role.OFFICE_HEAD})
MAY_REVOKE = frozenset({Role.REVIEWER, Role.OFFICE_HEAD})
MAY_ATTACH_FOR_THE_TOWNSHIP = frozenset({Role.CABINET_OFFICER, Role.REVIEWER, Role.OFFICE_HEAD})
MAY_DOCUMENT_HANDOVERS = COOPERATIVE_ROLES | MAY_ATTACH_FOR_THE_TOWNSHIP
MAY_ATTACH = MAY_DOCUMENT_HANDOVERS | MAY_SEIZE
MAY_ANSWER_OBJECTIONS = frozenset({Role.REVIEWER, Role.OFFICE_HEAD})
MAY_BLOCK = frozenset({Role.REVIEWER, Role.OFFICE_HEAD, Role.CABINET_OFFICER, Role.SECURITY_ADMIN})
MAY_UNBLOCK = frozenset({Role.OFFICE_HEAD, Role.SECURITY_ADMIN})
MAY_ISSUE_CODES = frozenset({Role.REVIEWER, Role.OFFICE_HEAD, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN})
MAY_ISSUE_CARDS = frozenset({Role.OFFICE_HEAD, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN})
MAY_REGISTER_PEOPLE = frozenset({Role.SYSTEM_ADMIN})
MAY_REGISTER_PLACES = frozenset({Role.SYSTEM_ADMIN})
MAY_PROPOSE_CHANGES = frozenset({Role.SYSTEM_ADMIN})
MAY_CONFIRM_CHANGES = frozenset({Role.SECURITY_ADMIN})
MAY_WITHDRAW_ROLES = MAY_UNBLOCK
MAY_SEE_CHANGES = ADMINISTRATORS | {Role.OFFICE_HEAD, Role.INSPECTOR}
"""Who reads what administrators proposed, confirmed and did."""
MAY_REVOKE_AGENTS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN})
MAY_ANSWER_CHANGES = MAY_CONFIRM_CHANGES | MAY_REVOKE_AGENTS
"""Who answers changes of one kind or another; which of them, `administration.changes` says."""
MAY_SET_UP_MESSENGERS = frozenset({Role.SYSTEM_ADMIN})
MAY_SEE_DELIVERIES = MAY_SET_UP_MESSENGERS | {Role.OFFICE_HEAD}
MAY_READ_THE_WHOLE_LOG = frozenset(
    {Role.CABINET_OFFICER, Role.REVIEWER, Role.OFFICE_HEAD, Role.INSPECTOR, Role.TOWNSHIP_LEADER, Role.AUDIT_ADMIN}
)
AT_THE_CABINET = frozenset({Role.ACCOUNTANT, Role.HEAD, Role.SUPERVISOR, Role.CABINET_OFFICER}) | MAY_SEIZE
"""Who can ever be needed at a door, and therefore stands in the roster of an agent."""
