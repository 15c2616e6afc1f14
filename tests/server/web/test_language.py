"""Chinese is in the source, English is complete, and both say the same things."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from device_agent.kiosk.words import REFUSALS
from firmware_protocol.permit_checks import RULES
from server.custody.administration.changes import CHANGE_KIND_TITLES
from server.custody.bearings import GROUP_TITLES
from server.custody.contradictions import SENTENCES
from server.custody.corrections import CORRECTION_TITLES
from server.custody.count_orders import PURPOSE_TITLES
from server.custody.effects.permits import REPLACED
from server.custody.enrolments import CLOSED_SENTENCES
from server.custody.findings.emergencies import CAUSE_TITLES, EMERGENCY_STATE_TITLES
from server.custody.findings.finding import FINDING_STATE_TITLES, LEVEL_TITLES
from server.custody.findings.rulebook import NUMBER_WORDS
from server.custody.findings.rulebook import RULES as RULEBOOK
from server.custody.handovers.completion import COMPLETION_TITLES
from server.custody.handovers.states import (
    FOUND_TITLES,
    HANDOVER_KIND_TITLES,
    HANDOVER_STATE_TITLES,
    PART_TITLES,
    RESOLUTION_TITLES,
)
from server.custody.lives import STEP_TITLES as LIFE_STEP_TITLES
from server.custody.notices.contacts import WISH_TITLES
from server.custody.notices.deliveries import CHANNEL_TITLES, DELIVERY_STATE_TITLES, TROUBLE_TITLES
from server.custody.notices.messengers import ROOM_TITLES, SECURITY_TITLES
from server.custody.notices.words import SENTENCES as TOLD
from server.custody.notices.words import TOPIC_TITLES
from server.custody.policy.versions import POLICY_STATE_TITLES
from server.custody.policy.words import (
    EVIDENCE_TITLES,
    MATTER_TITLES,
    MEETING_TITLES,
    MODE_TITLES,
    PRESENCE_TITLES,
    TIER_TITLES,
)
from server.custody.roles import TITLES
from server.custody.states import (
    CHECKOUT_STATE_TITLES,
    ITEM_STATE_TITLES,
    KIND_TITLES,
    SEAL_LIFE_TITLES,
    SEAL_TITLES,
    STEP_TITLES,
)
from server.usecases.change_seal import SEAL_CHANGED
from server.usecases.freeze_cooperative import FROZEN
from server.usecases.take_in_events import SETTLED
from server.usecases.taking_back import KEY_ENDED
from server.web.custody_words import WORDS
from server.web.language import LOCALE_DIRECTORY
from server.web.reasons import REASONS
from tests.repository.sources import ROOT, python_files, syntax

KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None, "say": None}
PLACE = re.compile(r"%\(\w+\)s|%s")


def extracted() -> set[str]:
    """Every source string, by the mapping that `make i18n` uses."""
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["babel"]["mappings"]
    methods = [(mapping["pattern"], mapping["method"]) for mapping in mappings]
    found = extract_from_dir(ROOT / "server", [(p.removeprefix("server/"), m) for p, m in methods], keywords=KEYWORDS)
    return {text for _file, _line, text, *_rest in found if isinstance(text, str)}


def catalogue() -> Catalog:
    with (LOCALE_DIRECTORY / "en" / "LC_MESSAGES" / "messages.po").open("rb") as source:
        return read_po(source, locale="en")


def messages() -> list[Message]:
    return [message for message in catalogue() if message.id]


def test_the_english_catalogue_has_exactly_the_source_strings() -> None:
    assert {message.id for message in messages()} == extracted()


def test_nothing_is_left_untranslated() -> None:
    assert [message.id for message in messages() if not message.string or message.fuzzy] == []


def test_a_translation_has_the_places_of_its_source() -> None:
    wrong = [m.id for m in messages() if sorted(PLACE.findall(str(m.id))) != sorted(PLACE.findall(str(m.string)))]
    assert wrong == []


def test_a_translation_is_not_chinese() -> None:
    assert [m.string for m in messages() if re.search(r"[\u3400-\u9fff，。、：；（）]", str(m.string))] == []


@pytest.mark.parametrize(
    "titles",
    [
        *(TITLES, KIND_TITLES, SEAL_TITLES, ITEM_STATE_TITLES, CHECKOUT_STATE_TITLES, GROUP_TITLES, SENTENCES),
        *(PURPOSE_TITLES, HANDOVER_KIND_TITLES, HANDOVER_STATE_TITLES, FOUND_TITLES, RESOLUTION_TITLES, PART_TITLES),
        *(STEP_TITLES, MODE_TITLES, MATTER_TITLES, TIER_TITLES, MEETING_TITLES, EVIDENCE_TITLES, PRESENCE_TITLES),
        *(POLICY_STATE_TITLES, CORRECTION_TITLES, COMPLETION_TITLES, SEAL_LIFE_TITLES, LIFE_STEP_TITLES),
        *(LEVEL_TITLES, FINDING_STATE_TITLES, NUMBER_WORDS, EMERGENCY_STATE_TITLES, CAUSE_TITLES),
        *(TOPIC_TITLES, WISH_TITLES, TROUBLE_TITLES, CHANNEL_TITLES, DELIVERY_STATE_TITLES),
        *(SECURITY_TITLES, ROOM_TITLES, CHANGE_KIND_TITLES, CLOSED_SENTENCES),
        {(topic, stage): said for topic, told in TOLD.items() for stage, said in told.items()},
        {rule.id: rule.title for rule in RULEBOOK.values()},
        {rule.id: rule.window for rule in RULEBOOK.values()},
    ],
    ids=[
        *("roles", "kinds", "seals", "items", "checkouts", "groups", "contradictions"),
        *("looks", "handovers", "their states", "what was found", "resolutions", "parts"),
        *("steps", "modes", "matters", "tiers", "meetings", "evidence", "presence", "policies", "corrections"),
        *("completions", "lives", "steps of a life"),
        *("levels", "findings", "figures", "emergencies", "causes"),
        *(
            "topics",
            "wishes",
            "troubles",
            "channels",
            "deliveries",
            "securities",
            "rooms",
            "changes",
            "ends of enrolments",
        ),
        "notices",
        *("rules", "windows"),
    ],
)
def test_custodys_words_are_translated_too(titles: dict[object, str]) -> None:
    assert set(titles.values()) <= set(WORDS)


def rules_that_refuse() -> Iterator[str]:
    """Every rule's name in the source: the first argument of each `Refused(…)`."""
    for path in python_files("server", "device_agent"):
        if Path("web") in path.parents:
            continue
        for node in ast.walk(syntax(path)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refused" and node.args:
                name = node.args[0]
                if isinstance(name, ast.Constant):
                    yield str(name.value)


def test_every_rule_that_says_no_has_a_reason_in_words() -> None:
    assert {*rules_that_refuse(), *RULES, *REFUSALS} - REASONS.keys() == set()


def test_every_reason_for_which_a_permit_is_revoked_has_words() -> None:
    reasons = {REPLACED, SETTLED, FROZEN, SEAL_CHANGED, KEY_ENDED, "withdrawn", "office", "role_withdrawn"}
    assert reasons <= REASONS.keys()
