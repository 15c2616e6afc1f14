"""Whoever printed a code might have used it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from server.custody.people import OneTimeCode
from server.custody.printed_codes import UNNOTICED_MAX, possible_hand
from tests.server.cast import HEAD, NOW, OFFICE_HEAD, REVIEWER

INSTANT = timedelta(milliseconds=1)
CODE = OneTimeCode(id="a", person=HEAD.id, expires_at=NOW, issued_by=REVIEWER.id, used_at=NOW)
NEWER = replace(CODE, id="b", issued_by=OFFICE_HEAD.id, used_at=NOW + timedelta(days=1))

HANDS = {
    "the printer, at once": ((CODE,), NOW, REVIEWER.id),
    "the printer, to the last moment": ((CODE,), NOW + UNNOTICED_MAX, REVIEWER.id),
    "nobody, once it would have been noticed": ((CODE,), NOW + UNNOTICED_MAX + INSTANT, None),
    "nobody, before the code was used": ((CODE,), NOW - INSTANT, None),
    "nobody, by a code never used": ((replace(CODE, used_at=None),), NOW, None),
    "nobody, by a code of the operator": ((replace(CODE, issued_by=None),), NOW, None),
    "nobody, by somebody else's code": ((replace(CODE, person="p-other"),), NOW, None),
    "nobody, without any code": ((), NOW, None),
    "the newest one's printer": ((NEWER, CODE), NOW + timedelta(days=2), OFFICE_HEAD.id),
    "the one's in force then, whatever came later": ((NEWER, CODE), NOW + timedelta(hours=1), REVIEWER.id),
}


@pytest.mark.parametrize(("codes", "at", "hand"), HANDS.values(), ids=HANDS.keys())
def test_whose_hand_it_could_have_been(codes: tuple[OneTimeCode, ...], at: datetime, hand: str | None) -> None:
    assert possible_hand(HEAD.id, at, codes) == hand
