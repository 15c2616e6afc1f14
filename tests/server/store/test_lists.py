"""Lists: the right lines in the right order, page after page, on both engines."""

import json
from datetime import timedelta

from sqlalchemy import event

from server.custody.bearings import EventGroup
from server.custody.states import CheckoutState, DepositState, ItemState, SealType
from server.store.lists import checkouts, entries, registers
from server.store.lists.checkouts import CheckoutFilter
from server.store.lists.entries import LogFilter, LogLine
from server.store.lists.openings import OpeningFilter
from server.store.lists.openings import openings as listed
from server.store.lists.pages import Cursor
from server.store.lists.to_decide import Queue, requests_to_decide
from server.store.log_rows import ENTRIES
from server.usecases.arrange_deposit import ArrangeDeposit, arrange_deposit
from tests.server.town import Town, granted


def every_line(town: Town, wanted: LogFilter, limit: int) -> list[LogLine]:
    """All pages, one after the other."""
    lines: list[LogLine] = []
    after = None
    with town.database.reading() as reader:
        while True:
            page = entries.log(reader, wanted, after, limit)
            lines += page.rows
            if (after := page.next) is None:
                return lines


def test_pages_of_the_log_fit_together_without_gap_or_repetition(any_town: Town) -> None:
    with any_town.database.reading() as reader:
        size = entries.log_size(reader)
    lines = every_line(any_town, LogFilter(), 7)
    assert [line.position for line in lines] == list(range(size))[::-1]


def test_nothing_a_cabinet_signs_keeps_people_from_reading_the_log(any_town: Town) -> None:
    assert any_town.hall is not None
    nested: list[object] = []
    for _ in range(300):
        nested = [nested]
    any_town.hall.writes("agent_started", {"boot": nested}, {"note": nested})
    any_town.hall.sends()
    with any_town.database.reading() as reader:
        lines = entries.log(reader, LogFilter()).rows
    shown = next(line for line in lines if line.type == "agent_started")
    assert len(json.dumps([shown.about, shown.body])) < 100


def test_each_filter_finds_what_it_names(any_town: Town) -> None:
    decided = any_town.permitted()
    seal, accountant = any_town.item("东坑一社"), any_town.person("游少玉")
    any_town.passes(days=1)
    any_town.asks("蓝观润", any_town.item("东坑二社"))
    by_item = every_line(any_town, LogFilter(item=seal.id, group=EventGroup.REQUEST), 2)
    assert [line.type for line in by_item] == ["checkout_filed"]
    by_person = every_line(any_town, LogFilter(person=accountant.id), 2)
    assert {line.type for line in by_person} == {"checkout_filed", "card_issued", "role_granted", "person_registered"}
    both = every_line(any_town, LogFilter(person=accountant.id, item=seal.id), 2)
    assert [line.checkout for line in both] == [decided.checkout]
    mine = every_line(any_town, LogFilter(cooperative=seal.cooperative, group=EventGroup.REQUEST), 2)
    assert [line.type for line in mine] == ["checkout_approved", "checkout_endorsed", "checkout_filed"]
    today = every_line(any_town, LogFilter(since=any_town.now - timedelta(hours=1)), 50)
    assert {line.type for line in today} == {"checkout_filed"}
    assert today[0].at == any_town.now
    before = every_line(any_town, LogFilter(until=any_town.now, group=EventGroup.REQUEST), 50)
    assert len(before) == 3


def test_events_of_a_cabinet_that_come_late_stand_where_they_happened(any_town: Town) -> None:
    assert any_town.hall is not None
    decided = any_town.permitted()
    any_town.passes(minutes=10)
    any_town.hall.opens("take", decided, any_town.item("东坑一社"))
    any_town.passes(hours=5)
    any_town.asks("蓝观润", any_town.item("东坑二社"))
    any_town.hall.sends()
    lines = every_line(any_town, LogFilter(), 3)
    assert [line.at for line in lines] == sorted((line.at for line in lines), reverse=True)
    assert lines[0].type == "checkout_filed"


def test_every_filter_of_the_log_is_answered_from_an_index_without_sorting(town: Town) -> None:
    plans: list[str] = []

    @event.listens_for(town.database._reading, "before_cursor_execute")  # noqa: SLF001 - to see the statement itself
    def _explain(_conn: object, cursor: object, statement: str, parameters: object, *_rest: object) -> None:
        if statement.lstrip().startswith("SELECT") and "ORDER BY" in statement:
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)  # type: ignore[attr-defined]
            plans.append(" / ".join(row[-1] for row in cursor.fetchall()))  # type: ignore[attr-defined]

    filters = (
        LogFilter(),
        LogFilter(cooperative="c"),
        LogFilter(cooperative="c", group=EventGroup.DOOR),
        LogFilter(group=EventGroup.DOOR),
        LogFilter(item="i"),
        LogFilter(person="p"),
        LogFilter(person="p", item="i"),
        LogFilter(since=town.now),
    )
    with town.database.reading() as reader:
        for wanted in filters:
            entries.log(reader, wanted, after=str(Cursor(5, "5")))
    assert len(plans) == len(filters)
    for plan in plans:
        assert "TEMP B-TREE" not in plan
        assert f"SCAN {ENTRIES.name}" not in plan or "USING INDEX" in plan


