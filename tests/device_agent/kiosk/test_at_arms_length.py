"""Every kind of screen, measured: large keys, readable text, nothing cut off, and a way for a screen reader."""

from collections.abc import Callable, Iterator

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.device_agent.hall import LIN, YOU
from tests.device_agent.kiosk.glass import hold_card
from tests.device_agent.kiosk.hands import Hands
from tests.device_agent.kiosk.stand import Stand

TOUCH_PX_MIN = 96
TEXT_PX_MIN = 24


def walk(hands: Hands) -> Iterator[str]:
    """From the start to the open door and past it, by every kind of screen on the way."""
    yield "waiting"
    hold_card(hands.page, "0000000000")
    yield "refusal"
    hands.touch("知道了")
    hands.read_card(YOU)
    yield "pin"
    hands.press_pin()
    yield "next"
    hands.identify(LIN)
    yield "choosing"
    hands.page.locator(".offer", has_text="领用").tap()
    yield "ready"
    hands.touch("开门")
    yield "moving"
    hands.touch("公章")
    hands.touch("少了东西")
    yield "missing"
    hands.touch("记下来")
    yield "closing"
    hands.stand.cabinets["left"].close(1, 7)
    yield "confirming"
    hands.touch(YOU.name)
    hands.page.evaluate(STAY, "done")
    hands.touch(LIN.name)
    yield "done"


def test_on_every_screen_keys_are_large_and_text_is_readable_and_nothing_is_cut_off(hands: Hands) -> None:
    problems = {}
    for name in walk(hands):
        expect(hands.page.locator("body")).to_have_attribute("data-screen", name)
        small_keys = hands.page.evaluate(SMALL_KEYS, TOUCH_PX_MIN)
        small_text = hands.page.evaluate(SMALL_TEXT, TEXT_PX_MIN)
        problems[name] = [*small_keys, *small_text, *hands.page.evaluate(CUT_OFF)]
    assert {name: found for name, found in problems.items() if found} == {}


def test_a_screen_reader_finds_its_way_on_every_screen(open_screen: Callable[..., Page], stand: Stand) -> None:
    hands = Hands(open_screen("kiosk", bypass_csp=True), stand)
    reports = {}
    for name in walk(hands):
        expect(hands.page.locator("body")).to_have_attribute("data-screen", name)
        results = Axe().run(hands.page)
        reports[name] = results.generate_report() if results.violations_count else ""
    assert {name: report for name, report in reports.items() if report} == {}


STAY = """(name) => new MutationObserver(() => { if (document.body.dataset.screen === name) version = Infinity; })
  .observe(document.body, { attributes: true })"""
"""This screen goes by itself after three seconds, and measuring takes longer than that on a busy machine."""
SMALL_KEYS = """(least) => [...document.querySelectorAll("button")]
  .map((key) => [key.textContent.trim(), key.getBoundingClientRect()])
  .filter(([, box]) => box.width > 0 && (box.height < least || box.width < least))
  .map(([text, box]) => `${text}: ${box.width} × ${box.height}`)"""
SMALL_TEXT = """(least) => [...document.querySelectorAll("body *")]
  .filter((each) => each.checkVisibility() && !each.closest(".unseen, dialog:not([open])"))
  .filter((each) => [...each.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()))
  .map((each) => {
    const drawing = each.closest("svg");
    const scale = drawing ? drawing.getBoundingClientRect().width / drawing.viewBox.baseVal.width : 1;
    return [each.textContent.trim(), parseFloat(getComputedStyle(each).fontSize) * scale];
  })
  .filter(([, size]) => size < least - 0.5)
  .map(([text, size]) => `${text}: ${size}`)"""
CUT_OFF = """() => [...document.querySelectorAll("button, h1, p, figure")]
  .filter((each) => each.checkVisibility() && !each.closest(".scrolls, dialog:not([open])"))
  .map((each) => [each.textContent.trim(), each.getBoundingClientRect()])
  .filter(([, box]) => box.left < 0 || box.top < 0 || box.right > innerWidth || box.bottom > innerHeight)
  .map(([text, box]) => `${text}: ${box.right} ${box.bottom}`)
  .concat([...document.querySelectorAll("#main > *, .pin .pad")]
    .filter((each) => each.getBoundingClientRect().bottom > innerHeight - bottom.offsetHeight)
    .map((each) => `under the bottom bar: ${each.className}`))"""
