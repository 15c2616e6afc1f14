"""Asking again for what has not come: soon, then later each time, and not at all once it is there."""

from math import inf

from device_agent.patience import WAIT_S_MAX, WAIT_S_MIN, Patience


def test_nothing_is_asked_while_nothing_lacks() -> None:
    assert Patience().look(7.0, is_lacking=False).asks_at == inf


def test_what_lacks_is_asked_for_soon_and_looking_again_does_not_put_it_off() -> None:
    patience = Patience().look(7.0, is_lacking=True)
    assert patience.asks_at == patience.look(8.0, is_lacking=True).asks_at == 7.0 + WAIT_S_MIN


def test_whoever_cannot_do_better_is_asked_twice_as_late_each_time_and_never_given_up() -> None:
    patience, waits = Patience(), list[float]()
    for _ in range(7):
        patience = patience.look(0.0, is_lacking=True)
        waits.append(patience.asks_at)
        patience = patience.asked()
    assert waits == [2.0, 4.0, 8.0, 16.0, 32.0, WAIT_S_MAX, WAIT_S_MAX]


def test_what_came_makes_it_begin_anew() -> None:
    patience = Patience().look(0.0, is_lacking=True).asked().look(0.0, is_lacking=False)
    assert patience == Patience()
