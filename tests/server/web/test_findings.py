"""What a supervisor looks at, page by page: what is out, the findings, and one with what may be done about it."""

from datetime import timedelta

import pytest

from server.custody.findings.finding import Finding
from server.usecases.raise_findings import raise_findings
from server.usecases.watching import look
from tests.server.web.test_checkouts import plain, taken
from tests.server.web.township import (
    ACCOUNTANT,
    HEAD,
    INSPECTOR,
    OFFICE_HEAD,
    OFFICER,
    REVIEWER,
    SUPERVISOR,
    WITH_BANK_PAIR,
    Township,
)


def watch(township: Township) -> list[Finding]:
    """One look over everything."""
    with township.database.reading() as reader:
        watched = look(reader, township.clock.now)
    township.writer.run_now(raise_findings, watched)
    return township.all(Finding)


def forced(township: Township) -> str:
    """A door was forced; returns the address of its finding."""
    township.reported("door_forced", {"compartment": township.cooperative().place})
    (finding,) = watch(township)
    return f"/findings/{finding.id}"


def neighbour(township: Township) -> str:
    """The accountant of another cooperative."""
    return township.officer(WITH_BANK_PAIR, "accountant")


def test_what_is_out_is_shown_with_whom_and_until_when(township: Township) -> None:
    taken(township)
    page = plain(township.client(INSPECTOR).get("/out").text)
    assert "东坑一社 公章" in page
    assert ACCOUNTANT in page
    assert "还有 30 分钟" in page
    township.clock.pass_by(timedelta(minutes=42))
    page = plain(township.client(INSPECTOR).get("/out").text)
    assert "1 笔已超时" in page
    assert "已超 12 分钟" in page


def test_a_cooperative_sees_only_its_own_things_out(township: Township) -> None:
    taken(township)
    assert "公章" in plain(township.client(ACCOUNTANT).get("/out").text)
    assert "东西都在柜里。" in township.client(neighbour(township)).get("/out").text


def test_findings_are_listed_for_whom_they_concern(township: Township) -> None:
    address = forced(township)
    for name in (INSPECTOR, REVIEWER, ACCOUNTANT):
        client = township.client(name)
        page = client.get("/findings").text
        assert "强开或门磁异常" in page
        assert f'href="{address}"' in page
        assert client.get(address).status_code == 200
    other = township.client(neighbour(township))
    assert address not in other.get("/findings").text
    assert other.get(address).status_code == 404
    assert other.post(f"{address}/explain", data={"words": "不关我们的事"}).status_code == 404


def test_the_number_of_open_findings_stands_beside_the_tab(township: Township) -> None:
    forced(township)
    assert '预警<span class="count">1<' in township.client(INSPECTOR).get("/findings").text
    assert '预警<span class="count">1<' in township.client(ACCOUNTANT).get("/").text
    assert "预警</a>" in township.client(neighbour(township)).get("/").text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, True),
        ({"level": "red"}, True),
        ({"level": "yellow"}, False),
        ({"rule": "A02"}, True),
        ({"rule": "A03"}, False),
        ({"rule": "x", "level": "pink", "after": "nonsense"}, True),
    ],
    ids=["all", "red", "yellow", "its rule", "another rule", "nonsense"],
)
def test_the_list_is_filtered(township: Township, query: dict[str, str], found: bool) -> None:
    address = forced(township)
    assert (address in township.client(INSPECTOR).get("/findings", params=query).text) is found


def test_a_long_list_goes_on_where_it_stopped(township: Township) -> None:
    for _ in range(51):
        township.reported("door_forced", {"compartment": township.cooperative().place})
    watch(township)
    client = township.client(INSPECTOR)
    first = client.get("/findings").text
    older = first[first.index('hx-get="/findings?') + 8 :].split('"')[0].replace("&amp;", "&")
    rest = client.get(older).text
    assert (first.count('href="/findings/A02'), rest.count('href="/findings/A02')) == (50, 1)


def test_a_finding_shows_the_entries_it_rests_on(township: Township) -> None:
    address = forced(township)
    (finding,) = township.all(Finding)
    page = township.client(INSPECTOR).get(address).text
    assert f'href="/log/{finding.entries[0]}"' in page
    assert "没有许可，门被打开了" in page
    assert "红色预警" in page
    assert "问题线索" not in page


