"""What a supervisor is told of counts and of seals that are not used any more."""

from datetime import timedelta

from server.custody.facts import Item
from server.custody.handovers.states import Found, HandoverKind, Part, Resolution
from server.custody.lives import LifeStep
from server.custody.states import ItemKind, SealType
from server.usecases.count_handover import AddSurprise, add_surprise
from tests.server.town import Town, granted
from tests.server.usecases.handing_over import (
    OFFICER,
    begins,
    counts,
    lines,
    opens,
    seems_right,
    settles,
    signs_all,
    takes_out,
)
from tests.server.usecases.test_a_seals_life import takes
from tests.server.usecases.test_findings import of, watches

COUNTERS = ((Part.COUNTS, OFFICER), (Part.WATCHES_COUNT, "孙辉"))


def counted_things(town: Town, *missing: str) -> str:
    """An inventory of 东坑一社 in which these things were not seen; returns the handover."""
    handover = granted(opens(town, HandoverKind.INVENTORY, "东坑一社", reason="")).handover
    granted(begins(town, handover))
    for line in lines(town, handover):
        found = Found.NOT_FOUND if line.item in missing else Found.AS_LISTED
        granted(counts(town, handover, line.item, found, note="不在格里" if line.item in missing else ""))
    return handover


def test_what_an_inventory_misses_is_noticed_and_what_is_rightly_out_is_not(town: Town) -> None:
    out, gone = town.item("东坑一社", SealType.FINANCE), town.item("东坑一社")
    takes_out(town, "游少玉", "廖坤东", out)
    handover = counted_things(town, out.id, gone.id)
    granted(settles(town, handover, gone.id, Resolution.EXPLAINED, "去向不明"))
    signs_all(town, handover, COUNTERS)
    assert f"A22:{handover}" in watches(town).findings
    assert of(town, f"A22:{handover}").items == (gone.id,)
    assert seems_right(town)


def test_an_inventory_that_finds_everything_is_no_finding(town: Town) -> None:
    handover = counted_things(town)
    signs_all(town, handover, COUNTERS)
    assert [each for each in watches(town).findings if each.startswith("A22")] == []


def test_what_an_inventory_finds_that_is_on_no_list_is_noticed_too(town: Town) -> None:
    handover = counted_things(town)
    asked = AddSurprise(
        by=town.person(OFFICER).id,
        handover=handover,
        kind=ItemKind.SEAL,
        seal_type=SealType.OFFICIAL,
        name="东坑一社公章（2026）",
        number="",
        reason="新刻的，名册漏登",
    )
    granted(town.do(add_surprise, asked))
    signs_all(town, handover, COUNTERS)
    watches(town)
    assert of(town, f"A22:{handover}").numbers == {"items_surplus": 1}
    assert seems_right(town)


def test_a_stopped_seal_that_nobody_surrenders_is_noticed_after_ten_days(town: Town) -> None:
    seal = town.item("东坑一社").id
    granted(takes(town, LifeStep.STOP, seal))
    assert town.get(Item, seal).life_since == town.now
    town.now += timedelta(days=10)
    assert f"A22:{seal}" not in watches(town).findings
    town.now += timedelta(days=1)
    assert f"A22:{seal}" in watches(town).findings
