"""Uses as rows: what people stated, decided and reported, each in its column, and nothing that nobody said."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from server.custody.facts import Opening
from server.custody.policy.demands import Demands
from server.custody.policy.votes import MeetingEvidence
from server.custody.policy.words import Matter, Meeting, Mode, Presence
from server.custody.states import CheckoutState, ItemKind, SealType, Step
from server.documents.disclosing import disclosed_month
from server.documents.papers.from_uses import approval_form, archive_readings, seal_uses
from server.store.lists.uses import Use
from tests.server.cast import (
    ACCOUNTANT,
    AGENT,
    CABINET_OFFICER,
    DONGKENG_1,
    HEAD,
    NOW,
    OFFICE_HEAD,
    REVIEWER,
    SUPERVISOR,
    attachment,
    checkout,
    decision,
    demanded,
    seal,
)

PEOPLE = (ACCOUNTANT, HEAD, SUPERVISOR, REVIEWER, OFFICE_HEAD, CABINET_OFFICER)
WITNESSED = Demands(is_major=True, presence=(Presence.WITNESS,))
ASSEMBLY = MeetingEvidence(
    kind=Meeting.MEMBERS, held_on=date(2026, 11, 1), expected=113, present=100, agreed=90, noticed_on=date(2026, 10, 1)
)


def opening(action: str, *people: str) -> Opening:
    return Opening(
        id=f"o-{action}",
        agent=AGENT,
        place=DONGKENG_1.place,
        action=action,
        permit="m-1",
        checkout="k-1",
        deposit=None,
        persons=people or (ACCOUNTANT.id, CABINET_OFFICER.id, SUPERVISOR.id),
        intended_at=NOW,
        opened_at=NOW,
    )


def use(items: tuple[Any, ...] = (seal(),), **changes: Any) -> Use:
    """游少玉 took the official seal with 林少军, 孙辉 looking on, and brought it back."""
    usual: dict[str, Any] = {
        "taken_at": NOW,
        "due_at": NOW + timedelta(minutes=30),
        "ended_at": NOW + timedelta(minutes=20),
    }
    usual |= {"decisions": (decision(Step.HEAD, HEAD), decision(Step.OFFICE, REVIEWER))}
    return Use(
        checkout=checkout(CheckoutState.RETURNED, **(usual | changes)),
        cooperative=DONGKENG_1,
        items=items,
        people={who.id: who.person for who in PEOPLE},
        officers=frozenset({CABINET_OFFICER.id}),
        number=1234,
        taking=opening("take"),
        returning=opening("return"),
        attachments=(attachment(),),
    )


def test_the_register_names_everybody_in_their_place() -> None:
    (row,) = seal_uses([use(demands=WITNESSED)])
    assert (row.number, row.applicant, row.approvers) == ("日志1234", "游少玉", "廖坤东、何慧敏")
    assert (row.officer, row.witness) == ("林少军", "孙辉")
    assert row.returned_at == NOW + timedelta(minutes=20)
    assert row.attachments == "abababab"


def test_nobody_is_called_a_witness_whom_the_policy_did_not_want() -> None:
    (row,) = seal_uses([use()])
    assert row.witness == ""


@pytest.mark.parametrize(
    ("stamped", "copies", "note"),
    [(None, 2, ""), (2, 2, ""), (3, 3, "批准2份")],
    ids=["nobody said", "as approved", "one more than approved"],
)
def test_the_register_says_how_many_copies_there_really_were(stamped: int | None, copies: int, note: str) -> None:
    (row,) = seal_uses([use(stamped=stamped)])
    assert (row.copies, row.note) == (copies, note)


def test_what_is_still_out_has_not_come_back() -> None:
    still_out = use()
    still_out = replace(still_out, checkout=replace(still_out.checkout, state=CheckoutState.OUT), returning=None)
    (row,) = seal_uses([still_out])
    assert row.returned_at is None
    assert approval_form(still_out).returned == ""


def test_only_volumes_are_accounting_records() -> None:
    volume = replace(
        seal(), kind=ItemKind.VOUCHER, seal_type=None, name="2024年2月凭证", details={"年度": "2024", "册号": "1"}
    )
    (seized,) = archive_readings([use(items=(seal(), volume), mode=Mode.SEIZURE, reader="县纪委", letter="调字3号")])
    assert (seized.archive, seized.year, seized.unit, seized.letter) == ("2024年2月凭证", "2024", "县纪委", "调字3号")
    assert (seized.mode, seized.reader) == ("调取", "游少玉")
    (read_here,) = archive_readings([use(items=(volume,), mode=Mode.READ)])
    assert (read_here.mode, read_here.reader, read_here.returned_by) == ("查阅", "游少玉", "游少玉、林少军、孙辉")


def test_the_form_says_what_was_stated_and_decided() -> None:
    form = approval_form(use(term_months=36, pages=12, meeting=ASSEMBLY, demands=WITNESSED, stamped=2))
    assert (form.term, form.copies_and_pages, form.copies_used) == ("3年", "2份/12页", "2份")
    assert form.decision == "成员大会 2026-11-01 应到113人 实到100人 同意90人"
    assert form.is_major
    assert form.attachments == ("路灯采购合同.pdf（abababab）",)
    assert dict(form.seals) == {"公章": True, "财务专用章": False, "合同专用章": False, "法定代表人名章": False}
    assert form.opinions["社长（理事长）意见"] == "同意。　廖坤东　2026-11-23 09:00"


def test_the_form_has_the_answers_to_the_present_revision_side_by_side() -> None:
    answers = (
        replace(decision(Step.HEAD, HEAD), agreed=False, correction="document", reason="缺附件"),
        replace(decision(Step.OFFICE, REVIEWER), revision=2),
        replace(decision(Step.OFFICE_HEAD, OFFICE_HEAD), revision=2, stands_for=REVIEWER.id),
    )
    opinions = approval_form(use(decisions=answers, revision=2)).opinions
    assert "社长（理事长）意见" not in opinions
    assert (
        opinions["三资办审核意见"] == "同意。　何慧敏　2026-11-23 09:00；同意。　赵文斌（代何慧敏）　2026-11-23 09:00"
    )
    (sent_back,) = approval_form(use(decisions=answers[:1])).opinions.values()
    assert sent_back.startswith("退回补正，缺附件。")


def test_an_invoice_seal_is_on_the_form_only_where_it_is_asked_for() -> None:
    form = approval_form(use(items=(seal(SealType.INVOICE),)))
    assert dict(form.seals)["发票专用章"] is True


def test_a_month_in_public_says_term_matter_and_meeting_and_counts_the_rest() -> None:
    lease = use(matter=Matter.LEASE, term_months=36, meeting=ASSEMBLY, counterparty="张三", purpose="租商铺给张三")
    late = use(mode=Mode.OFF_SITE, ended_at=NOW + timedelta(hours=1), counterparty="恒达贸易公司")
    month = disclosed_month([lease, late, use(purpose="开低保证明")], 2, NOW)
    assert (month.by_seal, month.personal, month.off_site, month.late, month.handovers) == ((("公章", 3),), 1, 1, 1, 2)
    shown, _ = month.uses
    assert (shown.purpose, shown.counterparty, shown.term) == ("租商铺给张*（出租集体资产）", "张*", "3年")
    assert shown.decision == "成员大会 2026-11-01"


SEIZED: dict[str, Any] = {
    "mode": Mode.SEIZURE,
    "reader": "清溪镇纪委",
    "letter": "清纪调〔2026〕12号",
    "place": "镇纪委",
}


def test_a_seizure_stands_in_the_registers_as_one_and_the_heads_place_says_why_it_is_empty() -> None:
    answers = decision(Step.OFFICE, REVIEWER), decision(Step.OFFICE_HEAD, OFFICE_HEAD)
    seized = use(**SEIZED, decisions=answers, demands=demanded(Mode.SEIZURE))
    (row,) = seal_uses([seized])
    assert row.note == "上级调取，清溪镇纪委，清纪调〔2026〕12号；社里在场孙辉；外带到镇纪委"
    form = approval_form(seized)
    assert (form.way, form.purpose) == ("上级调取", "签土地发包合同（清溪镇纪委，清纪调〔2026〕12号）")
    assert form.opinions["社长（理事长）意见"] == "上级凭公函调取，告知理事长，不需同意。"


def test_what_an_authority_took_is_not_published_as_a_use() -> None:
    month = disclosed_month([use(**SEIZED), use()], 0, NOW)
    assert (len(month.uses), month.off_site, month.by_seal) == (1, 0, (("公章", 1),))
