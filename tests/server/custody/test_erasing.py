"""Who may have whose personal data erased, and when; and what stands in their place."""

from dataclasses import replace

import pytest

from server.custody.erasing import Erasing, erased_person, is_erased, refuse_to_erase
from server.custody.people import Grant, Person, Standing
from server.custody.roles import Role


def somebody(name: str, *roles: Role) -> Standing:
    """A person in these roles of the township."""
    person = Person(id=f"p-{name}", name=name, phone=f"138{name}", unit="镇政府")
    return Standing(person, frozenset(Grant(person=person.id, role=role) for role in roles))


LEFT = replace(somebody("left").person, is_active=False)
SYSTEM, SECURITY = somebody("system", Role.SYSTEM_ADMIN), somebody("security", Role.SECURITY_ADMIN)
BOTH = somebody("both", Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN)
FITS = Erasing(person=LEFT, roles=0, open_checkouts=0, first=SYSTEM, second=SECURITY)
REFUSED = {
    "done already": (replace(FITS, person=erased_person(LEFT)), "already_erased"),
    "the same kind of administrator twice": (replace(FITS, second=SYSTEM), "erasing_by_two"),
    "without the security administrator": (replace(FITS, second=somebody("officer", Role.REVIEWER)), "erasing_by_two"),
    "one person in both roles": (replace(FITS, first=BOTH, second=BOTH), "erasing_by_others"),
    "an administrator's own data": (replace(FITS, person=replace(SYSTEM.person, is_active=False)), "erasing_by_others"),
    "somebody who is not blocked": (replace(FITS, person=replace(LEFT, is_active=True)), "erasing_after_leaving"),
    "somebody in office": (replace(FITS, roles=1), "erasing_after_leaving"),
    "somebody who has something open": (replace(FITS, open_checkouts=1), "erasing_after_return"),
}


@pytest.mark.parametrize("erasing", [FITS, replace(FITS, first=SECURITY, second=SYSTEM)], ids=["this way", "that way"])
def test_two_administrators_erase_somebody_who_left(erasing: Erasing) -> None:
    assert refuse_to_erase(erasing) is None


@pytest.mark.parametrize(("erasing", "rule"), REFUSED.values(), ids=REFUSED)
def test_the_data_stay(erasing: Erasing, rule: str) -> None:
    refused = refuse_to_erase(erasing)
    assert refused is not None
    assert refused.rule == rule


def test_two_who_are_erased_do_not_meet_in_one_number() -> None:
    one, other = erased_person(LEFT), erased_person(replace(LEFT, id="p-other"))
    assert is_erased(one)
    assert not is_erased(LEFT)
    assert (one.name, one.phone != other.phone) == (other.name, True)
