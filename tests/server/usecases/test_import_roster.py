"""The roster: what is new is recorded, what vanished is told, and twice changes nothing."""

from dataclasses import replace
from datetime import date

import pytest

from firmware_protocol.credentials import card_hash
from server.custody.facts import Compartment, Cooperative, Item
from server.custody.news import RosterChanged
from server.custody.roles import Role
from server.custody.roster import CabinetRow, CooperativeRow, ItemRow, PersonRow, Roster, RowProblem
from server.custody.states import ItemKind
from server.operate.verify import verify_database
from server.store.lists import entries, registers
from server.usecases.arrange_deposit import ArrangeDeposit, arrange_deposit
from server.usecases.block_people import BlockCard, block_card
from server.usecases.import_roster import ImportRoster, check_roster, hash_cards
from tests.server.town import KEYS, Town, card_hashes, granted, refusal
from tests.server.village import full_name, roster


def size(town: Town) -> int:
    with town.database.reading() as reader:
        return entries.log_size(reader)


def with_row(rows: Roster, changed: CooperativeRow | PersonRow | ItemRow | CabinetRow) -> Roster:
    """The roster with one row changed, found by its natural key."""
    return replace(
        rows,
        cabinets=tuple(
            changed if isinstance(changed, CabinetRow) and row.id == changed.id else row for row in rows.cabinets
        ),
        cooperatives=tuple(
            changed if isinstance(changed, CooperativeRow) and row.code == changed.code else row
            for row in rows.cooperatives
        ),
        people=tuple(
            changed if isinstance(changed, PersonRow) and row.phone == changed.phone else row for row in rows.people
        ),
        items=tuple(changed if isinstance(changed, ItemRow) and row.key == changed.key else row for row in rows.items),
    )


def test_importing_twice_changes_nothing(any_town: Town) -> None:
    before = size(any_town)
    report = any_town.import_rows(roster())
    assert (report.added, report.changed, report.vanished, report.written) == ({}, {}, (), True)
    assert size(any_town) == before
    with any_town.database.reading() as reader:
        assert verify_database(reader, KEYS).wrong is None


def test_checking_says_what_an_import_would_do_and_writes_nothing(town: Town) -> None:
    before = size(town)
    rows = with_row(roster(), replace(roster().people[0], name="林少君"))
    with town.database.reading() as reader:
        asked = ImportRoster(roster=rows, card_hashes=card_hashes(rows.people))
        report = check_roster(reader, asked)
    assert (report.added, report.changed, report.written) == ({}, {"人员": 1}, False)
    assert size(town) == before


CHANGES = {
    "a renamed person": (replace(roster().people[8], name="游小玉"), "人员", ["person_changed"]),
    "a new card": (replace(roster().people[8], card="9999999999"), "人员", ["card_issued"]),
    "a second role": (replace(roster().people[0], role=Role.REVIEWER), "人员", ["role_granted"]),
    "a renewed mandate": (
        replace(roster().cooperatives[0], expires_on=date(2040, 1, 1)),
        "合作社",
        ["mandate_recorded"],
    ),
    "a moved cabinet": (replace(roster().cabinets[0], place="二楼"), "共管柜", ["cabinet_registered"]),
    "a described seal": (replace(roster().items[0], details={"材质": "铜"}), "印章", ["item_changed"]),
    "another compartment for one with nothing in it": (
        replace(roster().cooperatives[2], compartment=9),
        "合作社",
        ["cooperative_changed"],
    ),
}


@pytest.mark.parametrize(("row", "sheet", "events"), CHANGES.values(), ids=CHANGES.keys())
def test_exactly_what_changed_is_recorded(
    town: Town, row: CooperativeRow | PersonRow | ItemRow | CabinetRow, sheet: str, events: list[str]
) -> None:
    before = size(town)
    report = town.import_rows(with_row(roster(), row))
    assert (report.added, report.changed) == ({}, {sheet: 1})
    with town.database.reading() as reader:
        recorded = [line.type for line in entries.grown(reader, before)]
    assert recorded[: len(events) + 1] == [*events, "roster_imported"]


def test_what_vanished_is_told_and_kept(town: Town) -> None:
    seal = town.item("东坑三社")
    fewer = replace(roster(), people=roster().people[:-1], items=roster().items[:-4])
    report = town.import_rows(fewer)
    assert [(gone.sheet, gone.what) for gone in report.vanished] == [
        ("人员", "苏志伟 13800000014"),
        *(("印章", f"{full_name('第三')}{kind}") for kind in ("公章", "财务专用章", "法定代表人名章")),
        ("合同", "路灯采购合同"),
    ]
    assert town.get(Item, seal.id) == seal
    assert town.person("温振").person.is_active


def test_a_role_that_is_no_longer_listed_is_told(town: Town) -> None:
    report = town.import_rows(with_row(roster(), replace(roster().people[7], role=Role.SUPERVISOR)))
    assert [gone.what for gone in report.vanished] == ["廖坤东 13800000008 的职务“理事长”"]
    assert town.person("廖坤东").roles == {Role.HEAD, Role.SUPERVISOR}


BAD = {
    "somebody else's card": (replace(roster().people[7], card="0000000009"), "card_taken"),
    "moving while things are kept": (replace(roster().cooperatives[0], compartment=9), "compartment_in_use"),
    "a cabinet shrinks under its tenants": (replace(roster().cabinets[0], compartments=2), "compartments_in_use"),
    "an unknown cooperative's head": (replace(roster().people[7], unit=full_name("第九")), "unknown_cooperative"),
    "an unknown cooperative's seal": (replace(roster().items[0], cooperative=full_name("第九")), "unknown_cooperative"),
}


