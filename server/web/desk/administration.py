"""管理: what administrators have, and the changes that one of them proposes and another confirms."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Form
from pydantic import Field
from starlette.responses import Response

from server.custody.refusals import Refused
from server.custody.roles import MAY_ANSWER_CHANGES, MAY_SEE_CHANGES, MAY_SET_HOLIDAYS, Role
from server.store.fact_rows import FactRows
from server.store.find_administration import newest_changes, waiting_changes
from server.usecases.answer_change import AnswerChange, answer_change
from server.web.access import EVERY_ROLE, MAY_SEE_PEOPLE, declared_router, may
from server.web.desk.forms import Typed
from server.web.desk.page import go, once_key, page, page_after
from server.web.language import N_
from server.web.views.changes import change_line, is_answered_elsewhere, may_answer
from server.web.views.reading import Reading
from server.web.visit import Arriving, Visit

router = declared_router(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Room:
    """One page of the administration: where it is, what it is called and for, and who has it."""

    href: str
    label: str
    hint: str
    roles: frozenset[Role]


ROOMS = (
    Room("/admin/changes", N_("待确认的变更"), N_("一位管理员提出、另一位确认以后才生效的事。"), MAY_SEE_CHANGES),
    Room("/people", N_("人员"), N_("登记和更正，职务和任期，门卡，开通码，停用。"), MAY_SEE_PEOPLE),
    Room("/admin/cooperatives", N_("合作社和格口"), N_("添加、改名，哪个格口归哪个社。"), MAY_SEE_CHANGES),
    Room("/admin/cabinets", N_("共管柜和柜机"), N_("柜子、锁控板、柜机的配置，停用格口和柜子。"), MAY_SEE_CHANGES),
    Room("/admin/agents", N_("柜机入网"), N_("新柜机入网，两个人核对；停用丢了、坏了的柜机。"), MAY_SEE_CHANGES),
    Room("/admin/roster", N_("更新名册"), N_("上传新的名册，先看会改什么，另一位管理员确认才写入。"), MAY_SEE_CHANGES),
    Room("/admin/settings", N_("设置"), N_("登录、开通码、提醒的时限；放宽的要两个人。"), MAY_SEE_CHANGES),
    Room("/admin/history", N_("变更历史"), N_("谁改了什么，改前改后，谁确认的。"), MAY_SEE_CHANGES),
    Room("/policy", N_("审批规定"), N_("什么事要谁审批、要什么材料、谁到场、多久归还。"), EVERY_ROLE),
    Room("/holidays", N_("节假日"), N_("哪些日子不上班；审批时限和归还日按它算。"), MAY_SET_HOLIDAYS),
)
"""In the order in which the index lists them."""


class ChangeAnswerForm(Typed):
    """What an administrator says to a change."""

    answer: Literal["confirm", "decline"]
    reason: str = Field("", max_length=300)
    seen: str = Field("", max_length=32)


@router.get("/admin", dependencies=may(MAY_SEE_CHANGES))
async def administration(visit: Arriving) -> Response:
    """What this person may administer."""
    with visit.house.database.reading() as reader:
        waiting: Mapping[str, int] = {"/admin/changes": len(waiting_changes(FactRows(reader)))}
    rooms = [room for room in ROOMS if visit.who.holds_any(room.roles)]
    return page(visit, "admin.html", {"rooms": rooms, "waiting": waiting})


@router.get("/admin/changes", dependencies=may(MAY_SEE_CHANGES))
async def changes(visit: Arriving) -> Response:
    """What waits, and what was answered."""
    return _changes(visit)


@router.post("/admin/changes/{change}", dependencies=may(MAY_ANSWER_CHANGES))
async def answer(visit: Arriving, change: str, form: Annotated[ChangeAnswerForm, Form()]) -> Response:
    """Confirm a change, which then holds at once, or decline it with a reason."""

    async def act() -> Response:
        agrees = form.answer == "confirm"
        asked = AnswerChange(by=visit.who.id, change=change, agrees=agrees, reason=form.reason, seen=form.seen)
        done = await visit.house.writer.run(answer_change, asked)
        if isinstance(done, Refused):
            return _changes(visit, done, form)
        return go("/admin/changes", "change_confirmed" if agrees else "change_declined")

    return await visit.house.once.answer(once_key(visit, form), act)


def _changes(visit: Visit, refused: Refused | None = None, form: Typed | None = None) -> Response:
    """The page; after a refusal with what was written still there."""
    with visit.house.database.reading() as reader:
        facts = FactRows(reader)
        reading = Reading(facts, visit.now, visit.language)
        context = {
            "waiting": [
                (change_line(each, reading), may_answer(each, visit.who), is_answered_elsewhere(each, visit.who))
                for each in waiting_changes(facts)
            ],
            "answered": [change_line(each, reading) for each in newest_changes(facts)],
        }
        return page_after(visit, "changes.html", context, refused, form)
