"""Handing in documents in a real Chromium: chosen, on their way, arrived, removed, refused, filed."""

from collections.abc import Callable

from playwright.sync_api import FilePayload, Page, expect

from server.custody.attachments import Attachment
from tests.server.pictures import jpeg, pdf
from tests.server.web.service import serving
from tests.server.web.township import ACCOUNTANT, Township

PHONE = {"width": 360, "height": 740}
Open = Callable[..., Page]


def given(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "", "buffer": content}


def test_documents_are_chosen_on_a_phone_and_become_part_of_the_request(township: Township, open_screen: Open) -> None:
    checkout = township.filed()
    with serving(township.app) as address:
        page = open_screen("phone", base_url=address, viewport=PHONE)
        page.context.add_cookies([{"name": "gongguan", "value": township.token(ACCOUNTANT), "url": address}])
        page.goto(f"/checkouts/{checkout}")
        chooser = page.locator("[data-attach]")
        chooser.locator("input[type=file]").set_input_files(
            [given("合同首页.jpg", jpeg()), given("合同全文.pdf", pdf())]
        )
        expect(chooser.locator("li a")).to_have_text(["合同首页.jpg", "合同全文.pdf"])
        chooser.locator("input[type=file]").set_input_files([given("网页.pdf", b"<html>")])
        expect(chooser.get_by_role("alert")).to_contain_text("只收照片")
        chooser.get_by_role("button", name="删掉").first.click()
        expect(chooser.locator("li a")).to_have_text(["合同全文.pdf"])
        page.get_by_role("button", name="归入这份申请").click()
        expect(page.get_by_role("link", name="合同全文.pdf")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    filed = {each.name: each.subject for each in township.all(Attachment) if each.withdrawn_at is None}
    assert filed == {"合同全文.pdf": checkout}


def test_what_was_handed_in_with_a_draft_outlives_the_page(township: Township, open_screen: Open) -> None:
    with serving(township.app) as address:
        page = open_screen("phone", base_url=address, viewport=PHONE)
        page.context.add_cookies([{"name": "gongguan", "value": township.token(ACCOUNTANT), "url": address}])
        page.goto("/requests/new")
        page.get_by_role("checkbox", name="公章").check()
        paper = page.locator("[data-kind=document]")
        paper.locator("input[type=file]").set_input_files([given("合同首页.jpg", jpeg())])
        expect(paper.locator("li a")).to_have_text(["合同首页.jpg"])
        page.reload()
        expect(paper.locator("li a")).to_have_text(["合同首页.jpg"])
        expect(page.locator("#needs")).not_to_contain_text("“要盖章的文件”还没有附上")
        paper.get_by_role("button", name="删掉").click()
        page.reload()
        expect(page.locator("#needs")).to_contain_text("“要盖章的文件”还没有附上")
        expect(paper.locator("li a")).to_have_count(0)
