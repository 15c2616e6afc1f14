"""Settings: within their bounds, and loosened only by two."""

from dataclasses import replace

import pytest

from server.custody.administration.settings import (
    SETTINGS,
    Adjusting,
    Setting,
    SettingName,
    Weaker,
    refuse_adjustment,
    value_of,
)
from server.custody.replay import World
from server.custody.roles import Role
from tests.server.cast import NOW, OFFICE_HEAD, SECURITY_ADMIN, blocked, somebody
from tests.server.happen import at_server

SYSTEM_ADMIN = somebody("p-ye", "叶海燕", Role.SYSTEM_ADMIN)
SHORTER = Adjusting(who=SYSTEM_ADMIN, name=SettingName.SESSION_IDLE_MINUTES, before=60, value=30)

ADJUSTMENTS: dict[str, tuple[Adjusting, str | None]] = {
    "shorter": (SHORTER, None),
    "the least": (replace(SHORTER, value=5), None),
    "the most": (replace(SHORTER, value=240), None),
    "less than the least": (replace(SHORTER, value=4), "setting_bounds"),
    "more than the most": (replace(SHORTER, value=241), "setting_bounds"),
    "as it is": (replace(SHORTER, value=60), "setting_same"),
    "by the security administrator": (replace(SHORTER, who=SECURITY_ADMIN), "setting_role"),
    "by the office": (replace(SHORTER, who=OFFICE_HEAD), "setting_role"),
    "by somebody blocked": (replace(SHORTER, who=blocked(SYSTEM_ADMIN)), "setting_role"),
}


@pytest.mark.parametrize(("adjusting", "rule"), ADJUSTMENTS.values(), ids=ADJUSTMENTS)
def test_a_setting_is_adjusted_by_the_rules(adjusting: Adjusting, rule: str | None) -> None:
    refused = refuse_adjustment(adjusting)
    assert (None if refused is None else refused.rule) == rule


@pytest.mark.parametrize(
    ("name", "value", "weakens"),
    [
        (SettingName.SESSION_IDLE_MINUTES, 61, True),
        (SettingName.SESSION_IDLE_MINUTES, 59, False),
        (SettingName.CONTRACT_WARNED_DAYS, 59, True),
        (SettingName.CONTRACT_WARNED_DAYS, 61, False),
    ],
    ids=["a longer session", "a shorter session", "a later warning", "an earlier warning"],
)
def test_what_weakens_the_custody_is_known_by_its_direction(name: SettingName, value: int, weakens: bool) -> None:
    assert replace(SHORTER, name=name, value=value).weakens is weakens


def test_every_setting_has_a_rule_and_begins_within_its_bounds() -> None:
    assert SETTINGS.keys() == set(SettingName)
    assert all(rule.least <= rule.usual <= rule.most for rule in SETTINGS.values())
    assert {rule.weaker for rule in SETTINGS.values()} == set(Weaker)


def test_what_was_set_holds() -> None:
    world = World()
    assert value_of(world, SettingName.CODE_HOURS) == 72
    world.happen(at_server("settings_changed", {"setting": "code_hours", "value": 24, "person": "p-ye"}))
    assert value_of(world, SettingName.CODE_HOURS) == 24
    assert world.get(Setting, "code_hours") == Setting(id="code_hours", value=24, set_by="p-ye", set_at=NOW)
