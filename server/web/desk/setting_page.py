"""设置: each with its meaning and bounds, who last changed it, and what waits to be confirmed."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import Form
from pydantic import Field
from starlette.responses import Response

from server.custody.administration.changes import Change, ChangeKind
from server.custody.administration.settings import SETTINGS, Setting, SettingName, Weaker, value_of
from server.custody.refusals import Refused
from server.custody.roles import MAY_PROPOSE_CHANGES, MAY_SEE_CHANGES
from server.store.fact_rows import FactRows
from server.store.find_administration import waiting_changes
from server.usecases.change_setting import ChangeSetting, SettingChanged, change_setting
from server.web.access import declared_router, may
from server.web.desk.forms import Typed, Written
from server.web.desk.page import go, once_key, page, refusal
from server.web.language import N_
from server.web.troubles import NotFound, status_of_rule
from server.web.views.changes import ChangeLine, change_line
from server.web.views.reading import Reading
from server.web.visit import Arriving, Visit

router = declared_router(include_in_schema=False)
WEAKER_WORDS = {
    Weaker.MORE: N_("改小马上生效；改大要安全管理员确认。"),
    Weaker.LESS: N_("改大马上生效；改小要安全管理员确认。"),
}


class SettingForm(Typed):
    """A value as typed, and why."""

    value: str = Field("", max_length=16)
    note: str = Field("", max_length=300)


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingLine:
    """A setting as the page shows it; `typed` is what stands in its field, `waiting` what was proposed."""

    name: str
    title: str
    meaning: str
    unit: str
    bounds: str
    direction: str
    value: int
    typed: str
    set_by: str
    set_at: datetime | None
    confirmed_by: str
    waiting: ChangeLine | None


@router.get("/admin/settings", dependencies=may(MAY_SEE_CHANGES))
async def show_settings(visit: Arriving) -> Response:
    """All of them."""
    return _page(visit, Written(), {}, HTTPStatus.OK)


@router.post("/admin/settings/{setting}", dependencies=may(MAY_PROPOSE_CHANGES))
async def adjust(visit: Arriving, setting: str, form: Annotated[SettingForm, Form()]) -> Response:
    """Tighten a setting, or propose to loosen it."""
    if setting not in set(SettingName):
        raise NotFound
    return await visit.house.once.answer(once_key(visit, form), lambda: _adjust(visit, SettingName(setting), form))


async def _adjust(visit: Visit, name: SettingName, form: SettingForm) -> Response:
    typed, written = form.value.strip(), Written(visit.path, form.model_dump())
    if not typed.isdecimal():
        errors = {str(name): visit.say("请写一个整数。")}
        return _page(visit, written, errors, HTTPStatus.UNPROCESSABLE_ENTITY)
    asked = ChangeSetting(by=visit.who.id, setting=name, value=int(typed), note=form.note)
    done = await visit.house.writer.run(change_setting, asked)
    if isinstance(done, Refused):
        return _page(visit, written, refusal(visit, done, str(name)), status_of_rule(done.rule))
    return go("/admin/settings", "setting_changed" if isinstance(done, SettingChanged) else "change_proposed")


def _page(visit: Visit, written: Written, errors: dict[str, str], status: HTTPStatus) -> Response:
    with visit.house.database.reading() as reader:
        facts = FactRows(reader)
        reading = Reading(facts, visit.now, visit.language)
        waiting = {each.wanted["setting"]: each for each in waiting_changes(facts, ChangeKind.SETTING)}
        context = {
            "settings": [_line(name, _typed(written, name), waiting.get(name), reading) for name in SettingName],
            "written": written,
            "may_adjust": visit.who.holds_any(MAY_PROPOSE_CHANGES),
            "errors": errors,
        }
        return page(visit, "settings.html", context, status)


def _typed(written: Written, name: SettingName) -> str | None:
    return written.at(f"/admin/settings/{name}").get("value")


def _line(name: SettingName, typed: str | None, waiting: Change | None, reading: Reading) -> SettingLine:
    rule, setting = SETTINGS[name], reading.known.get(Setting, name)
    value = value_of(reading.known, name)
    words = {"least": rule.least, "most": rule.most, "unit": reading.say(rule.unit), "usual": rule.usual}
    return SettingLine(
        name=name,
        title=reading.say(rule.title),
        meaning=reading.say(rule.meaning),
        unit=reading.say(rule.unit),
        bounds=reading.say("%(least)s 到 %(most)s %(unit)s，原来是 %(usual)s。") % words,
        direction=reading.say(WEAKER_WORDS[rule.weaker]),
        value=value,
        typed=str(value) if typed is None else typed,
        set_by=reading.name(setting.set_by) if setting else "",
        set_at=setting.set_at if setting else None,
        confirmed_by=reading.name(setting.confirmed_by) if setting and setting.confirmed_by else "",
        waiting=None if waiting is None else change_line(waiting, reading),
    )
