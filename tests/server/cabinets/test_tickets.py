"""A ticket is good once, for a minute, for one agent and one version."""

from server.cabinets.tickets import TICKETS_PER_AGENT_MAX, Tickets


class Clock:
    """Seconds, as the test says."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_ticket_is_good_once() -> None:
    tickets = Tickets()
    ticket = tickets.issue("hall-1", 4)
    assert tickets.redeem("hall-1", 4, ticket)
    assert not tickets.redeem("hall-1", 4, ticket)


def test_a_ticket_is_good_for_its_agent_and_version_only() -> None:
    tickets = Tickets()
    ticket = tickets.issue("hall-1", 4)
    assert not tickets.redeem("hall-2", 4, ticket)
    assert not tickets.redeem("hall-1", 5, ticket)
    assert not tickets.redeem("hall-1", 4, ticket), "it was redeemed, though in vain"


def test_a_ticket_is_good_for_a_minute() -> None:
    clock = Clock()
    tickets = Tickets(clock)
    early, late = tickets.issue("hall-1", 4), tickets.issue("hall-1", 4)
    clock.now += 59
    assert tickets.redeem("hall-1", 4, early)
    clock.now += 1
    assert not tickets.redeem("hall-1", 4, late)


def test_only_the_newest_few_tickets_are_good() -> None:
    tickets = Tickets()
    issued = [tickets.issue("hall-1", 4) for _ in range(TICKETS_PER_AGENT_MAX + 3)]
    assert [tickets.redeem("hall-1", 4, ticket) for ticket in issued] == [False] * 3 + [True] * TICKETS_PER_AGENT_MAX


def test_tickets_are_long_and_never_the_same() -> None:
    tickets = Tickets()
    issued = {tickets.issue("hall-1", 4) for _ in range(100)}
    assert len(issued) == 100
    assert all(len(ticket) == 43 for ticket in issued)


def test_what_was_never_issued_is_no_ticket() -> None:
    assert not Tickets().redeem("hall-1", 4, "")
    assert not Tickets().redeem("hall-1", 4, "\ud800")
