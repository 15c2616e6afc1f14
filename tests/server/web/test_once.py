"""A second tap does nothing twice."""

import asyncio

from starlette.responses import RedirectResponse, Response

from server.web.once import Once


class Counter:
    """An action that counts how often it was really done."""

    def __init__(self, *answers: Response) -> None:
        self.done = 0
        self._answers = list(answers)
        self.go = asyncio.Event()
        self.go.set()

    async def act(self) -> Response:
        self.done += 1
        await self.go.wait()
        return self._answers[min(self.done, len(self._answers)) - 1]


async def test_a_token_is_acted_on_once_and_leads_to_the_same_place() -> None:
    once, counter = Once(), Counter(RedirectResponse("/checkouts/k-1", 303))
    first = await once.answer("token", counter.act)
    second = await once.answer("token", counter.act)
    assert counter.done == 1
    assert first.headers["location"] == second.headers["location"] == "/checkouts/k-1"


async def test_a_tap_while_the_first_is_under_way_waits_for_it() -> None:
    once, counter = Once(), Counter(RedirectResponse("/", 303))
    counter.go.clear()
    taps = [asyncio.ensure_future(once.answer("token", counter.act)) for _ in range(5)]
    await asyncio.sleep(0)
    counter.go.set()
    answers = await asyncio.gather(*taps)
    assert counter.done == 1
    assert {answer.headers["location"] for answer in answers} == {"/"}


async def test_a_form_that_came_back_with_a_mistake_may_be_sent_again() -> None:
    once, counter = Once(), Counter(Response("?", 422), RedirectResponse("/", 303))
    assert (await once.answer("token", counter.act)).status_code == 422
    assert (await once.answer("token", counter.act)).status_code == 303


async def test_a_page_with_a_secret_is_made_once_and_leads_to_where_the_thing_stands() -> None:
    once, counter = Once(), Counter(Response("secret", headers={"content-location": "/people/p-1"}))
    assert (await once.answer("token", counter.act)).status_code == 200
    again = await once.answer("token", counter.act)
    assert (counter.done, again.status_code, again.headers["location"]) == (1, 303, "/people/p-1")


async def test_a_form_without_a_token_always_acts() -> None:
    once, counter = Once(), Counter(RedirectResponse("/", 303))
    await once.answer("", counter.act)
    await once.answer("", counter.act)
    assert counter.done == 2
