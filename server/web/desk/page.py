"""How a page is answered: its own context, and the frame every page has."""

import secrets
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi.responses import HTMLResponse, RedirectResponse

from server.custody.people import Standing
from server.custody.policy.versions import PolicyState
from server.custody.refusals import Refused
from server.custody.roles import (
    MAY_ANSWER_OBJECTIONS,
    MAY_CONFIRM_CHANGES,
    MAY_CONFIRM_POLICY,
    MAY_READ_THE_WHOLE_LOG,
)
from server.custody.working_days import day_of
from server.store import find
from server.store.database import Reader
from server.store.fact_rows import FactRows
from server.store.find_administration import waiting_changes
from server.store.lists import findings, notices, registers
from server.store.lists.signed import signed_bytes
from server.store.lists.to_decide import requests_to_decide
from server.web.access import MAY_READ_A_LOG, MAY_SEE_PEOPLE
from server.web.desk.forms import Typed, Written
from server.web.desk.navigation import Menu, menu
from server.web.house import House
from server.web.language import N_, Language
from server.web.problems import Problem
from server.web.reasons import say_refusal
from server.web.troubles import status_of_rule
from server.web.views.cabinets import say_broken
from server.web.views.proof import qr_code, receipt
from server.web.views.words import standing_title
from server.web.visit import Visit

ONCE_BYTES = 12

TOLD: Mapping[str, str] = {
    "filed": N_("已送去审批。一般 4 小时内处理，进展看下面。"),
    "approved": N_("已同意，转下一步审批。"),
    "permitted": N_("已同意，开柜许可已送到柜子，可以取用了。"),
    "sent_back": N_("已退回补正，改好会再送来。"),
    "refused": N_("已写明不同意，申请结束，原因会给申请人看。"),
    "corrected": N_("改好了，已重新送去审批。"),
    "policy_proposed": N_("已送镇纪委，确认以后生效。"),
    "policy_adopted": N_("新规定已生效。"),
    "policy_declined": N_("已退回，原规定不变。"),
    "holidays_set": N_("节假日存好了。"),
    "delegated": N_("已委托，这几天的申请会送到代审批人那里。"),
    "delegation_ended": N_("委托已结束，申请又送到您这里。"),
    "extended": N_("归还时限已延长，只能延长这一次。"),
    "withdrawn": N_("申请已撤回。"),
    "documents": N_("材料已经归入。"),
    "reissued": N_("许可已补发，直接到柜前再开就行。"),
    "revoked": N_("许可已作废，柜子不再认它。"),
    "count_ordered": N_("已安排，许可已送到柜子。社里的监事或理事长和一位柜管员到柜前刷卡开柜，只看不取。"),
    "clearing_ordered": N_("许可已送到柜子。两位柜管员到柜前刷卡，按“依次开门”。搬完请盘点。"),
    "arranged": N_("已安排入柜，请社里的人和一位柜管员到柜前点数放入。"),
    "blocked": N_("已停用，几秒钟内每台柜子都知道。"),
    "unblocked": N_("已恢复，几秒钟内每台柜子都知道。"),
    "card_blocked": N_("卡已挂失，几秒钟内每台柜子都不再认它。"),
    "pin_blocked": N_("开柜密码已锁住，几秒钟内每台柜子都不再认它。要再开柜，请凭新的开通码重设。"),
    "agent_revoked": N_("柜机已停用，等在那里的许可都作废了。请另一位管理员在“待确认的变更”里确认，或者恢复。"),
    "shown_once": N_("这个码只显示那一次。重新打开没有做出新的，原来的照旧；没有抄下来的，请重新做一个。"),
    "enrolment_compared": N_("已记下。请安全管理员登录，到柜机前再核对一遍，然后确认。"),
    "enrolment_cancelled": N_("这次入网已经取消，入网码作废。"),
    "objected": N_("收到了。请记下这个网址，5 天内在这里看答复。"),
    "answered": N_("已经答复，公开页上能看到。"),
    "finding_explained": N_("说明已送三资办核查。"),
    "finding_accepted": N_("说明已认可，接着可以办结。"),
    "finding_returned": N_("已退回，请有关的人再说明。"),
    "finding_closed": N_("这条预警提示已办结。"),
    "emergency_explained": N_("情况已记下，请见证人登录后确认。"),
    "emergency_attested": N_("已确认，等三资办负责人追认。"),
    "emergency_approved": N_("已追认。"),
    "emergency_refused": N_("不予追认，这次开柜按违规处理。"),
    "registered": N_("已登记。接着可以授予职务、发门卡、打开通码。"),
    "corrected_person": N_("已更正。"),
    "change_proposed": N_("已提出，另一位管理员确认以后生效。"),
    "setting_changed": N_("设置已改，现在就生效。"),
    "roster_updated": N_("名册已更新，几秒钟内每台柜子都知道。"),
    "place_saved": N_("已登记，记进了台账。"),
    "place_retired": N_("已停用。"),
    "change_confirmed": N_("已确认，现在就生效。"),
    "change_declined": N_("已写明不确认，一切照旧。"),
    "role_ended": N_("职务已结束，几秒钟内每台柜子都知道。"),
    "card_issued": N_("门卡已发，几秒钟内每台柜子都认得；以前的卡不能再用。"),
    "sessions_ended": N_("已让此人在所有地方退出登录。"),
    "welcome": N_("密码设好了，已经登录。"),
    "signed_out": N_("已退出。"),
    "handover_opened": N_("清单拟好了。请对着名册看一遍，没有错就开始清点。"),
    "counting": N_("开始清点。到柜前开柜放入的会自动记上，也可以在这里逐件记。"),
    "listed": N_("清单已更新。"),
    "settled": N_("差异已处理。"),
    "surprise": N_("账外的东西已登记，并加在清单最后。"),
    "signed": N_("已签字。"),
    "handover_done": N_("签齐了，这次交接办结。清单内容和签字都在日志里。"),
    "handover_off": N_("这次交接已取消。"),
    "seal_changed": N_("已登记。"),
    "frozen": N_("已封存。没取的许可都已作废，几秒钟内每台柜子都知道；归还不受影响。"),
    "unfrozen": N_("已启封，可以申请领用了。"),
    "wishes_kept": N_("存好了。"),
    "trial_queued": N_("已送出，一分钟内到。没有到的，看“通知发送”里写的原因。"),
    "messengers_kept": N_("存好了。可以试发一条看看。"),
    "sent_again": N_("已重新排上，马上再发。"),
}
"""What a page says first after something was done; the address carries only the code."""


