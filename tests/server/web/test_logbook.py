"""台账: plain sentences, by whatever one looks for, without an end; and each entry as it was signed."""

import hashlib
import html
import re
from datetime import timedelta

import pytest

from firmware_protocol.event_types import EVENT_TYPES
from server.custody.states import ItemKind
from server.web.language import load_languages
from server.web.sentences import ACTIONS, OUTCOMES, TELLINGS
from server.web.telling import Names, Subject, tell
from tests.server.web.test_checkouts import plain
from tests.server.web.township import ACCOUNTANT, HEAD, INSPECTOR, OFFICER, OUTSIDE, REVIEWER, WITH_BANK_PAIR, Township

NOBODY = Names({}, {}, {})
LANGUAGES = load_languages()


def rows(page: str) -> list[str]:
    """The sentences of the table."""
    return [plain(cell) for cell in re.findall(r'<td class="what">(.*?)</td>', page, re.DOTALL)]


def test_every_type_of_event_has_a_sentence() -> None:
    assert TELLINGS.keys() == EVENT_TYPES.keys()


def test_a_sentence_names_only_what_its_event_can_say() -> None:
    derived = {"who", "second", "by", "role", "step", "reason", "board", "action", "credential", "result", "outcome"}
    derived |= {"documents", "step_of", "standing_in", "change_kind", "thing"}
    derived |= {"level", "rule", "cause", "count_purpose"}
    for name, telling in TELLINGS.items():
        named = set(re.findall(r"%\((\w+)\)s", telling.text))
        assert named - derived <= {*EVENT_TYPES[name].about, "items", "persons"}, name


@pytest.mark.parametrize("code", ["zh", "en"])
@pytest.mark.parametrize("name", TELLINGS)
def test_every_sentence_can_be_told_of_an_empty_event(name: str, code: str) -> None:
    told = tell(name, Subject("hall-1", {}, NOBODY, LANGUAGES[code].say))
    assert "%(" not in told


@pytest.mark.parametrize(
    "about",
    [
        {"persons": "p-1", "items": {"a": 1}, "person": ["p-2"], "cooperative": 7},
        {"persons": [[], {}, None], "items": [1, None], "action": {}, "outcome": ["x"], "step_ms": "many"},
        {"rule": "<script>alert(1)</script>", "bus": "<b>", "items": ['"><img src=x>']},
    ],
    ids=["wrong shapes", "nonsense inside", "markup"],
)
@pytest.mark.parametrize("name", TELLINGS)
def test_whatever_another_source_signed_is_told_as_text(name: str, about: dict[str, object]) -> None:
    told = tell(name, Subject("hall-1", about, NOBODY, str))
    assert "<script" not in told
    assert "<img" not in told


def test_an_agents_words_are_the_permits_words() -> None:
    assert {"take", "return", "deposit"} <= ACTIONS.keys()
    assert {
        "taken",
        "part_taken",
        "nothing",
        "returned",
        "deposited",
        "jammed",
        "unknown",
        "abandoned",
    } <= OUTCOMES.keys()


def test_one_line_an_event_newest_first(township: Township) -> None:
    checkout = township.filed()
    township.decided(checkout, HEAD)
    sentences = rows(township.client(INSPECTOR).get("/log").text)
    assert sentences[0] == "周建国 登录"
    assert sentences[1] == "廖坤东 同意了，转下一步审批"
    assert sentences[2] == "游少玉 申请用 东坑一社 公章签东坑村路灯采购合同"


@pytest.mark.parametrize(
    ("query", "found", "missing"),
    [
        ({"kind": "alarm"}, "门被打开了", "申请用"),
        ({"kind": "request"}, "申请用", "门被打开了"),
        ({"period": "today"}, "申请用", "登记 东坑一社"),
        ({"since": "2026-11-24", "until": "2026年11月24日"}, "申请用", "登记 东坑一社"),
        ({"until": "2026-11-23"}, "演示：", "申请用"),
    ],
    ids=["alarms", "requests", "today", "a day", "until a day"],
)
def test_the_log_is_cut_to_what_one_looks_for(
    township: Township, query: dict[str, str], found: str, missing: str
) -> None:
    township.clock.pass_by(timedelta(days=1))
    township.filed()
    township.reported("door_forced", {"compartment": "CAB-01/9"})
    page = "\n".join(rows(township.client(INSPECTOR).get("/log", params=query).text))
    assert found in page
    assert missing not in page


