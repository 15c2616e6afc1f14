"""First entry: the operator at the machine gives an administrator a one-time code."""

from dataclasses import dataclass

from server.custody.people import Person
from server.custody.refusals import Refused
from server.custody.roles import TITLES, Role
from server.store import find
from server.store.work import Work
from server.usecases.issue_code import CodeIssued, make_code

_ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Invite:
    """Whom to invite by phone; without one, the only system administrator on the roster.

    With `name` too, somebody whom the roster does not list becomes a system administrator.
    """

    phone: str | None = None
    name: str | None = None


def invite(work: Work, asked: Invite) -> CodeIssued | Refused:
    """Make a code for an administrator, who can then print the others'."""
    person = _known(work, asked) or _registered(work, asked)
    if person is None:
        return Refused("unknown_person", "名册里没有这个人。请核对手机号，或者连同姓名一起写，登记为系统管理员。")
    standing = find.standing(work.facts, person.id)
    if standing is None or not standing.holds_any(_ADMINISTRATORS):
        return Refused("not_administrator", f"{person.name}不是系统或安全管理员。其他人的开通码请在网页上打印。")
    return make_code(work, person, by=None)


def _known(work: Work, asked: Invite) -> Person | None:
    if asked.phone is not None:
        return find.person_by_phone(work.facts, asked.phone)
    administrators = find.people_with(work.facts, [Role.SYSTEM_ADMIN])
    return administrators[0].person if len(administrators) == 1 else None


def _registered(work: Work, asked: Invite) -> Person | None:
    if asked.phone is None or asked.name is None:
        return None
    person = work.new_id("p")
    body = {"name": asked.name, "phone": asked.phone, "unit": TITLES[Role.SYSTEM_ADMIN]}
    work.record("person_registered", {"person": person}, body)
    work.record("role_granted", {"person": person, "role": Role.SYSTEM_ADMIN})
    return work.get(Person, person)
