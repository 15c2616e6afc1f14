"""The lifecycles as tables: complete, reachable, and drawn for the documentation."""

import pytest

from server.custody.lifecycle import (
    CHECKOUT_LIFECYCLE,
    ITEM_LIFECYCLE,
    OPEN_CHECKOUTS,
    REPORTED_CHECKOUT,
    REPORTED_ITEM,
    CheckoutCommand,
    ItemReport,
    checkout_after,
    checkout_diagram,
    item_after,
    item_diagram,
)
from server.custody.states import CHECKOUT_STATE_TITLES, CheckoutState, ItemState


def test_every_state_of_a_checkout_is_reached_from_filing_it() -> None:
    reached = {CheckoutState.FILED}
    while more := {b for (a, _), b in CHECKOUT_LIFECYCLE.items() if a in reached} - reached:
        reached |= more
    assert reached == set(CheckoutState)


def test_what_has_ended_stays_ended() -> None:
    going_on = {state for state, _ in CHECKOUT_LIFECYCLE}
    assert going_on == OPEN_CHECKOUTS


@pytest.mark.parametrize("command", list(CheckoutCommand))
def test_nothing_happens_to_a_returned_checkout(command: CheckoutCommand) -> None:
    assert checkout_after(CheckoutState.RETURNED, command) is None


@pytest.mark.parametrize("report", list(ItemReport))
@pytest.mark.parametrize("state", list(ItemState))
def test_a_report_about_an_item_always_makes_something_true(state: ItemState, report: ItemReport) -> None:
    reported = item_after(state, report)
    assert reported.was_expected == ((state, report) in ITEM_LIFECYCLE)
    assert reported.state is REPORTED_ITEM[report]


def test_the_tables_agree_on_what_reports_mean() -> None:
    for (_, command), after in CHECKOUT_LIFECYCLE.items():
        assert REPORTED_CHECKOUT.get(command, after) is after


def test_the_diagrams_show_every_line_of_the_tables() -> None:
    assert len(checkout_diagram().splitlines()) == len(CHECKOUT_LIFECYCLE) + 2
    assert len(item_diagram().splitlines()) == len(ITEM_LIFECYCLE) + 2
    assert all(title in checkout_diagram() for title in CHECKOUT_STATE_TITLES.values())
