"""Lanes keep the order of each key, let no key wait for another, and drop what does not fit."""

import asyncio

from server.cabinets.lanes import Lanes


async def test_each_key_is_worked_on_in_order_and_none_waits_for_another() -> None:
    done: list[tuple[str, int]] = []
    may_go_on, all_done = asyncio.Event(), asyncio.Event()

    async def work(key: str, item: int) -> None:
        if key == "slow":
            await may_go_on.wait()
        done.append((key, item))
        if len(done) == 3:
            may_go_on.set()
        if len(done) == 6:
            all_done.set()

    lanes = Lanes(work, depth_max=10)
    for item in range(3):
        assert lanes.put("slow", item)
        assert lanes.put("quick", item)
    async with asyncio.timeout(5):
        await all_done.wait()
    assert done == [*(("quick", item) for item in range(3)), *(("slow", item) for item in range(3))]


async def test_what_does_not_fit_is_refused_and_there_is_room_again_later() -> None:
    may_go_on, worked = asyncio.Event(), asyncio.Queue[int]()

    async def work(_key: str, item: int) -> None:
        await may_go_on.wait()
        worked.put_nowait(item)

    lanes = Lanes(work, depth_max=2)
    assert [lanes.put("hall-1", item) for item in range(3)] == [True, True, False]
    assert lanes.put("hall-2", 7)
    may_go_on.set()
    async with asyncio.timeout(5):
        assert {await worked.get() for _ in range(3)} == {0, 1, 7}
    assert lanes.put("hall-1", 8)
    async with asyncio.timeout(5):
        assert await worked.get() == 8


async def test_work_that_raises_costs_that_item_alone() -> None:
    worked = asyncio.Queue[int]()

    async def work(_key: str, item: int) -> None:
        if item == 1:
            raise RuntimeError("not this one")
        worked.put_nowait(item)

    lanes = Lanes(work, depth_max=9)
    for item in range(3):
        lanes.put("hall-1", item)
    async with asyncio.timeout(5):
        assert [await worked.get() for _ in range(2)] == [0, 2]


async def test_closing_gives_up_what_is_under_way() -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def work(_key: str, _item: int) -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    lanes = Lanes(work, depth_max=9)
    lanes.put("hall-1", 1)
    lanes.put("hall-1", 2)
    async with asyncio.timeout(5):
        await begun.wait()
        await lanes.close()
    assert ended.is_set()
