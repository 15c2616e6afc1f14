"""Statistics: pictures that say what the table says, for supervisors; and the township's own median, for everybody."""

import re
from datetime import timedelta
from xml.etree.ElementTree import Element, fromstring

import pytest

from server.web.charts import Bar, Caption, Line, bars, columns, lines
from server.web.kept import KEPT_FOR, Kept
from tests.server.web.test_checkouts import plain, taken
from tests.server.web.township import INSPECTOR, MONDAY, OFFICER, Township

SVG = "{http://www.w3.org/2000/svg}"
LETTERS_ON_A_PHONE = 19
"""How tall a label's letters are in the picture's units where they are largest."""
CAPTION = Caption("x", '各社"<次数>', "多少次")


def drawn(markup: str) -> Element:
    """The picture as a tree."""
    return fromstring(str(markup).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))  # noqa: S314 - ours


@pytest.mark.parametrize(
    "picture",
    [
        bars(CAPTION, [Bar("东坑一社<b>", 3, "3"), Bar("水口八社", 0, "0")]),
        columns(CAPTION, [Bar("9", 3, "3"), Bar("10", 0, "0")]),
        lines(CAPTION, ["11-16", "11-23"], [Line("一半", "chart-main", (3, None))]),
        bars(CAPTION, []),
        lines(CAPTION, [], []),
    ],
    ids=["bars", "columns", "lines", "no bars", "no lines"],
)
def test_a_picture_is_well_formed_and_says_what_it_shows(picture: str) -> None:
    tree = drawn(picture)
    assert tree.get("role") == "img"
    assert [each.text for each in (tree.find(f"{SVG}title"), tree.find(f"{SVG}desc")) if each is not None] == [
        '各社"<次数>',
        "多少次",
    ]
    assert tree.get("aria-labelledby") == "x-title x-text"
    assert "style=" not in picture


def test_bars_are_as_long_as_their_figures() -> None:
    tree = drawn(bars(CAPTION, [Bar("a", 4, "4"), Bar("b", 2, "2"), Bar("c", 0, "0")]))
    lengths = [int(rect.get("width", "")) for rect in tree.iter(f"{SVG}rect")]
    assert lengths[0] == 2 * lengths[1] > 0
    assert lengths[2] == 0


def test_a_gap_in_a_line_is_left_out() -> None:
    tree = drawn(lines(CAPTION, ["a", "b", "c"], [Line("一半", "chart-main", (2, None, 4))]))
    (path,) = tree.iter(f"{SVG}polyline")
    assert len(path.get("points", "").split()) == 2


def test_the_highest_value_stands_clear_of_a_line_that_never_falls() -> None:
    tree = drawn(lines(CAPTION, ["a", "b", "c"], [Line("一半", "chart-main", (7, 7, 7))]))
    (label,) = (each for each in tree.iter(f"{SVG}text") if each.text == "7")
    highest = min(float(dot.get("cy", "")) - float(dot.get("r", "")) for dot in tree.iter(f"{SVG}circle"))
    assert LETTERS_ON_A_PHONE < float(label.get("y", "")) + LETTERS_ON_A_PHONE / 4 < highest


def test_lines_that_lie_on_the_floor_name_no_height() -> None:
    tree = drawn(lines(CAPTION, ["a", "b"], [Line("一半", "chart-main", (0, 0))]))
    assert [each.text for each in tree.iter(f"{SVG}text")] == ["a", "b"]


def test_what_is_kept_is_made_again_when_it_is_old() -> None:
    kept, made = Kept[int](), iter(range(9))
    asked = [kept.answer("x", MONDAY + after, lambda: next(made)) for after in (timedelta(0), KEPT_FOR, KEPT_FOR * 2)]
    assert asked == [0, 0, 1]
    assert kept.answer("y", MONDAY, lambda: next(made)) == 2


def test_the_figures_are_those_of_the_uses(township: Township) -> None:
    taken(township)
    page = township.client(INSPECTOR).get("/statistics").text
    assert "审批要等多久" in page
    assert re.search(r"取用次数</dt><dd><a[^>]*>1</a>", page)
    assert "东坑一社" in plain(page)
    assert page.count('role="img"') == 4
    assert page.count("<table>") == 4


@pytest.mark.parametrize("span", ["month", "year", "nonsense"])
def test_no_uses_are_said_in_words(township: Township, span: str) -> None:
    assert "这段时间没有用印。" in township.client(INSPECTOR).get(f"/statistics?span={span}").text


def test_the_median_is_public_and_names_no_person(township: Township) -> None:
    taken(township)
    page = township.client().get("/public")
    assert page.status_code == 200
    assert "一半以上不超过</dt><dd>0 分钟" in page.text
    for person in ("游少玉", "廖坤东", "何慧敏"):
        assert person not in page.text


def test_an_officer_is_not_offered_what_they_may_not_see(township: Township) -> None:
    assert "/statistics" not in township.client(OFFICER).get("/findings").text
    assert "/statistics" in township.client(INSPECTOR).get("/findings").text
