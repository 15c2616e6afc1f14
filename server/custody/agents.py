"""Who may put an agent out of service, and when."""

from server.custody.facts import Agent
from server.custody.people import Standing
from server.custody.refusals import Refused
from server.custody.roles import MAY_REVOKE_AGENTS


def refuse_to_revoke_agent(who: Standing | None, agent: Agent) -> Refused | None:
    """Why this agent may not be revoked, or None. `who` is None for the operator at the machine."""
    if who is not None and not (who.person.is_active and who.holds_any(MAY_REVOKE_AGENTS)):
        return Refused("agent_role", "停用柜机由系统管理员或安全管理员办理。请马上联系他们。")
    if not agent.is_active:
        return Refused("agent_over", f"柜机{agent.id}已经停用，不用再办。要重新启用，请再登记一次。")
    return None
