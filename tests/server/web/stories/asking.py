"""Asking and deciding as people do it on their phones, and what a request's page tells of it afterwards."""

from playwright.sync_api import Page, expect

from tests.server.web.stories.office import told

SEAL, FINANCE_SEAL = "公章", "财务专用章"


def ask_for(page: Page, item: str, purpose: str, copies: str = "2") -> None:
    """The accountant files a request for a seal; the home page then shows it."""
    page.goto("/requests/new")
    page.get_by_role("checkbox", name=item).check()
    page.get_by_label("做什么用").fill(purpose)
    page.get_by_label("盖在什么文件上").fill(f"{purpose}的文件")
    page.get_by_label("盖几份").fill(copies)
    page.get_by_role("button", name="送去审批").click()
    told(page, "已送去审批")


def agree_to(page: Page, purpose: str) -> None:
    """Two taps from any page, once the request with this purpose is on top."""
    page.get_by_role("link", name="待审批").first.click()
    expect(page.get_by_role("article")).to_contain_text(purpose)
    page.get_by_role("button", name="同意").click()
    told(page, "已同意")


def under_way(page: Page, words: str) -> None:
    """Wait until the applicant's home says this of what is under way."""
    expect(page.get_by_role("region", name="进行中")).to_contain_text(words)


def life_of(page: Page) -> list[str]:
    """Every moment that a request's page tells, oldest first, without those still to come; once all of it is there."""
    told = page.locator(".story .story-what")
    told.first.wait_for()
    page.wait_for_load_state()
    return [" ".join(each.split()) for each in told.all_inner_texts()]
