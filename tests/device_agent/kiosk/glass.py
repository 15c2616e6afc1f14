"""What happens at a kiosk's glass faster than a busy machine plays it: a card is read, a screen goes by itself."""

from playwright.sync_api import Page, TimeoutError, expect  # noqa: A004  Playwright's own

from tests.fixtures.chromium import PATIENCE_MS

WATCH = """
addEventListener("DOMContentLoaded", () => {
  if (window.gone) return;
  window.gone = [];
  window.nextKey = null;
  new MutationObserver(([drawn]) => {
    if (document.body.dataset.screen !== "done") return;
    if (drawn.oldValue !== "done") gone.push(document.querySelector("h1").textContent.trim());
    const key = [...document.querySelectorAll("button")].find((each) => each.textContent.trim() === nextKey);
    if (!key) return;
    nextKey = null;
    key.click();
  }).observe(document.body, { attributeFilter: ["data-screen"], attributeOldValue: true });
});
"""
"""Notes what ends by itself after three seconds, and touches there at once what somebody wants to touch."""

SHOWN = """(title) => {
  if (document.querySelector("h1")?.textContent.trim() !== title && !gone.includes(title)) return false;
  gone.length = 0;
  return true;
}"""


def go_to(page: Page, url: str) -> None:
    """Stand before the kiosk at this address."""
    page.add_init_script(WATCH)
    page.goto(url)


def see(page: Page, title: str) -> None:
    """Wait for the screen with this title; the last of a visit may have been shown and gone since."""
    try:
        page.wait_for_function(SHOWN, arg=title, timeout=PATIENCE_MS)
    except TimeoutError:
        expect(page.locator("h1")).to_have_text(title, timeout=1)


def hold_card(page: Page, number: str) -> None:
    """Hold a card to the reader, which types its ten digits and Enter at once.

    Where they come as slowly as a person types, the page rightly takes them for no card; it is held there again.
    """
    page.keyboard.type(number)
    while page.evaluate("typed"):
        page.evaluate("typed = ''")
        page.keyboard.type(number)
    page.keyboard.press("Enter")


def touch_in_the_end(page: Page, key: str) -> None:
    """Touch this key as soon as the last screen of the visit is shown, which nobody can be late for."""
    page.evaluate("(key) => { nextKey = key; }", key)
