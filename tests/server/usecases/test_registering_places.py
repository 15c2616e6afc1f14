"""Cabinets and cooperatives by hand, in a real database; and the log proves it."""

from dataclasses import replace
from typing import Any

from server.custody.facts import Cabinet, Cooperative
from server.operate.verify import verify_database
from server.usecases.register_places import (
    PlaceStands,
    RegisterCabinet,
    RegisterCooperative,
    Retire,
    register_cabinet,
    register_cooperative,
    retire,
)
from tests.server.town import KEYS, Town, granted, refusal
from tests.server.usecases.test_people import roster_of_hall
from tests.server.village import roster

NINTH = "清溪镇东坑村第九经济合作社"


def system(town: Town) -> str:
    return town.person("叶海燕").id


def log_fits(town: Town) -> bool:
    with town.database.reading() as reader:
        return verify_database(reader, KEYS).wrong is None


def ninth(town: Town, **changes: Any) -> RegisterCooperative:
    usual: dict[str, Any] = {"by": system(town), "code": "44200109", "name": NINTH, "village": "东坑村"}
    return RegisterCooperative(**{**usual, "cabinet": "CAB-01", "number": 9, "members": 88, **changes})


def test_a_cooperative_gets_a_compartment_a_name_and_another_compartment(any_town: Town) -> None:
    known = granted(any_town.do(register_cooperative, ninth(any_town))).id
    assert any_town.get(Cooperative, known).place == "CAB-01/9"
    assert "东坑九社" in {each.short_name for each in roster_of_hall(any_town).cooperatives}
    assert refusal(any_town.do(register_cooperative, ninth(any_town))) == "cooperative_known"
    right = ninth(any_town, cooperative=known, name=f"{NINTH}联合社", number=10)
    granted(any_town.do(register_cooperative, right))
    found = any_town.get(Cooperative, known)
    assert (found.name, found.place, found.members) == (f"{NINTH}联合社", "CAB-01/10", 88)
    unknown = ninth(any_town, cooperative="c-x")
    assert refusal(any_town.do(register_cooperative, unknown)) == "unknown_cooperative"
    assert log_fits(any_town)


def test_a_cooperative_whose_things_are_inside_stays_where_it_is(town: Town) -> None:
    known = town.get(Cooperative, town.cooperative("东坑一社"))
    moved = ninth(town, cooperative=known.id, code=known.code, name=known.name)
    assert refusal(town.do(register_cooperative, moved)) == "place_in_use"


def test_a_new_cabinet_and_what_is_retired_of_it(any_town: Town) -> None:
    asked = RegisterCabinet(by=system(any_town), cabinet="CAB-03", place="大厅", compartments=8, board="通用8A锁控板")
    assert granted(any_town.do(register_cabinet, asked)) == PlaceStands("CAB-03")
    assert refusal(any_town.do(register_cabinet, asked)) == "cabinet_known"
    granted(any_town.do(retire, Retire(by=asked.by, cabinet="CAB-03", number=2)))
    in_it = ninth(any_town, cabinet="CAB-03", number=2)
    assert refusal(any_town.do(register_cooperative, in_it)) == "place_retired"
    granted(any_town.do(register_cooperative, replace(in_it, number=3)))
    assert refusal(any_town.do(retire, Retire(by=asked.by, cabinet="CAB-03", number=3))) == "place_owned"
    assert refusal(any_town.do(retire, Retire(by=asked.by, cabinet="CAB-03"))) == "place_owned"
    assert refusal(any_town.do(retire, Retire(by=asked.by, cabinet="CAB-99"))) == "unknown_cabinet"
    known = any_town.get(Cabinet, "CAB-03")
    assert (known.out_of_service, known.retired_at) == ((2,), None)
    assert log_fits(any_town)


def test_a_roster_puts_nobody_into_what_was_retired_and_brings_nothing_back(town: Town) -> None:
    granted(town.do(retire, Retire(by=system(town), cabinet="CAB-01", number=9)))
    rows = roster()
    moved = replace(rows.cooperatives[2], compartment=9)
    report = town.import_rows(replace(rows, cooperatives=(*rows.cooperatives[:2], moved)))
    assert {problem.rule for problem in report.problems if not problem.is_reminder} >= {"compartment_retired"}
    bigger = replace(rows, cabinets=(replace(rows.cabinets[0], place="新大厅"),))
    assert town.import_rows(bigger).written
    found = town.get(Cabinet, "CAB-01")
    assert (found.place, found.out_of_service, found.agent) == ("新大厅", (9,), "hall-1")
    assert log_fits(town)


def test_an_empty_cabinet_is_retired_for_good(town: Town) -> None:
    asked = RegisterCabinet(by=system(town), cabinet="CAB-03", place="大厅", compartments=8)
    granted(town.do(register_cabinet, asked))
    granted(town.do(retire, Retire(by=asked.by, cabinet="CAB-03", reason="换新柜")))
    assert town.get(Cabinet, "CAB-03").retired_at == town.now
    assert refusal(town.do(retire, Retire(by=asked.by, cabinet="CAB-03"))) == "place_retired"
    assert log_fits(town)
