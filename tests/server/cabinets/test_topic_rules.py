"""Who may say and hear what, as a table; and that Mosquitto's file says the same."""

from pathlib import Path

import pytest

from firmware_protocol.messages import DOWN, SERVER_STATE_TOPIC, UP, down_topic, state_topic, up_topic
from server.cabinets.topic_rules import AGENT_MAY, SERVER, SERVER_MAY, Act, covers, is_account, may

ROOT = Path(__file__).parents[3]

ALLOWED: list[tuple[str, Act, str]] = [
    *(("hall-1", "write", up_topic("hall-1", name)) for name in UP),
    *(("hall-1", "read", down_topic("hall-1", name)) for name in DOWN),
    ("hall-1", "write", state_topic("hall-1")),
    ("hall-1", "read", SERVER_STATE_TOPIC),
    ("hall-1", "read", "gongguan/v1/hall-1/down/#"),
    *(("server", "write", down_topic("hall-1", name)) for name in DOWN),
    ("server", "write", SERVER_STATE_TOPIC),
    ("server", "read", "gongguan/v1/+/up/#"),
    ("server", "read", "gongguan/v1/+/state"),
    ("server", "read", SERVER_STATE_TOPIC),
]
FORBIDDEN: list[tuple[str, Act, str]] = [
    ("hall-2", "write", up_topic("hall-1", "hello")),
    ("hall-2", "write", state_topic("hall-1")),
    ("hall-2", "read", down_topic("hall-1", "permit")),
    ("hall-1", "write", down_topic("hall-1", "permit")),
    ("hall-1", "read", up_topic("hall-1", "events")),
    ("hall-1", "write", SERVER_STATE_TOPIC),
    ("hall-1", "read", "gongguan/v1/+/down/#"),
    ("hall-1", "read", "gongguan/v1/hall-1/#"),
    ("hall-1", "read", "#"),
    ("hall-1", "read", "$SYS/#"),
    ("server", "read", "#"),
    ("server", "write", up_topic("hall-1", "events")),
    ("+", "read", "gongguan/v1/hall-1/down/permit"),
    ("#", "read", "gongguan/v1/#"),
    ("", "write", "gongguan/v1//up/hello"),
]


@pytest.mark.parametrize(
    ("account", "act", "topic"), ALLOWED, ids=lambda value: str(value).removeprefix("gongguan/v1/")
)
def test_each_end_may_do_its_own_part_of_the_conversation(account: str, act: Act, topic: str) -> None:
    assert may(account, act, topic)


@pytest.mark.parametrize(("account", "act", "topic"), FORBIDDEN, ids=lambda value: str(value) or "nobody")
def test_nobody_may_do_anything_else(account: str, act: Act, topic: str) -> None:
    assert not may(account, act, topic)


@pytest.mark.parametrize(
    ("allowed", "asked", "is_covered"),
    [
        ("a/b", "a/b", True),
        ("a/+", "a/b", True),
        ("a/+", "a/+", True),
        ("a/#", "a/b/c", True),
        ("a/#", "a/+/c", True),
        ("a/#", "a/#", True),
        ("a/+", "a/#", False),
        ("a/+", "a/b/c", False),
        ("a/+", "a", False),
        ("a/b", "a/+", False),
        ("a/b/c", "a/b", False),
        ("a/#", "b/c", False),
        ("a/+/c", "a/#", False),
    ],
)
def test_a_filter_is_allowed_only_when_all_its_topics_are(allowed: str, asked: str, is_covered: bool) -> None:
    assert covers(allowed, asked) is is_covered


@pytest.mark.parametrize("name", ["hall-1", "server", "7", "a" * 63])
def test_accounts_are_slugs(name: str) -> None:
    assert is_account(name)


@pytest.mark.parametrize("name", ["", "+", "#", "a/b", "Hall", "-a", "大厅", "a" * 64, "a\x00", "hall-1\n"])
def test_whatever_could_be_read_as_a_pattern_is_no_account(name: str) -> None:
    assert not is_account(name)


def test_mosquittos_rules_are_the_same() -> None:
    lines = (ROOT / "deploy" / "mosquitto" / "acl").read_text().splitlines()
    for_server = {tuple(line.split()[1:]) for line in lines if line.startswith("topic ")}
    for_agents = {tuple(line.split()[1:]) for line in lines if line.startswith("pattern ")}
    assert for_server == {(act, rule) for act, rules in SERVER_MAY.items() for rule in rules}
    assert for_agents == {(act, rule) for act, rules in AGENT_MAY.items() for rule in rules}
    assert [line for line in lines if line.startswith("user ")] == [f"user {SERVER}"]