def test_a_finding_is_handled_on_its_page(township: Township) -> None:
    taken(township)
    township.clock.pass_by(timedelta(minutes=125))
    (finding,) = watch(township)
    address = f"/findings/{finding.id}"
    holder, reviewer = township.client(ACCOUNTANT), township.client(REVIEWER)
    assert "超过应还时间 95 分钟" in holder.get(address).text
    assert "认可说明" not in holder.get(address).text
    assert holder.post(f"{address}/explain", data={"words": "银行排队"}).headers["location"].endswith("explained")
    assert reviewer.post(f"{address}/return", data={"words": "请补回单"}).headers["location"].endswith("returned")
    holder.post(f"{address}/explain", data={"words": "回单已补"})
    assert reviewer.post(f"{address}/accept", data={"words": "属实"}).headers["location"].endswith("accepted")
    assert reviewer.post(f"{address}/close", data={"words": "已提醒"}).headers["location"].endswith("closed")
    page = township.client(INSPECTOR).get(address).text
    assert "已办结" in page
    assert "银行排队" in page
    assert address not in township.client(INSPECTOR).get("/findings").text
    assert address in township.client(INSPECTOR).get("/findings?all=1").text


@pytest.mark.parametrize(
    ("words", "status"), [("", 422), (" \x00", 422), ("没有人动过", 303)], ids=["nothing", "unseen", "words"]
)
def test_an_explanation_needs_words(township: Township, words: str, status: int) -> None:
    address = forced(township)
    assert township.client(OFFICER).post(f"{address}/explain", data={"words": words}).status_code == status


def test_a_red_finding_is_not_closed_by_a_reviewer(township: Township) -> None:
    address = forced(township)
    township.client(OFFICER).post(f"{address}/explain", data={"words": "停电"})
    reviewer = township.client(REVIEWER)
    reviewer.post(f"{address}/accept", data={"words": "属实"})
    assert "办结</button>" not in reviewer.get(address).text
    refused = reviewer.post(f"{address}/close", data={"words": "好了"})
    assert refused.status_code == 409
    assert "红色预警由三资办负责人或分管领导办结。" in refused.text


def test_an_emergency_is_settled_at_the_desk(township: Township) -> None:
    address = forced(township)
    attester = township.person(SUPERVISOR).id
    said = {"words": "停电，用钥匙开，取了公章救急", "cause": "power_cut", "attester": attester}
    officer, head = township.client(OFFICER), township.client(OFFICE_HEAD)
    assert 'name="attester"' in officer.get(address).text
    assert officer.post(f"{address}/emergency/explain", data=said).headers["location"].endswith("emergency_explained")
    assert "我在场，情况属实" not in township.client(HEAD).get(address).text
    seen = township.client(SUPERVISOR)
    assert "我在场，情况属实" in seen.get(address).text
    assert seen.post(f"{address}/emergency/attest", data={}).headers["location"].endswith("emergency_attested")
    assert "追认" in head.get(address).text
    done = head.post(f"{address}/emergency/approve", data={"words": "情况属实"})
    assert done.headers["location"].endswith("emergency_approved")
    page = plain(township.client(INSPECTOR).get(address).text)
    assert "已追认" in page
    assert "停电或设备故障" in page
    assert "停电，用钥匙开，取了公章救急" in page


def test_an_emergency_not_approved_stands_as_a_violation(township: Township) -> None:
    address = forced(township)
    said = {"words": "自己开的", "cause": "rescue", "attester": township.person(SUPERVISOR).id}
    township.client(OFFICER).post(f"{address}/emergency/explain", data=said)
    township.client(SUPERVISOR).post(f"{address}/emergency/attest", data={})
    refused = township.client(OFFICE_HEAD).post(f"{address}/emergency/refuse", data={"words": "没有必要"})
    assert refused.headers["location"].endswith("emergency_refused")
    assert "按违规开柜处理" in township.client(INSPECTOR).get(address).text


def test_nobody_explains_with_oneself_as_attester(township: Township) -> None:
    address = forced(township)
    said = {"words": "停电", "attester": township.person(OFFICER).id}
    refused = township.client(OFFICER).post(f"{address}/emergency/explain", data=said)
    assert refused.status_code == 409
    assert "见证人要是另一个人" in refused.text
