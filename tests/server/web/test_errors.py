"""Whatever goes wrong is said once, in words; nothing of the inside shows."""

import secrets
from collections.abc import Mapping

import pytest

from server.store.gap import Gap
from server.store.log_rows import read_head
from server.store.writer import Writer
from tests.server.web.township import ACCOUNTANT, KEYS, Township


def test_a_page_that_is_not_there(township: Township) -> None:
    response = township.client(ACCOUNTANT).get("/nothing/here")
    assert response.status_code == 404
    assert "没有找到" in response.text
    assert ACCOUNTANT in response.text


def test_an_api_path_that_is_not_there(township: Township) -> None:
    response = township.client(ACCOUNTANT).get("/api/v1/nothing")
    assert (response.status_code, response.json()["status"]) == (404, 404)


def test_a_button_that_is_a_link(township: Township) -> None:
    response = township.client(ACCOUNTANT).get("/sign-out")
    assert response.status_code == 405
    assert response.headers["allow"] == "POST"


def test_a_body_that_is_too_large(township: Township) -> None:
    response = township.client(ACCOUNTANT).post("/requests", data={"purpose": "长" * 70_000})
    assert response.status_code == 413


def test_something_nobody_expected_gives_a_reference_and_nothing_else(
    township: Township, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> Mapping[str, bool]:
        raise RuntimeError("the secret inside")

    object.__setattr__(township.app.state.house, "works", broken)
    response = township.client().get("/healthz")
    assert response.status_code == 500
    assert "这一步没有办成" in response.text
    assert "the secret inside" not in response.text
    assert "the secret inside" in caplog.text


def test_health_says_what_works(township: Township) -> None:
    client = township.client()
    township.live.connection_changed("hall-1", township.clock.now, online=True)
    works, agents = {"database": True, "broker": True}, {"hall-1": "online", "hall-2": "offline"}
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"ok": True, "works": works, "agents": agents})
    township.works["broker"] = False
    response = client.get("/healthz")
    assert (response.status_code, response.json()["ok"]) == (503, False)


def test_after_a_restoration_people_are_told_to_wait_for_the_cabinets(township: Township) -> None:
    client = township.client(ACCOUNTANT)
    with township.database.reading() as reader:
        gap = Gap(read_head(reader).frontier.size, (bytes(32),))
    waiting = Writer(
        township.database, KEYS, announce=township.live.hear, clock=township.clock, chance=secrets.token_bytes, gap=gap
    )
    object.__setattr__(township.app.state.house, "writer", waiting.start())
    response = client.post("/sign-out")
    waiting.close()
    assert response.status_code == 503
    assert "正在补齐柜前的记录" in response.text


@pytest.mark.parametrize("name", ["gongguan.css", "gongguan.js", "htmx.js", "mark.svg"])
def test_an_asset_is_kept_for_ever_under_the_address_of_its_content(township: Township, name: str) -> None:
    client = township.client()
    asset = township.app.state.house.assets[name]
    kept = client.get(asset.url)
    assert kept.content == asset.content
    assert kept.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert client.get(f"/static/{name}").headers["cache-control"] == "no-cache"
    assert client.get(f"/static/{name}", headers={"accept-encoding": "identity"}).content == asset.content


@pytest.mark.parametrize("name", ["..%2Fapp.py", "styles", "gongguan.css.map"])
def test_there_are_no_other_files(township: Township, name: str) -> None:
    assert township.client().get(f"/static/{name}").status_code == 404


def test_a_page_is_never_kept(township: Township) -> None:
    for path in ("/", "/log", "/api/v1/session"):
        assert township.client(ACCOUNTANT).get(path).headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/sign-out", "/requests", "/decide/k-1", "/language"])
def test_a_foreign_page_cannot_act(township: Township, path: str) -> None:
    client = township.client(ACCOUNTANT, headers={"sec-fetch-site": "cross-site"})
    assert client.post(path, data={}).status_code == 403
    assert township.client(ACCOUNTANT).get("/").status_code == 200
