"""The things other tests stand on, each tried by itself."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from playwright.sync_api import Browser, Page
from sqlalchemy import create_engine, text

from tests.fixtures.chromium import Screens
from tests.fixtures.mosquitto import Mosquitto
from tests.fixtures.patience import PATIENCE_S
from tests.fixtures.ports import LOOPBACK, free_port


def test_a_free_port_can_be_listened_on_and_is_not_handed_out_twice() -> None:
    ports = {free_port() for _ in range(50)}
    assert len(ports) == 50
    for port in ports:
        socket.create_server((LOOPBACK, port)).close()


def _client(broker: Mosquitto, account: str, password: str) -> tuple[mqtt.Client, Event, list[str]]:
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=account)
    client.username_pw_set(account, password)
    connected, answers = Event(), list[str]()

    def on_connect(_client: mqtt.Client, _userdata: object, _flags: object, reason: Any, _properties: object) -> None:
        answers.append(str(reason))
        connected.set()

    client.on_connect = on_connect
    client.connect(broker.host, broker.port)
    client.loop_start()
    return client, connected, answers


@pytest.mark.parametrize("known", [True, False], ids=["right password", "wrong password"])
def test_mosquitto_admits_only_who_knows_the_password(mosquitto: Mosquitto, known: bool) -> None:
    password = mosquitto.passwords["hall-1"] if known else "guess"
    client, connected, answers = _client(mosquitto, "hall-1", password)
    assert connected.wait(PATIENCE_S)
    client.disconnect()
    client.loop_stop()
    assert answers[0] == ("Success" if known else "Not authorized")


def test_mosquitto_keeps_an_agent_out_of_the_topics_of_another(mosquitto: Mosquitto) -> None:
    server, connected, _ = _client(mosquitto, "server", mosquitto.passwords["server"])
    assert connected.wait(PATIENCE_S)
    arrived, subscribed, topics = Event(), Event(), list[str]()

    def on_message(_client: mqtt.Client, _userdata: object, message: mqtt.MQTTMessage) -> None:
        topics.append(message.topic)
        arrived.set()

    server.on_message = on_message
    server.on_subscribe = lambda *_: subscribed.set()
    server.subscribe("gongguan/v1/#", qos=1)
    assert subscribed.wait(PATIENCE_S)
    agent, connected, _ = _client(mosquitto, "hall-2", mosquitto.passwords["hall-2"])
    assert connected.wait(PATIENCE_S)
    agent.publish("gongguan/v1/hall-1/up/hello", b"forged", qos=1)
    agent.publish("gongguan/v1/hall-2/up/hello", b"own", qos=1)
    assert arrived.wait(PATIENCE_S)
    for client in (agent, server):
        client.disconnect()
        client.loop_stop()
    assert topics == ["gongguan/v1/hall-2/up/hello"]


def test_a_stopped_mosquitto_comes_back_on_the_same_port(mosquitto: Mosquitto) -> None:
    mosquitto.stop()
    with pytest.raises(OSError, match="refused"):
        socket.create_connection((mosquitto.host, mosquitto.port))
    mosquitto.start()
    socket.create_connection((mosquitto.host, mosquitto.port)).close()


@pytest.mark.parametrize("_turn", ["first", "second"])
def test_every_test_gets_an_empty_database_on_each_engine(database_url: str, _turn: str) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE seals (name VARCHAR(40))"))
        connection.execute(text("INSERT INTO seals VALUES ('游少玉囍')"))
        assert connection.execute(text("SELECT name FROM seals")).scalars().all() == ["游少玉囍"]
    engine.dispose()


class _Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        page = '<!doctype html><meta charset="utf-8"><h1>在柜</h1><script>document.title="好"</script>'
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(page.encode())

    def log_request(self, code: object = None, size: object = None) -> None:
        """Says nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    server = ThreadingHTTPServer((LOOPBACK, 0), _Pages)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield f"http://{LOOPBACK}:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("kind", "width", "touch"), [("phone", 390, True), ("desktop", 1280, False), ("kiosk", 1280, True)]
)
def test_a_screen_has_its_size_and_runs_the_page(
    open_screen: Callable[..., Page], site: str, kind: str, width: int, touch: bool
) -> None:
    page = open_screen(kind, base_url=site)
    page.goto("/")
    assert page.title() == "好"
    assert page.locator("h1").inner_text() == "在柜"
    assert page.evaluate("[window.screen.width, navigator.maxTouchPoints > 0]") == [width, touch]


def test_chinese_is_drawn_with_a_font_that_has_it(open_screen: Callable[..., Page], site: str) -> None:
    page = open_screen("desktop", base_url=site)
    page.goto("/")
    session = page.context.new_cdp_session(page)
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    session.send("CSS.enable")
    heading = session.send("DOM.querySelector", {"nodeId": root, "selector": "h1"})["nodeId"]
    fonts = session.send("CSS.getPlatformFontsForNode", {"nodeId": heading})["fonts"]
    assert {font["familyName"] for font in fonts} <= {"Noto Sans SC", "Noto Serif SC"}


@pytest.mark.parametrize(
    ("script", "offence"),
    [
        ("setTimeout(() => { throw new Error('broken') })", "script error"),
        ("fetch('http://example.org/').catch(() => 0)", "foreign request"),
    ],
    ids=["script error", "foreign request"],
)
def test_a_screen_remembers_what_a_page_may_not_do(chromium: Browser, site: str, script: str, offence: str) -> None:
    screens = Screens(chromium)
    page = screens.open("desktop")
    page.goto(site)
    page.evaluate(f"() => {{ {script} }}")
    page.wait_for_timeout(50)
    screens.close()
    assert [found for found in screens.offences if found.startswith(offence)]


@pytest.mark.usefixtures("chromium")
def test_a_browser_is_open_while_the_next_test_runs_an_event_loop() -> None:
    assert asyncio.get_running_loop().is_running()


def test_an_event_loop_runs_after_a_browser_was_used() -> None:
    assert asyncio.run(asyncio.sleep(0, "ran")) == "ran"


async def test_async_tests_run_on_asyncio() -> None:
    assert asyncio.get_running_loop().is_running()
