"""A setting is tightened by one administrator at once, or loosened once another has confirmed it."""

from dataclasses import dataclass

from server.custody.administration.changes import Change, ChangeKind
from server.custody.administration.settings import Adjusting, SettingName, refuse_adjustment, value_of
from server.custody.happenings import WAS
from server.custody.refusals import Refused
from server.store.find_administration import waiting_changes
from server.store.work import Work
from server.usecases.propose_role import ALREADY_PROPOSED, ChangeProposed, propose
from server.usecases.refusing import acting, refuse


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSetting:
    """Who would have which setting be what, in its unit, and why."""

    by: str
    setting: SettingName
    value: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class SettingChanged:
    """It holds from now on."""

    setting: SettingName
    value: int


def change_setting(work: Work, asked: ChangeSetting) -> SettingChanged | ChangeProposed | Refused:
    """Set it, or propose it where it weakens the custody, or say why not."""
    adjusting = _adjusting(work, asked.by, asked.setting, asked.value)
    wanted = {"setting": str(asked.setting), "value": str(asked.value)}
    refused = refuse_adjustment(adjusting)
    if refused is None and any(each.wanted == wanted for each in waiting_changes(work.facts, ChangeKind.SETTING)):
        refused = ALREADY_PROPOSED
    if refused is not None:
        return refuse(work, refused, asked.by)
    if adjusting.weakens:
        return propose(work, asked.by, ChangeKind.SETTING, wanted, asked.note)
    about = {"setting": asked.setting, "value": asked.value, "person": asked.by}
    work.record("settings_changed", about, {WAS: {"value": adjusting.before}})
    return SettingChanged(asked.setting, asked.value)


def refuse_setting_as_proposed(work: Work, change: Change) -> Refused | None:
    """Why what was proposed cannot be set any more, or None."""
    name, value = SettingName(change.wanted["setting"]), int(change.wanted["value"])
    return refuse_adjustment(_adjusting(work, change.proposed_by, name, value))


def set_as_confirmed(work: Work, change: Change) -> None:
    """Make a confirmed change true."""
    about = {"setting": change.wanted["setting"], "value": int(change.wanted["value"])}
    was = {"value": value_of(work, SettingName(change.wanted["setting"]))}
    work.record("settings_changed", {**about, "person": change.proposed_by, "change": change.id}, {WAS: was})


def _adjusting(work: Work, by: str, name: SettingName, value: int) -> Adjusting:
    return Adjusting(who=acting(work, by), name=name, before=value_of(work, name), value=value)