def page(visit: Visit, template: str, context: Mapping[str, Any], status: HTTPStatus = HTTPStatus.OK) -> HTMLResponse:
    """A page for this visit."""
    frame = _frame(visit.house, visit)
    html = visit.house.pages.render(visit.language, template, {**frame, **context})
    return HTMLResponse(html, status)


def page_after(
    visit: Visit,
    template: str,
    context: Mapping[str, Any],
    refused: Refused | None,
    form: Typed | None = None,
    field: str = "form",
) -> HTMLResponse:
    """A page for this visit; after a refusal it says the reason (at `field`) and gives back what stood in the form."""
    if refused is None:
        return page(visit, template, context)
    written = Written() if form is None else Written(visit.path, form.model_dump())
    said = {"errors": refusal(visit, refused, field), "written": written}
    return page(visit, template, {**context, **said}, status_of_rule(refused.rule))


def fragment(visit: Visit, template: str, context: Mapping[str, Any]) -> HTMLResponse:
    """A part of a page, without its frame."""
    frame = {**_bare_frame(visit.house), "now": visit.now, "path": visit.path}
    return HTMLResponse(visit.house.pages.render(visit.language, template, {**frame, **context}))


def once_key(visit: Visit, form: Typed) -> str:
    """What `Once` knows a form by, as this person wrote it; '' where it carried no token."""
    return f"{visit.who.id}:{visit.path}:{form.mark}" if form.mark else ""


def error_page(house: House, language: Language, visit: Visit | None, problem: Problem) -> HTMLResponse:
    """The page for a problem; without a visit it needs nothing that could be broken as well."""
    frame = _bare_frame(house) if visit is None else _frame(house, visit)
    said = {
        "headline": language.say(problem.headline),
        "sentence": language.say(problem.sentence),
        "icon_name": problem.icon,
        "reference": problem.reference,
    }
    return HTMLResponse(house.pages.render(language, "error.html", {**frame, **said}), problem.status)


