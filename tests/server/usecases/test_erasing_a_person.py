"""Somebody who left is forgotten: their name is nowhere any more, and every proof of the log still holds."""

from pathlib import Path

import pytest

from server.custody.attachments import Inspected, MediaType
from server.custody.erasing import ERASED_NAME
from server.custody.people import Person
from server.custody.refusals import Refused
from server.operate.verify import verify_database
from server.operate.verify_log import verify
from server.store.database import Reader
from server.store.log_files import LogFiles
from server.store.uploads import kept_files
from server.usecases.block_people import BlockPerson, block_person
from server.usecases.erase_person import Erased, ErasePerson, erase_person
from server.usecases.expire_permits import ExpirePermits, expire_permits
from server.usecases.index_search import index_search, unindexed
from server.usecases.sign_in import CheckedClaim, SignInClaim, check_password
from server.usecases.take_in_photo import TakeInPhoto, take_in_photo
from server.usecases.withdraw_role import WithdrawRole, withdraw_role
from tests.server.town import AGENT, KEYS, Town, granted
from tests.server.usecases.test_people import PASSWORD, welcomed

SYSTEM, SECURITY = "叶海燕", "潘振东"
LEAVING = "游少玉"


def claim(town: Town, name: str, password: str = PASSWORD) -> CheckedClaim:
    """An administrator at the machine."""
    typed = SignInClaim(phone=town.person(name).person.phone, password=password, source="console")
    checked = check_password(town.database, typed, town.now)
    assert isinstance(checked, CheckedClaim)
    return checked


def erase(town: Town, person: str, first: str = SYSTEM, second: str = SECURITY) -> Erased | Refused:
    return town.do(erase_person, ErasePerson(person, claim(town, first), claim(town, second)))


@pytest.fixture
def left(any_town: Town) -> Town:
    """游少玉 took a seal, brought it back, lost her role, and was blocked."""
    town = any_town
    for name in (SYSTEM, SECURITY):
        welcomed(town, name)
    assert town.hall is not None
    seal = town.item("东坑一社")
    decided = town.permitted(seal)
    for action in ("take", "return"):
        town.hall.opens(action, decided, seal)
    town.hall.sends()
    return town


def leaves(town: Town) -> str:
    """She goes; answers her id."""
    person = town.person(LEAVING).id
    by = town.person(SECURITY).id
    (grant,) = town.person(LEAVING).grants
    asked = WithdrawRole(by=by, person=person, role=grant.role, cooperative=grant.cooperative)
    granted(town.do(withdraw_role, asked))
    granted(town.do(block_person, BlockPerson(by=by, person=person)))
    with town.database.reading() as reader:
        indexing = unindexed(reader)
    town.do(index_search, indexing)
    return person


def rows_with(reader: Reader, words: tuple[str, ...]) -> set[str]:
    """Tables in which one of these words still stands, wherever."""
    tables = [row[0] for row in reader.exec_driver_sql(TABLES[reader.dialect.name])]
    return {
        table
        for table in tables
        for row in reader.exec_driver_sql(f'SELECT * FROM "{table}"')  # noqa: S608 - the schema's own names
        if any(word in _text(value) for value in row for word in words)
    }


TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()",
}


def _text(value: object) -> str:
    return bytes(value).decode(errors="replace") if isinstance(value, bytes | memoryview) else str(value)


def test_nothing_says_any_more_who_it_was_and_every_proof_holds(left: Town, tmp_path: Path) -> None:
    person = leaves(left)
    known = left.get(Person, person)
    with left.database.reading() as reader:
        assert "people" in rows_with(reader, (known.name, known.phone))
    erased = granted(erase(left, person))
    assert (erased.entries, erased.permits) == (3, 1)
    assert left.get(Person, person).name == ERASED_NAME
    with left.database.reading() as reader:
        assert rows_with(reader, (known.name, known.phone)) == set()
        verdict = verify_database(reader, KEYS)
        assert (verdict.wrong, verdict.erased) == (None, erased.entries)
        LogFiles(tmp_path, KEYS.log.verifier).publish(reader, KEYS.log, left.now)
    keys = f"permit {KEYS.permit.verifier.vkey}\nlog {KEYS.log.verifier.vkey}\n"
    (tmp_path / "keys.txt").write_text(keys)
    assert verify(tmp_path).findings == []


def test_a_body_that_is_gone_without_an_erasure_is_found(left: Town) -> None:
    with left.database.writing.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER bodies_no_delete" + ON.get(connection.dialect.name, ""))
        connection.exec_driver_sql(
            "DELETE FROM bodies WHERE position IN (SELECT position FROM entries WHERE type = 'person_registered')"
        )
    with left.database.reading() as reader:
        wrong = verify_database(reader, KEYS).wrong
    assert wrong is not None
    assert "正文不见了" in wrong.what


ON = {"postgresql": " ON bodies"}


def test_who_is_still_here_is_not_erased(left: Town) -> None:
    refused = erase(left, left.person(LEAVING).id)
    assert isinstance(refused, Refused)
    assert refused.rule == "erasing_after_leaving"


def test_one_administrator_is_not_two(left: Town) -> None:
    person = leaves(left)
    refused = erase(left, person, SYSTEM, SYSTEM)
    assert isinstance(refused, Refused)
    assert refused.rule == "erasing_by_two"


def test_a_wrong_password_erases_nothing(left: Town) -> None:
    person = leaves(left)
    wrong = claim(left, SECURITY, "not the password")
    refused = left.do(erase_person, ErasePerson(person, claim(left, SYSTEM), wrong))
    assert isinstance(refused, Refused)
    assert left.get(Person, person).name == LEAVING


def test_a_photo_they_are_in_is_no_document_any_more(left: Town) -> None:
    assert left.hall is not None
    file = Inspected(sha256="ab" * 32, size_bytes=1000, media_type=MediaType.JPEG)
    seal = left.item("东坑一社")
    about = left.hall.opening("take", left.permitted(seal), [LEAVING, "林少军"])
    left.hall.writes("opening_intended", {**about, "action": "take", "attempt": 1})
    left.hall.writes("photo_taken", {**about, "photo": file.sha256, "size_bytes": file.size_bytes})
    left.hall.writes("opening_finished", {**about, "outcome": "nothing"})
    left.hall.sends()
    assert left.do(take_in_photo, TakeInPhoto(agent=AGENT, file=file))
    left.passes(days=4)
    left.do(expire_permits, ExpirePermits())
    erased = granted(erase(left, leaves(left)))
    assert erased.photos == 1
    with left.database.reading() as reader:
        assert kept_files(reader) == frozenset()
        assert verify_database(reader, KEYS).wrong is None


def test_twice_is_refused(left: Town) -> None:
    person = leaves(left)
    granted(erase(left, person))
    refused = erase(left, person)
    assert isinstance(refused, Refused)
    assert refused.rule == "already_erased"
