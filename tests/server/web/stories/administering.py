"""What two administrators do in their browsers so that something holds: one proposes, the other confirms."""

from datetime import date

from playwright.sync_api import Page

from server.custody.facts import Cooperative
from server.custody.roles import Role
from server.usecases.answer_change import AnswerChange, answer_change
from server.usecases.propose_role import ChangeProposed, ProposeRole, propose_role
from tests.server.web.stories.office import Office, told
from tests.server.web.township import Township

SYSTEM, SECURITY = "叶海燕", "潘振东"


def confirmed(office: Office, change: str) -> None:
    """The security administrator reads what was proposed, on a phone, and confirms it."""
    security = office.come(SECURITY, "/admin/changes", "phone")
    security.get_by_role("article", name=change).get_by_role("button", name="确认，马上生效").click()
    told(security, "已确认，现在就生效。")


def mandate_put_on_record(office: Office, system: Page, cooperative: Cooperative, resolved: str, until: str) -> None:
    """From the register's page of the cooperative, as its assembly resolved."""
    system.goto(f"/admin/cooperatives/{cooperative.id}")
    system.get_by_role("link", name="委托保管授权").click()
    for label, words in {"决议日期": resolved, "到期日": until, "依据": "成员大会第3号决议"}.items():
        system.get_by_label(label).fill(words)
    system.get_by_role("button", name="送安全管理员确认").click()
    told(system, "已提出，另一位管理员确认以后生效。")
    confirmed(office, cooperative.short_name)


def role_given(
    township: Township, name: str, role: Role, cooperative: str | None = None, until: date | None = None
) -> None:
    """Somebody holds a role from today on, as both administrators have said."""
    asked = ProposeRole(
        by=township.person(SYSTEM).id,
        person=township.person(name).id,
        role=role,
        cooperative=cooperative,
        since=township.clock.now.date(),
        until=until,
    )
    proposed = township.writer.run_now(propose_role, asked)
    assert isinstance(proposed, ChangeProposed), proposed
    answer = AnswerChange(by=township.person(SECURITY).id, change=proposed.change, agrees=True)
    township.writer.run_now(answer_change, answer)
