"""A lease of some weight, from the form to the permit: its vote computed, its papers fixed, decided by three."""

import re
from typing import Any

from firmware_protocol import permits
from server.custody.facts import Checkout, IssuedPermit
from server.custody.states import CheckoutState, Step
from server.store.lists import entries
from tests.server.pictures import pdf
from tests.server.web.test_documents import sent
from tests.server.web.test_public_pages import MONTH
from tests.server.web.township import ACCOUNTANT, HEAD, KEYS, OFFICER, REVIEWER, Township

LEADER = "苏志伟"

VOTED = {"document": "合同草稿.pdf", "minutes": "会议记录.pdf", "party_discussion": "党组织会议记录.pdf"}


def the_lease(township: Township, **changes: Any) -> dict[str, Any]:
    """The form of a four-year lease for 120,000, decided by 76 of 113 members."""
    form = {
        "cooperative": township.cooperative().id,
        "items": [township.seal().id],
        "mode": "on_site",
        "matter": "lease",
        "purpose": "出租旧小学校舍",
        "document": "旧小学校舍租赁合同",
        "copies": "4",
        "pages": "6",
        "counterparty": "清溪镇恒达贸易有限公司",
        "amount": "12万",
        "term": "4",
        "transaction": "QX-2026-0018",
        "meeting_kind": "members",
        "meeting_noticed": "2026-11-01",
        "meeting_held": "2026-11-11",
        "meeting_expected": "113",
        "meeting_present": "80",
        "meeting_agreed": "76",
        "attachments": [sent(township, pdf(), name=name, is_a=kind)["id"] for kind, name in VOTED.items()],
    }
    return form | changes


def the_checkout(township: Township) -> Checkout:
    (checkout,) = township.all(Checkout)
    return checkout


def words_of(page: str) -> str:
    return re.sub(r"\s+", "", re.sub("<[^>]+>", "", page))


def said_to(township: Township, **changes: Any) -> tuple[int, str]:
    answer = township.client(ACCOUNTANT).post("/requests", data=the_lease(township, **changes))
    return answer.status_code, words_of(answer.text)


def test_what_the_vote_lacks_is_refused_with_the_article_and_nothing_typed_is_lost(township: Township) -> None:
    status, page = said_to(township, meeting_agreed="75")
    assert (status, "按应到的113人算，至少要76人同意（《农村集体经济组织法》第二十七条）" in page) == (409, True)
    assert "提前10天通知" in said_to(township, meeting_noticed="2026-11-05")[1]
    assert "请补上平台的交易编号" in said_to(township, transaction="")[1]
    assert "这件事要附上会议记录" in said_to(township, attachments=[])[1]
    assert "担保”不能用印：《农村集体经济组织法》第三十五条、第五十八条禁止" in said_to(township, matter="guarantee")[1]
    assert township.all(Checkout) == []


def test_a_major_matter_is_corrected_decided_by_three_and_witnessed_at_the_door(township: Township) -> None:
    accountant = township.client(ACCOUNTANT)
    assert accountant.post("/requests", data=the_lease(township)).headers["location"] == "/?told=filed"
    checkout = the_checkout(township).id
    head = township.client(HEAD)
    page = words_of(head.get("/decide").text)
    for words in ("会议记录.pdf", "表决算过了", "应到113人，实到80人，同意76人", "重大事项（大额或长期）", "4年"):
        assert words in page, words
    head.post(f"/decide/{checkout}", data=township.answer(checkout, "amount", "合同上是十一万五"))
    again = the_lease(township, corrects=checkout, amount="11.5万", attachments=[])
    assert accountant.post("/requests", data=again).headers["location"] == "/?told=corrected"
    for who in (HEAD, REVIEWER, LEADER):
        assert township.client(who).post(f"/decide/{checkout}", data=township.answer(checkout)).status_code == 303
    found = the_checkout(township)
    assert (found.state, found.revision, found.amount_cents) == (CheckoutState.PERMITTED, 2, 11_500_000)
    assert [each.step for each in found.decisions] == [Step.HEAD, Step.HEAD, Step.OFFICE, Step.LEADER]
    (issued,) = township.all(IssuedPermit)
    permit = permits.parse(issued.document.encode(), KEYS.permit_verifiers)
    assert permit.extra == ("supervisor",)
    assert permit.approvers == tuple(township.person(name).id for name in (HEAD, REVIEWER, LEADER))


def test_whoever_decides_is_told_that_fewer_were_to_vote_than_the_register_has(township: Township) -> None:
    few = {"meeting_expected": "3", "meeting_present": "2", "meeting_agreed": "2"}
    assert said_to(township, **few)[0] == 303
    members = township.cooperative().members
    assert f"登记的成员有{members}人，申请写的应到只有3人" in words_of(township.client(HEAD).get("/decide").text)


def test_the_public_page_names_who_watched_over_the_sealing(township: Township) -> None:
    township.client(ACCOUNTANT).post("/requests", data=the_lease(township))
    checkout, supervisor = the_checkout(township).id, township.officer(township.cooperative().name, "supervisor")
    for who in (HEAD, REVIEWER, LEADER):
        township.client(who).post(f"/decide/{checkout}", data=township.answer(checkout))
    people = [township.person(name).id for name in (ACCOUNTANT, OFFICER, supervisor)]
    place = {"opening": "o-1", "compartment": township.cooperative().place}
    about = {**place, "permit": township.permit_of(checkout), "checkout": checkout, "persons": people}
    township.reported("opening_intended", {**about, "action": "take", "attempt": 1})
    township.reported("door_opened", place)
    township.reported("items_taken", {**about, "items": [township.seal().id]})
    assert f"监印人{supervisor}" in words_of(township.client().get(MONTH).text)


def test_every_approval_names_the_documents_it_was_given_on(township: Township) -> None:
    form = the_lease(township)
    township.client(ACCOUNTANT).post("/requests", data=form)
    checkout = the_checkout(township).id
    township.client(HEAD).post(f"/decide/{checkout}", data=township.answer(checkout))
    with township.database.reading() as reader:
        told = {line.type: line.about for line in entries.story(reader, checkout)}
    digests = told["checkout_endorsed"]["documents"]
    assert len(digests) == len(form["attachments"]) == len(VOTED)
    assert (township.uploads.folder / digests[0]).exists()
    assert told["documents_filed"]["attachments"] == form["attachments"]
