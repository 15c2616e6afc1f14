"""A lost card, a PIN that others know: worthless at once, and who may say so."""

from server.usecases.block_people import BlockCard, BlockPerson, BlockPin, block_card, block_person, block_pin
from tests.server.town import Town, granted, refusal
from tests.server.usecases.test_people import roster_of_hall, welcomed


def test_a_lost_card_opens_nothing_any_more(any_town: Town) -> None:
    who = any_town.person("游少玉")
    assert roster_of_hall(any_town).person_by_card(who.person.card or "") is not None
    granted(any_town.do(block_card, BlockCard(by=who.id, person=who.id)))
    assert roster_of_hall(any_town).person_by_card(who.person.card or "") is None
    assert refusal(any_town.do(block_card, BlockCard(by=who.id, person=who.id))) == "no_card"


def test_a_blocked_pin_opens_nothing_until_another_is_set(any_town: Town) -> None:
    who = any_town.person("游少玉")
    welcomed(any_town, "游少玉")
    granted(any_town.do(block_pin, BlockPin(by=who.id, person=who.id)))
    on_roster = roster_of_hall(any_town).person_by_card(who.person.card or "")
    assert on_roster is not None
    assert on_roster.pin is None
    assert refusal(any_town.do(block_pin, BlockPin(by=who.id, person=who.id))) == "pin_not_in_use"


def test_nobody_blocks_whom_they_may_not(town: Town) -> None:
    asked = BlockPerson(by=town.person("廖坤东").id, person=town.person("柯火梅").id)
    assert refusal(town.do(block_person, asked)) == "block_role"
    assert refusal(town.do(block_person, BlockPerson(by=asked.by, person="p-nobody"))) == "unknown_person"