def test_the_log_can_be_read_by_cooperative_person_and_item(township: Township) -> None:
    township.filed()
    client = township.client(INSPECTOR)
    seal, person = township.seal().id, township.person(ACCOUNTANT).id
    other = township.cooperative(OUTSIDE).id
    assert "申请用 东坑一社 公章" in rows(client.get("/log", params={"item": seal}).text)[0]
    assert "申请用 东坑一社 公章" in rows(client.get("/log", params={"person": person}).text)[0]
    assert all("东坑一社" not in row for row in rows(client.get("/log", params={"cooperative": other}).text))
    assert rows(client.get("/log", params={"item": seal, "person": person, "kind": "request"}).text)


def test_the_table_goes_on_without_an_end_and_without_a_gap(township: Township) -> None:
    client = township.client(INSPECTOR)
    page = client.get("/log").text
    numbers = [int(n) for n in re.findall(r'href="/log/(\d+)"', page)]
    while (older := re.search(r'<a href="([^"]+)">更早的记录', page)) is not None:
        page = client.get(html.unescape(older[1])).text
        assert "<!doctype" not in page
        assert page.count('class="day"') == 0, "the same day goes on"
        numbers += [int(n) for n in re.findall(r'href="/log/(\d+)"', page)]
    assert sorted(numbers) == list(range(len(numbers)))
    assert len(numbers) == len(set(numbers)) > 1500


def test_a_new_day_has_its_divider(township: Township) -> None:
    township.clock.pass_by(timedelta(days=1))
    page = township.client(INSPECTOR).get("/log").text
    days = re.findall(r'<tr class="day"><th[^>]*>(.*?)</th>', page)
    assert days == ["今天 11月24日 周二", "11月23日 周一"]


def test_nothing_found_says_so(township: Township) -> None:
    page = township.client(INSPECTOR).get("/log", params={"since": "2020-1-1", "until": "2020-1-2"}).text
    assert "这段时间没有记录。" in page


def test_an_accountant_reads_the_log_of_their_own_cooperative_alone(township: Township) -> None:
    township.reported("door_forced", {"compartment": "CAB-01/9"})
    client = township.client(ACCOUNTANT)
    page = client.get("/log").text
    assert set(re.findall(r'<td class="place">(.*?)</td>', page)) <= {"东坑一社", "CAB-01 1格 东坑一社"}
    assert client.get("/log", params={"cooperative": township.cooperative(OUTSIDE).id}).status_code == 404
    assert OFFICER not in page


def test_an_entry_shows_its_very_bytes(township: Township) -> None:
    township.filed()
    client = township.client(REVIEWER)
    number = re.search(r'href="/log/(\d+)"', client.get("/log", params={"kind": "request"}).text)
    assert number is not None
    page = client.get(f"/log/{number[1]}").text
    note = re.search(r'<pre class="note" tabindex="0">(.*?)</pre>', page, re.DOTALL)
    assert note is not None
    signed = html.unescape(note[1]).encode()
    assert hashlib.sha256(b"\x00" + signed).hexdigest() in page
    assert '"type":"checkout_filed"' in signed.decode()
    assert "<svg viewBox" in page


@pytest.mark.parametrize("number", ["999999", "-1", "99999999999999999999"])
def test_there_is_nothing_beyond_the_log(township: Township, number: str) -> None:
    assert township.client(INSPECTOR).get(f"/log/{number}").status_code == 404


def test_an_entry_about_others_is_not_theirs_to_read(township: Township) -> None:
    assert township.client(ACCOUNTANT).get("/log/0").status_code == 404


def test_a_thing_of_others_is_not_named_where_one_chooses(township: Township) -> None:
    others = township.cooperative(WITH_BANK_PAIR).id
    contract = next(item for item in township.all_items(others) if item.kind is ItemKind.CONTRACT)
    address, choice = f"/log?item={contract.id}", f'<option value="{contract.id}"'
    assert choice in township.client(REVIEWER).get(address).text
    assert choice not in township.client(ACCOUNTANT).get(address).text