def go(location: str, told: str = "") -> RedirectResponse:
    """After something was done: to the page that shows it, which says first what was done (a code of `TOLD`)."""
    return RedirectResponse(f"{location}?told={told}" if told else location, HTTPStatus.SEE_OTHER)


def shown_once(shown: HTMLResponse, location: str) -> HTMLResponse:
    """A page with a secret that nothing shows again; whoever sends its form anew is told so at `location` (`Once`)."""
    shown.headers["content-location"] = f"{location}?told=shown_once"
    return shown


def proof_of(reader: Reader, position: int | None) -> dict[str, Any]:
    """The proof of an entry as pages show it: its signed bytes (None without one), and a QR code to find it by."""
    signed = None if position is None else signed_bytes(reader, position)
    township = registers.township(reader)
    if signed is None or township is None:
        return {"signed": None, "qr": ""}
    return {"signed": signed, "qr": qr_code(receipt(township.origin, signed))}


def refusal(visit: Visit, refused: Refused, field: str = "form") -> dict[str, str]:
    """The errors of a page for what a rule refused."""
    return {field: say_refusal(refused, visit.language)}


def _bare_frame(house: House) -> dict[str, Any]:
    return {
        "viewer": None,
        "may_search": False,
        "viewer_title": "",
        "township": "",
        "menu": Menu(),
        "told": None,
        "alarms": (),
        "unread": 0,
        "errors": {},
        "written": Written(),
        "path": "/",
        "now": house.clock(),
        "once_token": "",
        "turn": house.live.turn,
    }


def _frame(house: House, visit: Visit) -> dict[str, Any]:
    frame = {
        **_bare_frame(house),
        "path": visit.path,
        "now": visit.now,
        "once_token": secrets.token_urlsafe(ONCE_BYTES),
        "turn": visit.turn,
    }
    if (sentence := TOLD.get(visit.told)) is not None:
        frame["told"] = {"kind": "good", "sentence": visit.say(sentence)}
    with house.database.reading() as reader:
        township = registers.township(reader)
        frame["township"] = township.name if township else ""
        if visit.standing is not None:
            short_names = names_of(reader, visit.standing)
            waiting = _waiting(reader, visit, visit.standing)
            frame["viewer"] = visit.standing
            frame["viewer_title"] = standing_title(visit.standing, short_names, visit.say)
            frame["menu"] = menu(visit, waiting)
            frame["may_search"] = visit.standing.holds_any(MAY_READ_A_LOG | MAY_SEE_PEOPLE)
            frame["alarms"] = _alarms(reader, visit)
            frame["unread"] = notices.unread(reader, visit.standing.id)
    return frame


def _alarms(reader: Reader, visit: Visit) -> tuple[str, ...]:
    """What the office and the administrators must not overlook, whichever page they have open."""
    if not visit.who.holds_any(MAY_READ_THE_WHOLE_LOG | MAY_SEE_PEOPLE):
        return ()
    return tuple(say_broken(each, visit.say) for each in find.journal_breaks(FactRows(reader)))


def names_of(reader: Reader, standing: Standing) -> dict[str, str]:
    """The short names of a person's cooperatives by id."""
    found = registers.names(reader, cooperatives=standing.cooperatives()).cooperatives
    return {each.id: each.short_name for each in found.values()}


def _waiting(reader: Reader, visit: Visit, standing: Standing) -> dict[str, int]:
    """How much waits for this person, by page: requests, findings, objections, a changed policy."""
    waiting = {
        "/decide": len(requests_to_decide(reader, standing, day_of(visit.now)).waiting),
        "/findings": findings.open_for(reader, standing),
    }
    if standing.holds_any(MAY_ANSWER_OBJECTIONS):
        waiting["/disclosures"] = len(find.unanswered_objections(FactRows(reader)))
    if standing.holds_any(MAY_CONFIRM_POLICY):
        versions = find.policies(FactRows(reader))
        waiting["/policy"] = sum(each.state is PolicyState.PROPOSED for each in versions)
    if standing.holds_any(MAY_CONFIRM_CHANGES):
        waiting["/admin"] = len(waiting_changes(FactRows(reader)))
    return waiting
