"""Erasing somebody's data at the machine: two people's passwords are checked, and the files go as well."""

from collections.abc import Iterable
from pathlib import Path

from server.custody.refusals import Refused
from server.operate.two_people import checked_claims
from server.store import find
from server.store.fact_rows import FactRows
from server.township import clear_uploads, opened
from server.usecases.erase_person import Erased, ErasePerson, erase_person

_NOBODY = Refused("unknown_person", "没有登记过这个手机号。请核对后再试。")


def erase(data: Path, phone: str, typed: Iterable[tuple[str, str]]) -> Erased | Refused:
    """Erase the person with this number; `typed` are the numbers and passwords of two administrators."""
    with opened(data, is_guest=True) as township:
        with township.database.reading() as reader:
            person = find.person_by_phone(FactRows(reader), phone)
        if person is None:
            return _NOBODY
        claims = checked_claims(township, typed)
        if isinstance(claims, Refused):
            return claims
        answer = township.writer.run_now(erase_person, ErasePerson(person.id, *claims))
        clear_uploads(township)
    return answer
