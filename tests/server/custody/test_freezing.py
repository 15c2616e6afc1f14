"""封存 and 启封: the office decides, once, and says why."""

from dataclasses import replace

import pytest

from server.custody.freezing import Freezing, refuse_to_freeze, refuse_to_unfreeze
from server.custody.refusals import Refused
from tests.server.cast import CABINET_OFFICER, DONGKENG_1, NOW, REVIEWER
from tests.server.custody.handovers.lists import OWN_REVIEWER

FROZEN = replace(DONGKENG_1, frozen_at=NOW)


def rule(refused: Refused | None) -> str | None:
    return None if refused is None else refused.rule


FREEZINGS = {
    "the reviewer": (REVIEWER, "换届选举", None),
    "the officer": (CABINET_OFFICER, "换届选举", "freeze_role"),
    "its own head": (OWN_REVIEWER, "换届选举", "own_cooperative"),
    "without a reason": (REVIEWER, " ", "no_reason"),
}


@pytest.mark.parametrize("case", FREEZINGS)
def test_freezing_and_unfreezing_are_for_the_office_to_decide(case: str) -> None:
    who, reason, expected = FREEZINGS[case]
    assert rule(refuse_to_freeze(Freezing(who=who, cooperative=DONGKENG_1, reason=reason))) == expected
    assert rule(refuse_to_unfreeze(Freezing(who=who, cooperative=FROZEN, reason=reason))) == expected


def test_what_is_frozen_is_not_frozen_twice_nor_unfrozen_twice() -> None:
    assert rule(refuse_to_freeze(Freezing(who=REVIEWER, cooperative=FROZEN, reason="换届"))) == "already_frozen"
    assert rule(refuse_to_unfreeze(Freezing(who=REVIEWER, cooperative=DONGKENG_1, reason="换届"))) == "not_frozen"
