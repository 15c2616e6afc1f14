"""The live board wakes whoever listens, from any thread, and shows the newest doors."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, aclosing
from datetime import datetime, timedelta
from threading import Thread

import pytest

from firmware_protocol.messages import Doors
from server.custody.news import LogGrew, PermitReady
from server.web.live import LISTENERS_PER_SESSION_MAX, LiveBoard
from server.web.times import ZONE

AT = datetime(2026, 11, 23, 9, 12, tzinfo=ZONE)
WAIT_S = 10.0


@pytest.fixture
async def board() -> AsyncIterator[LiveBoard]:
    board = LiveBoard()
    board.open(asyncio.get_running_loop())
    yield board
    board.close()


def report(state: str, at: datetime = AT) -> Doors:
    return Doors("hall-1", at, {"CAB-01/7": state}, {"left:1": "online"})


async def heard_after(board: LiveBoard, act: Thread) -> frozenset[str]:
    async with aclosing(board.news("s", WAIT_S)) as news:
        assert await anext(news) == frozenset(), "it listens from here on"
        act.start()
        return await anext(news)


async def test_a_commit_wakes_listeners_from_the_writers_thread(board: LiveBoard) -> None:
    grown = LogGrew(7, frozenset({"checkout_filed"}))
    heard = await heard_after(board, Thread(target=board.hear, args=([PermitReady("hall-1", "m-1"), grown],)))
    assert heard == {"entry"}
    assert board.log_size == 7


async def test_a_door_report_wakes_listeners(board: LiveBoard) -> None:
    assert await heard_after(board, Thread(target=board.doors_reported, args=(report("open"),))) == {"doors"}


async def test_news_before_anyone_listens_again_is_not_lost(board: LiveBoard) -> None:
    async with aclosing(board.news("s", WAIT_S)) as news:
        await anext(news)
        board.hear([LogGrew(1, frozenset())])
        assert await anext(news) == {"entry"}
        board.doors_reported(report("open"))
        board.hear([LogGrew(2, frozenset())])
        await asyncio.sleep(0)
        assert await anext(news) == {"entry", "doors"}


async def test_nothing_for_a_while_is_told_as_nothing(board: LiveBoard) -> None:
    async with aclosing(board.news("s", 0.001)) as news:
        await anext(news)
        assert await anext(news) == frozenset()


async def test_closing_the_board_ends_every_stream(board: LiveBoard) -> None:
    async def listen() -> list[frozenset[str]]:
        return [heard async for heard in board.news("s", WAIT_S)]

    listening = asyncio.ensure_future(listen())
    await asyncio.sleep(0)
    Thread(target=board.close).start()
    assert await asyncio.wait_for(listening, WAIT_S) == [frozenset()]


def test_whatever_happens_makes_older_pages_stale() -> None:
    board = LiveBoard()
    before = board.turn
    board.hear([LogGrew(1, frozenset())])
    between = board.turn
    board.doors_reported(report("open"))
    assert before < between < board.turn


def test_a_door_is_unknown_while_its_agent_is_away() -> None:
    board = LiveBoard()
    board.connection_changed("hall-1", AT, online=True)
    board.doors_reported(report("open"))
    assert board.doors() == {"CAB-01/7": "open"}
    board.connection_changed("hall-1", AT, online=False)
    assert board.doors() == {"CAB-01/7": "unknown"}


def test_the_last_report_counts_even_from_a_clock_that_went_back() -> None:
    board = LiveBoard()
    board.connection_changed("hall-1", AT, online=True)
    board.doors_reported(report("closed"))
    board.doors_reported(report("open", AT - timedelta(hours=1)))
    assert board.doors() == {"CAB-01/7": "open"}


def test_staying_online_keeps_since_when() -> None:
    board = LiveBoard()
    board.connection_changed("hall-1", AT, online=True)
    board.connection_changed("hall-1", AT + timedelta(minutes=5), online=True)
    assert board.agents()["hall-1"].since == AT


async def test_the_oldest_of_too_many_listeners_of_one_session_ends(board: LiveBoard) -> None:
    async with AsyncExitStack() as stack:
        own = [board.news("s", WAIT_S) for _ in range(LISTENERS_PER_SESSION_MAX + 1)]
        other = board.news("other", WAIT_S)
        for listener in (other, *own):
            await stack.enter_async_context(aclosing(listener))
            await anext(listener)
        assert [heard async for heard in own[0]] == [{"crowded"}]
        board.hear([LogGrew(7, frozenset())])
        assert [await anext(listener) for listener in (*own[1:], other)] == [{"entry"}] * len(own)
