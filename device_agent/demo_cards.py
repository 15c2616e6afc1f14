"""The cards that the demo's kiosk offers to tap, in the configuration."""

import re
from dataclasses import dataclass

from device_agent.fields import Fields

CARD = re.compile(r"[0-9]{10}")


@dataclass(frozen=True, slots=True)
class DemoCard:
    """A card the demo's kiosk offers to tap instead of a reader."""

    name: str
    role: str
    card: str


def read_demo_cards(top: Fields) -> tuple[DemoCard, ...]:
    """The cards of the demo; none where there is no such table. Raises `FieldError`."""
    if not top.has("demo"):
        return ()
    demo = top.table("demo")
    cards = tuple(_demo_card(fields) for fields in demo.tables("cards"))
    demo.finish()
    return cards


def _demo_card(fields: Fields) -> DemoCard:
    card = DemoCard(name=fields.text("name"), role=fields.text("role"), card=fields.word("card", CARD, "十位数字"))
    fields.finish()
    return card
