"""Whatever a rule refuses comes back in its form as it was written: nobody writes it twice."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from server.custody.roles import Role
from tests.server.pictures import pdf
from tests.server.web.handovers import being_counted, count, counted, drafted, lines_of
from tests.server.web.test_documents import sent
from tests.server.web.test_findings import forced
from tests.server.web.test_policy_pages import proposal
from tests.server.web.township import (
    ACCOUNTANT,
    HEAD,
    INSPECTOR,
    OFFICE_HEAD,
    OFFICER,
    OUTSIDE,
    REVIEWER,
    Township,
)

Sent = tuple[str, str, Mapping[str, Any]]
"""Who sends what to which address."""


def explained_without_an_attester(township: Township) -> Sent:
    return OFFICER, f"{forced(township)}/emergency/explain", {"words": "停电，取了公章救急", "cause": "power_cut"}


def a_surprise_of_no_kind(township: Township) -> Sent:
    page = being_counted(township)
    return OFFICER, f"{page}/surprises", {"kind": "seal", "name": "水口八社旧公章", "reason": "社长家中找到"}


def counted_without_a_word(township: Township) -> Sent:
    page = being_counted(township)
    line = lines_of(township, page)[2]
    return OFFICER, f"{page}/lines/{line.item}/count", {"found": "different", "condition": "印面缺角"}


def corrected_to_no_name(township: Township) -> Sent:
    page = being_counted(township)
    officer, line = township.client(OFFICER), lines_of(township, page)[0]
    count(officer, page, line, "different", "材质登错了")
    address = f"{page}/lines/{line.item}/settle"
    columns = re.findall(r'name="columns" value="([^"]+)"', forms_in(officer.get(page).text, address))
    values = ["黄铜" if column == "材质" else "" for column in columns]
    return OFFICER, address, {"resolution": "corrected", "note": "名册录入有误", "columns": columns, "values": values}


def signed_with_a_wrong_password(township: Township) -> Sent:
    page = drafted(township)
    counted(township, page)
    said = {"part": "watches", "content": "0" * 64, "phone": "13800000000", "password": "not the right words"}
    return OFFICER, f"{page}/signatures/here", said


def handed_over_by_nobody(township: Township) -> Sent:
    page = f"/cooperatives/{township.cooperative().id}"
    return REVIEWER, f"{page}/handovers", {"kind": "custodian", "reason": "林少军调走"}


def a_cabinet_handed_over_by_nobody(township: Township) -> Sent:
    cabinet = township.cooperative(OUTSIDE).cabinet
    return REVIEWER, "/handovers/bundles", {"cabinet": cabinet, "reason": "林少军调走"}


def a_setting_out_of_bounds(township: Township) -> Sent:
    administrator = township.only_holder(Role.SYSTEM_ADMIN)
    return administrator, "/admin/settings/session_idle_minutes", {"value": "99999", "note": "窗口办事要时间"}


def destroyed_without_saying_why(township: Township) -> Sent:
    return REVIEWER, f"/cooperatives/{township.cooperative().id}/counts", {"purpose": "destruction"}


def cleared_before(township: Township) -> Sent:
    address = "/cabinets/CAB-01/clearing"
    township.client(REVIEWER).post(address, data={"reason": "三楼水管爆了"})
    return REVIEWER, address, {"reason": "三楼又漏水"}


def a_policy_that_was_not_read(township: Township) -> Sent:
    township.client(OFFICE_HEAD).post("/policy/propose", data=proposal(t4="80000"))
    return INSPECTOR, "/policy/2", {"answer": "decline", "digest": "0" * 64, "reason": "先征求各社意见"}


def documents_of_which_one_is_gone(township: Township) -> Sent:
    here = f"/checkouts/{township.filed()}/documents"
    kept = sent(township, pdf(), by=ACCOUNTANT, name="路灯采购合同.pdf")["id"]
    return ACCOUNTANT, here, {"attachments": [kept, "a-gone"], "every_page": "true"}


GIVEN_BACK: Mapping[Callable[[Township], Sent], tuple[str, ...]] = {
    explained_without_an_attester: ("停电，取了公章救急</textarea>", 'value="power_cut" selected'),
    a_surprise_of_no_kind: ('value="水口八社旧公章"', 'value="社长家中找到"', 'value="seal" selected'),
    counted_without_a_word: ('value="印面缺角"',),
    corrected_to_no_name: ('value="corrected" required checked', 'value="名册录入有误"', 'value="黄铜"'),
    signed_with_a_wrong_password: ('value="13800000000"',),
    handed_over_by_nobody: ('value="custodian" required checked', 'value="林少军调走"'),
    a_cabinet_handed_over_by_nobody: ('" selected>CAB-0', 'value="林少军调走"'),
    a_setting_out_of_bounds: ('value="99999"', 'value="窗口办事要时间"'),
    destroyed_without_saying_why: ('value="destruction" checked',),
    cleared_before: ('value="三楼又漏水"',),
    a_policy_that_was_not_read: ('value="先征求各社意见"',),
    documents_of_which_one_is_gone: ("路灯采购合同.pdf",),
}


@pytest.mark.parametrize("refused", GIVEN_BACK, ids=lambda case: case.__name__)
def test_a_refused_form_comes_back_as_it_was_written(township: Township, refused: Callable[[Township], Sent]) -> None:
    by, address, form = refused(township)
    answer = township.client(by).post(address, data=dict(form))
    assert answer.status_code in {401, 404, 409, 422}
    given = forms_in(answer.text, address)
    assert [words for words in GIVEN_BACK[refused] if words not in given] == []
    assert "not the right words" not in answer.text


def test_what_is_refused_at_one_form_stands_in_no_other(township: Township) -> None:
    by, address, form = a_surprise_of_no_kind(township)
    answer = township.client(by).post(address, data=dict(form))
    assert answer.text.count("社长家中找到") == 1


def test_what_was_chosen_is_given_back_to_nobody_but_its_uploader(township: Township) -> None:
    here = f"/checkouts/{township.filed()}/documents"
    theirs = sent(township, pdf(), by=ACCOUNTANT, name="路灯采购合同.pdf")["id"]
    assert "路灯采购合同.pdf" not in township.client(HEAD).post(here, data={"attachments": [theirs]}).text


def forms_in(page: str, action: str) -> str:
    """What a page's forms that are sent there hold."""
    _, *forms = page.replace("<wbr>", "").split(f'action="{action}"')
    return "\n".join(form.partition("</form>")[0] for form in forms)