@pytest.mark.parametrize(("row", "rule"), BAD.values(), ids=BAD.keys())
def test_one_bad_row_means_nothing_is_written_unless_it_may_be_skipped(
    town: Town, row: CooperativeRow | PersonRow | ItemRow | CabinetRow, rule: str
) -> None:
    rows = with_row(roster(), row)
    rows = with_row(rows, replace(rows.people[0], name="林少君"))
    before = size(town)
    refused = town.import_rows(rows)
    assert [problem.rule for problem in refused.problems] == [rule]
    assert (refused.written, size(town)) == (False, before)
    skipped = town.import_rows(rows, skip_bad=True)
    assert (skipped.written, skipped.errors, skipped.changed) == (True, 1, {"人员": 1})


def test_a_compartment_that_is_somebodys_is_not_given_to_another(town: Town) -> None:
    fourth = replace(roster().cooperatives[0], code="44200104", name=full_name("第四"), compartment=2)
    report = town.import_rows(replace(roster(), cooperatives=(fourth,)))
    assert [problem.rule for problem in report.problems] == ["compartment_taken"]
    assert report.problems[0].found == "CAB-01 2"


def test_what_is_left_out_with_its_cooperative_is_told_in_one_line_a_sheet(town: Town) -> None:
    name = full_name("第四")
    fourth = replace(roster().cooperatives[0], row=9, code="44200104", name=name, compartment=2)
    items = tuple(
        ItemRow(row=row, kind=ItemKind.CONTRACT, cooperative=name, key=f"HT-{row}", name="商铺租赁合同")
        for row in (4, 7, 8, 9)
    )
    report = town.import_rows(replace(roster(), cooperatives=(fourth,), items=items), skip_bad=True)
    assert [(problem.sheet, problem.row, problem.rows) for problem in report.problems] == [
        ("合作社", 9, 1),
        ("合同", 4, 4),
    ]
    assert report.problems[1].expected == "随《合作社》第 9 行一起没有读入的还有 4 行：4、7–9。请先改好那一行。"
    assert report.errors == 5


def test_a_compartment_left_can_be_given_on(town: Town) -> None:
    moved = replace(roster().cooperatives[2], compartment=9)
    fourth = replace(roster().cooperatives[2], code="44200104", name=full_name("第四"))
    town.import_rows(replace(roster(), cooperatives=(*roster().cooperatives[:2], moved, fourth)))
    assert town.get(Compartment, "CAB-01/3").cooperative == town.cooperative("东坑四社")
    assert town.get(Cooperative, town.cooperative("东坑三社")).place == "CAB-01/9"


def test_reminders_do_not_stop_anything(town: Town) -> None:
    reminder = RowProblem(
        sheet="合同", row=4, column="期限", found="25", expected="20 年以内", rule="term", is_reminder=True
    )
    report = town.import_rows(replace(roster(), problems=(reminder,)))
    assert (report.written, report.errors, report.problems) == (True, 0, (reminder,))


def test_a_lost_card_stays_lost_while_the_sheet_still_lists_it(town: Town) -> None:
    who = town.person("游少玉").id
    granted(town.do(block_card, BlockCard(by=who, person=who)))
    town.import_rows(roster())
    assert town.person("游少玉").person.card_blocked
    town.import_rows(with_row(roster(), replace(roster().people[8], card="9999999999")))
    assert not town.person("游少玉").person.card_blocked


def test_the_agents_hear_of_new_people_but_not_of_new_contracts(town: Town) -> None:
    contract = ItemRow(row=9, kind=ItemKind.CONTRACT, cooperative=full_name("第一"), key="HT-2", name="商铺租赁合同")
    town.import_rows(replace(roster(), items=(*roster().items, contract)))
    assert not any(isinstance(each, RosterChanged) for each in town.news)
    town.import_rows(with_row(roster(), replace(roster().people[8], name="游小玉")))
    assert any(isinstance(each, RosterChanged) for each in town.news)


def test_what_is_imported_gets_into_the_cabinet_by_people(any_town: Town) -> None:
    assert any_town.hall is not None
    asked = ArrangeDeposit(by=any_town.person("何慧敏").id, cooperative=any_town.cooperative("东坑三社"))
    assert refusal(any_town.do(arrange_deposit, replace(asked, by=any_town.person("柯火梅").id))) == "deposit_role"
    arranged = granted(any_town.do(arrange_deposit, asked))
    assert refusal(any_town.do(arrange_deposit, asked)) == "deposit_waiting"
    with any_town.database.reading() as reader:
        items = [item.id for item in registers.items_of(reader, asked.cooperative)]
    people = [any_town.person(name).id for name in ("廖坤东", "林少军")]
    about = {"opening": "o-9", "compartment": "CAB-01/3", "permit": arranged.permit, "deposit": arranged.deposit}
    any_town.hall.writes("opening_intended", {**about, "persons": people, "action": "deposit", "attempt": 1})
    any_town.hall.writes("items_deposited", {**about, "persons": people, "items": items})
    any_town.hall.sends()
    assert refusal(any_town.do(arrange_deposit, asked)) == "nothing_to_deposit"


def test_cards_are_hashed_once_each_and_as_the_agent_will() -> None:
    advanced: list[int] = []
    hashes = hash_cards(["0249103477", "2366729934", "0249103477"], bytes(16), advanced.append)
    assert hashes["0249103477"] == card_hash("0249103477", bytes(16))
    assert (len(hashes), sum(advanced)) == (2, 2)
