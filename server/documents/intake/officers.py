"""Whether the officers a cooperative names are people of the township: asked when the people have been read."""

from server.custody.roles import TITLES, Role
from server.documents.intake.records import Cooperative
from server.documents.intake.rules import Rule
from server.documents.intake.town import Town


def _missing(name: str, role: Role, cooperative: Cooperative, town: Town) -> str | None:
    known = [person.name for person in town.officers.get((cooperative.code, role), ())]
    if name in known or not town.phones:
        return None
    if not name:
        return f"没有写{TITLES[role]}。" if not known else f"《人员》表里的{TITLES[role]}是{'、'.join(known)}，请补上。"
    if known:
        return f"《人员》表里这个合作社的{TITLES[role]}是{'、'.join(known)}，请核对。"
    return f"《人员》表里没有读到这位{TITLES[role]}，补上之前不能登录和开柜。"


def _head_missing(cooperative: Cooperative, town: Town) -> str | None:
    return _missing(cooperative.head, Role.HEAD, cooperative, town)


def _accountant_missing(cooperative: Cooperative, town: Town) -> str | None:
    return _missing(cooperative.accountant, Role.ACCOUNTANT, cooperative, town)


def _supervisor_missing(cooperative: Cooperative, town: Town) -> str | None:
    return _missing(cooperative.supervisor, Role.SUPERVISOR, cooperative, town)


OFFICER_REMINDERS: tuple[Rule[Cooperative], ...] = (
    Rule("officer-missing", "head", _head_missing),
    Rule("officer-missing", "accountant", _accountant_missing),
    Rule("officer-missing", "supervisor", _supervisor_missing),
)
