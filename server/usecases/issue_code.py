"""The office prints a one-time code with which somebody sets their password and PIN."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from firmware_protocol.codes import read_code, write_code
from firmware_protocol.times import write_time
from server.custody.administration.cards import refuse_code_after_card
from server.custody.administration.settings import SettingName, value_of
from server.custody.blocking import OneToAnother, refuse_to_issue_code
from server.custody.people import Person
from server.custody.refusals import Refused
from server.store import find
from server.store.side_tables import digest_of
from server.store.work import Work
from server.usecases.refusing import UNKNOWN_PERSON, acting, refuse

_CODE_BYTES = 10
_CODE_LETTERS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueCode:
    """Who prints a code for whom."""

    by: str
    person: str


@dataclass(frozen=True, slots=True)
class CodeIssued:
    """The code itself, `XXXX-XXXX-XXXX`; shown once, kept nowhere, good until `expires_at` or until a newer one."""

    code: str
    person: str
    name: str
    phone: str
    expires_at: datetime


def issue_code(work: Work, asked: IssueCode) -> CodeIssued | Refused:
    """Make a code, or say why not."""
    other = find.standing(work.facts, asked.person)
    if other is None:
        return refuse(work, UNKNOWN_PERSON, asked.by)
    if (refused := refuse_to_issue_code(OneToAnother(acting(work, asked.by), other))) is not None:
        return refuse(work, refused, asked.by)
    if (refused := refuse_code_after_card(asked.by, other.person, work.now)) is not None:
        return refuse(work, refused, asked.by)
    return make_code(work, other.person, by=asked.by)


def make_code(work: Work, person: Person, *, by: str | None) -> CodeIssued:
    """Make a code for somebody and record its digest; `by` None stands for the operator at the machine."""
    code = write_code(work.chance(_CODE_BYTES), _CODE_LETTERS)
    expires_at = work.now + timedelta(hours=value_of(work, SettingName.CODE_HOURS))
    about = {"person": person.id, "purpose": "credentials", "by_person": by, "expires_at": write_time(expires_at)}
    work.record("code_issued", about, {"code": code_digest(code)})
    return CodeIssued(code, person.id, person.name, person.phone, expires_at)


def code_digest(code: str) -> str:
    """What is kept of a code, however it was typed."""
    return digest_of(read_code(code))
