"""What a controller forgets when there is too much to keep: no operation that could still be done, and out loud."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_protocol.boards import EventCode, ReadEvents, Result, Unlock
from firmware_protocol.boards.gongguan_lcp.memory import EVENTS_KEPT, OPERATIONS_KEPT, Ended, EventQueue, Operations
from tests.firmware_protocol.emulators.test_gongguan_lcp import Pair

OPENED, CLOSED, LOST = EventCode.DOOR_OPENED, EventCode.DOOR_CLOSED, EventCode.EVENTS_LOST


def id_of(number):
    return number.to_bytes(8)


def filled(count):
    """A queue in which so many doors have opened."""
    queue = EventQueue()
    for at_ms in range(1, count + 1):
        queue.add(1, at_ms, OPENED, channel=1)
    return queue


def test_the_last_64_operations_are_known_and_the_oldest_makes_room():
    operations = Operations()
    for number in range(OPERATIONS_KEPT + 1):
        operations.end(id_of(number), 1, Result.PULSED)

    assert OPERATIONS_KEPT == 64
    assert operations.find(id_of(0)) is None
    assert all(operations.find(id_of(number)) == Ended(1, Result.PULSED) for number in range(1, 65))


def test_an_operation_that_ends_otherwise_takes_no_second_place():
    operations = Operations()
    for number in range(OPERATIONS_KEPT):
        operations.end(id_of(number), 1, Result.PULSED)
    operations.end(id_of(0), 1, Result.INTERRUPTED)

    assert operations.find(id_of(0)) == Ended(1, Result.INTERRUPTED)
    assert operations.find(id_of(1)) == Ended(1, Result.PULSED)


def test_an_operation_that_64_others_made_forgotten_is_too_late_to_be_done_again():
    """It takes minutes to pulse so many, and an order is good for a second."""
    pair = Pair()
    forgotten = Unlock(1, 1, 300, b"forgotte", pair.uptime_ms + 1000)
    assert pair.ask(forgotten).result is Result.PULSED
    for number in range(OPERATIONS_KEPT):
        pair.now_ms += 2100
        pair.ask(Unlock(1, 1 + number % 4, 300, id_of(number), pair.uptime_ms + 1000))

    assert pair.ask(forgotten).result is Result.LATE
    assert pair.board.locks[1].pulses == 1 + sum(number % 4 == 0 for number in range(OPERATIONS_KEPT))


@pytest.mark.parametrize(("late_ms", "result"), [(0, Result.PULSED), (1, Result.LATE), (60_000, Result.LATE)])
def test_an_order_is_good_up_to_its_last_millisecond(late_ms, result):
    pair = Pair()
    pair.pass_ms(90_000)
    told = pair.ask(Unlock(1, 2, 300, id_of(1), pair.uptime_ms - late_ms))

    assert told.result is result
    assert pair.board.locks[2].pulses == (result is Result.PULSED)


def test_a_full_queue_keeps_the_oldest_and_says_how_many_were_lost_as_soon_as_there_is_room():
    queue = filled(EVENTS_KEPT + 5)
    assert [event.number for event in queue.oldest(100)] == list(range(1, EVENTS_KEPT + 1))
    assert queue.last == EVENTS_KEPT

    queue.taken(1)
    told = queue.oldest(100)[-1]
    assert (told.number, told.code, told.detail, told.at_ms) == (EVENTS_KEPT + 1, LOST, 5, EVENTS_KEPT + 1)
    queue.taken(told.number)
    queue.add(1, 999, CLOSED, channel=1)
    assert [(event.number, event.code) for event in queue.oldest(100)] == [(EVENTS_KEPT + 2, CLOSED)]


def test_a_controller_whose_events_nobody_takes_tells_its_host_in_the_end_what_is_missing():
    pair = Pair()
    for _ in range(EVENTS_KEPT):
        pair.board.locks[3].force()
        pair.board.due(pair.now_ms)
        pair.pass_ms(60)
        pair.board.locks[3].close()
        pair.board.due(pair.now_ms)
        pair.pass_ms(60)

    events = pair.every_event()
    assert [event.number for event in events] == list(range(1, len(events) + 1))
    (lost,) = [event for event in events if event.code == LOST]
    happened = 1 + 2 * EVENTS_KEPT  # its start, and each door's two
    assert len(events) - 1 + lost.detail == happened
    assert pair.ask(ReadEvents(1, events[-1].number)).events == ()


@given(st.lists(st.none() | st.integers(0, 3 * EVENTS_KEPT), max_size=4 * EVENTS_KEPT))
def test_every_event_is_told_or_counted_whatever_is_taken_when(story):
    """`None` is an event, a number is what the host says it has."""
    queue, happened, told = EventQueue(), 0, dict[int, int]()
    for taken in [*story, *range(3 * EVENTS_KEPT), *range(3 * EVENTS_KEPT)]:
        for event in queue.oldest(EVENTS_KEPT):
            told[event.number] = event.detail if event.code == LOST else 1
        if taken is None:
            queue.add(1, happened, OPENED)
            happened += 1
        elif taken <= max(told, default=0):
            queue.taken(taken)

    assert sum(told.values()) == happened
    assert all(later == earlier + 1 for earlier, later in pairwise(sorted(told)))
