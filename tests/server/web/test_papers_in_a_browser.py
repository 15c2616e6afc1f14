"""Printing in a real Chromium: one tap and the file is there, at once or from the page that waited for it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from server.web.desk import papers
from tests.fixtures.patience import PATIENCE_S
from tests.server.web.service import serving
from tests.server.web.township import INSPECTOR, Township

DESK = {"width": 1280, "height": 800}
Open = Callable[..., Page]


def test_one_tap_and_the_file_is_there_whether_it_is_made_at_once_or_not(
    township: Township, open_screen: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = f"/cooperatives/{township.cooperative().id}"
    with serving(township.app) as address:
        page = open_screen("desktop", base_url=address, viewport=DESK)
        page.context.add_cookies([{"name": "gongguan", "value": township.token(INSPECTOR), "url": address}])
        page.goto(here)
        monkeypatch.setattr(papers, "AT_ONCE_S", PATIENCE_S)
        with page.expect_download() as download:
            page.get_by_role("button", name="盘点表 Excel").click()
        assert download.value.suggested_filename == "清溪镇东坑村第一经济合作社盘点表 2026-11-23.xlsx"
        assert page.url.endswith(here)
        monkeypatch.setattr(papers, "AT_ONCE_S", 0.0)
        with page.expect_download() as download:
            page.get_by_role("button", name="印章交接清单 PDF", exact=True).click()
        assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
