"""A form in somebody's hand, checked on a small phone: while the server is there, and years later without it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Browser, Page, Route, ViewportSize

from firmware_protocol.checkpoints import sign_checkpoint
from firmware_protocol.key_changes import KeyDelivery, encode_changes
from firmware_protocol.notes import Signer
from firmware_protocol.receipt_parts import parts_of
from firmware_protocol.receipts import Receipt, issue_receipt
from server.ledger.tiles import root_over_tiles
from server.web.paper_receipts import PART_CHARACTERS
from tests.device_agent.township_log import TownshipLog
from tests.fixtures.poppler import PdfText
from tests.server.web.service import serving
from tests.server.web.test_papers import asked
from tests.server.web.test_receipts_on_papers import proof_on, receipt_on
from tests.server.web.township import INSPECTOR, KEYS, Township

SMALL_PHONE: ViewportSize = {"width": 360, "height": 740}
PLAIN_HTTP = "http://gongguan.example"
Open = Callable[..., Page]
RIGHT, OPEN, WRONG = "凭证是真的", "还没有核对完", "凭证不对"


def says(page: Page, verdict: str, sentence: str) -> None:
    page.get_by_role("heading", name=verdict).wait_for()
    page.get_by_text(sentence).wait_for()


def check(page: Page, code: str) -> None:
    page.get_by_label("凭证码").fill(code)
    page.get_by_role("button", name="核验").click()


def receipt_of(township: Township, index: int, size: int, root: bytes | None = None, key: Signer = KEYS.log) -> str:
    """What a form would carry that was drawn when the log had `size` entries; with another root: of another history."""
    reached = township.log.published()
    assert reached is not None
    then = root_over_tiles(reached.size, township.log.read)(0, size)
    head = sign_checkpoint(size, root or then, key)
    return issue_receipt(head, key.verifier, index, township.log.leaf(index, reached.size)).code


def after_another_key(township: Township) -> Signer:
    """The key that the log had up to entry 200, by which its key of now was named; published like any other."""
    former = Signer(KEYS.log.name, bytes([9]) * 32)
    log = TownshipLog(log=former).grow(2).rotate(KEYS.log).grow(197).end(former)
    (township.log.folder / "keys").write_bytes(encode_changes(KeyDelivery(log.changes())))
    return former


def forged(receipt: Receipt) -> str:
    """The receipt's code with one letter of its signature changed."""
    code = receipt.code
    return code[:150] + ("A" if code[150] != "A" else "B") + code[151:]


def falsely_seen(receipt: Receipt) -> str:
    """The receipt's code with one byte of a cosignature changed."""
    (line,) = receipt.cosignatures
    return replace(receipt, cosignatures=(replace(line, value=line.value[:-1] + bytes([line.value[-1] ^ 1])),)).code


def printed(township: Township, pdf_text: PdfText) -> tuple[Receipt, Receipt]:
    """The receipt on a form, and the whole proof behind it."""
    township.publish()
    township.cosign()
    about = {"checkout": township.filed(), "proof": "full"}
    text = pdf_text(asked(township.client(INSPECTOR), "approval_form.pdf", **about).content)
    return receipt_on(text), proof_on(text)


def is_narrow(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth") <= SMALL_PHONE["width"])


def test_a_form_is_checked_on_a_phone(township: Township, open_screen: Open, pdf_text: PdfText) -> None:
    plain, full = printed(township, pdf_text)
    page = open_screen("phone", viewport=SMALL_PHONE)
    with serving(township.app) as address:
        page.goto(f"{address}/verify#{plain.code}")
        says(page, RIGHT, f"第 {plain.index} 条现在还在公布的台账里，一字未改")
        assert is_narrow(page)
        check(page, forged(plain))
        says(page, WRONG, "请保留单据，告诉镇纪委")
        check(page, "https://gongguan.example/verify#")
        says(page, WRONG, "凭证不成形")
        for index, size in ((0, 1), (1, 2), (2, 3), (6, 7), (254, 255), (255, 256), (256, 257), (4, plain.size - 1)):
            check(page, receipt_of(township, index, size))
            says(page, RIGHT, f"第 {index} 条现在还在公布的台账里")
        check(page, receipt_of(township, 5, 300, bytes(32)))
        says(page, WRONG, "以前的记录被改过")
        first, second = parts_of(full.code, PART_CHARACTERS)
        page.goto(f"{address}/verify#{second}")
        says(page, OPEN, "还差第 1 张")
        page.goto(f"{address}/verify#{first}")
        says(page, RIGHT, f"{township.agent_key.name}（2026-11-23 09:30:00）")


def test_years_later_a_form_is_checked_in_a_saved_file_without_the_server(
    township: Township, open_screen: Open, pdf_text: PdfText, tmp_path: Path
) -> None:
    plain, full = printed(township, pdf_text)
    page = open_screen("phone", viewport=SMALL_PHONE)
    with serving(township.app) as address:
        page.goto(f"{address}/verify")
        with page.expect_download() as download:
            page.get_by_role("link", name="存成一个文件").click()
        saved = tmp_path / download.value.suggested_filename
        download.value.save_as(saved)
    page.goto(f"file://{saved}#{plain.code}")
    says(page, OPEN, "没有连上公布的台账")
    assert not page.get_by_role("link", name="存成一个文件").is_visible()
    check(page, "\n".join(reversed(parts_of(full.code, PART_CHARACTERS))))
    says(page, RIGHT, "单据自带的证明对")
    says(page, RIGHT, "当时的台账它们也看过")
    assert is_narrow(page)
    for each in (plain, full):
        check(page, forged(each))
        says(page, WRONG, "签名不对")
    check(page, falsely_seen(full))
    says(page, WRONG, f"{township.agent_key.name} 的见证签名不对")


def test_on_plain_http_where_browsers_lock_their_own_cryptography_a_form_is_checked_too(
    township: Township, chromium: Browser
) -> None:
    township.publish()
    former = after_another_key(township)
    client = township.client()

    def answer(route: Route) -> None:
        found = client.get(route.request.url.removeprefix(PLAIN_HTTP))
        route.fulfill(status=found.status_code, headers=dict(found.headers), body=found.content)

    with chromium.new_context(viewport=SMALL_PHONE, is_mobile=True) as context:
        page = context.new_page()
        page.route("**/*", answer)
        page.goto(f"{PLAIN_HTTP}/verify#{receipt_of(township, 3, 7)}")
        assert page.evaluate("[isSecureContext, crypto.subtle === undefined]") == [False, True]
        says(page, RIGHT, "第 3 条现在还在公布的台账里，一字未改")
        check(page, receipt_of(township, 4, 7, key=former))
        says(page, RIGHT, "第 4 条现在还在公布的台账里，一字未改")
        check(page, receipt_of(township, 4, 250, key=former))
        says(page, WRONG, "签它的密钥那时已经停用")
        check(page, receipt_of(township, 3, 7, bytes(32)))
        says(page, WRONG, "以前的记录被改过")
