"""An agent whose journal was begun anew is told what is out of its compartments, until it is back."""

from pathlib import Path

from firmware_protocol.messages import Hello, Outstanding, decode, decode_delivery
from server.cabinets.outgoing import Pen
from server.cabinets.tickets import Tickets
from server.custody.facts import Agent, Checkout
from server.custody.states import CheckoutState
from tests.server.published import guide
from tests.server.town import AGENT, KEYS, Hall, Town


def told(town: Town, folder: Path, *held: str) -> list[tuple[str, tuple[str, ...]]]:
    """Permits and items that a hello with these permits is answered with."""
    agent = town.get(Agent, AGENT)
    hello = Hello(AGENT, agent.epoch, 1, 0, 0, agent.roster_version, 0, held, town.now, "nonce")
    with town.database.reading() as reader:
        pen = Pen(KEYS.permit, Tickets(lambda: 0.0), guide(town, folder))
        answers = list(pen.answer(reader, agent, hello, town.now))
    deliveries = [decode_delivery(answer.payload) for answer in answers if answer.topic.endswith("/permit")]
    news = [decode(each.outstanding, Outstanding, [KEYS.permit.verifier]) for each in deliveries if each.outstanding]
    assert all((each.agent, each.epoch) == (AGENT, agent.epoch) for each in news)
    return [(each.permit, each.items) for each in news]


def test_a_new_journal_hears_what_is_out_until_it_is_back(town: Town, tmp_path: Path) -> None:
    seal = town.item("东坑一社")
    decided = town.permitted(seal)
    assert town.hall is not None
    assert decided.permit is not None
    assert told(town, tmp_path) == []
    town.hall.opens("take", decided, seal)
    town.hall.sends()
    assert told(town, tmp_path, decided.permit) == []
    fresh = Hall(town, town.add_agent(), openings=9)
    assert told(town, tmp_path) == [(decided.permit, (seal.id,))]
    about = {"permit": decided.permit, "checkout": decided.checkout, "items": [seal.id]}
    fresh.writes("custody_resumed", about)
    fresh.opens("return", decided, seal)
    assert fresh.sends().stopped_by is None
    assert town.get(Checkout, decided.checkout).state is CheckoutState.RETURNED
    assert told(town, tmp_path) == []