def test_what_waits_for_whom(any_town: Town) -> None:
    filed = granted(any_town.asks("游少玉", any_town.item("东坑一社")))

    def waiting(name: str) -> list[str]:
        with any_town.database.reading() as reader:
            return [each.id for each in requests_to_decide(reader, any_town.person(name), any_town.now.date()).newest]

    assert waiting("廖坤东") == [filed.checkout]
    assert waiting("孙辉") == waiting("柯火梅") == waiting("何慧敏") == waiting("游少玉") == []
    granted(any_town.decides("廖坤东", filed.checkout))
    assert waiting("廖坤东") == []
    assert waiting("何慧敏") == waiting("谢文彬") == [filed.checkout]


def test_what_the_head_applies_for_waits_for_the_supervisor(any_town: Town) -> None:
    filed = granted(any_town.asks("廖坤东", any_town.item("东坑一社")))
    with any_town.database.reading() as reader:
        assert requests_to_decide(reader, any_town.person("廖坤东"), any_town.now.date()) == Queue()
        waiting = requests_to_decide(reader, any_town.person("孙辉"), any_town.now.date()).newest
    assert [each.id for each in waiting] == [filed.checkout]


def test_my_requests_newest_first_in_pages(any_town: Town) -> None:
    seals = [any_town.item("东坑一社", each) for each in (SealType.OFFICIAL, SealType.FINANCE)]
    filed = []
    for seal in (*seals, any_town.item("东坑一社", None)):
        filed.append(granted(any_town.asks("游少玉", seal)).checkout)
        any_town.passes(minutes=1)
    with any_town.database.reading() as reader:
        first = checkouts.my_checkouts(reader, any_town.person("游少玉").id, limit=2)
        rest = checkouts.my_checkouts(reader, any_town.person("游少玉").id, after=first.next, limit=2)
        everything = checkouts.checkouts(reader, CheckoutFilter(state=CheckoutState.FILED))
    assert [each.id for each in (*first.rows, *rest.rows)] == filed[::-1]
    assert rest.next is None
    assert len(everything.rows) == 3


def test_what_is_out_and_who_has_it(any_town: Town) -> None:
    assert any_town.hall is not None
    decided, seal = any_town.permitted(), any_town.item("东坑一社")
    any_town.hall.opens("take", decided, seal)
    any_town.hall.sends()
    with any_town.database.reading() as reader:
        assert [item.id for item in registers.out_now(reader)] == [seal.id]
        held = checkouts.held_by(reader, any_town.person("游少玉").id)
        openings = listed(reader, OpeningFilter(checkout=decided.checkout)).rows
        assert listed(reader, OpeningFilter(place="CAB-01/1")).rows == openings
    assert [each.id for each in held] == [decided.checkout]
    assert openings[0].outcome == "taken"


def test_the_cabinet_stands_as_in_the_hall(any_town: Town) -> None:
    with any_town.database.reading() as reader:
        (cabinet,) = registers.cabinet_map(reader)
    assert [each.number for each in cabinet.compartments] == list(range(1, 25))
    assert [each.cooperative.short_name for each in cabinet.compartments if each.cooperative] == [
        "东坑一社",
        "东坑二社",
        "东坑三社",
    ]
    assert sum(cabinet.compartments[0].kept.values()) == 4
    assert cabinet.compartments[8].cooperative is None
    assert not cabinet.compartments[8].kept


def test_cooperatives_with_their_things_counted(any_town: Town) -> None:
    with any_town.database.reading() as reader:
        counts = {line.cooperative.short_name: line.counts for line in registers.cooperatives(reader)}
    assert counts["东坑一社"] == {ItemState.IN_CABINET: 4}
    assert counts["东坑三社"] == {ItemState.REGISTERED: 4}


def test_names_for_many_ids_at_once(any_town: Town) -> None:
    seal, person = any_town.item("东坑一社"), any_town.person("游少玉")
    with any_town.database.reading() as reader:
        names = registers.names(reader, people=[person.id, None, "p-nobody"], items=[seal.id])
    assert {each.name for each in names.people.values()} == {"游少玉"}
    assert names.items[seal.id] == seal
    assert names.cooperatives == {}


def test_deposits_that_wait(any_town: Town) -> None:
    asked = ArrangeDeposit(by=any_town.person("何慧敏").id, cooperative=any_town.cooperative("东坑三社"))
    arranged = granted(any_town.do(arrange_deposit, asked))
    with any_town.database.reading() as reader:
        waiting = checkouts.deposits(reader, state=DepositState.ARRANGED)
        assert [each.id for each in waiting] == [arranged.deposit]
        assert checkouts.deposits(reader, cooperative=any_town.cooperative("东坑一社")) == ()


def test_a_cursor_nobody_made_means_the_beginning() -> None:
    assert Cursor.parse("drop table") is Cursor.parse("") is Cursor.parse("x.1") is None
    assert Cursor.parse(str(Cursor(-5, "k-1"))) == Cursor(-5, "k-1")
