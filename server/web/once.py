"""A second tap does nothing twice: a form carries a token, and a token is acted on once.

The page that was answered first is answered again. The token that a form hands in covers all that is written in it
(`Typed.mark`): one that was gone back to and edited is another form, and is judged by itself. Only redirects are kept:
a form that came back with a mistake may be sent again. A page that shows a secret this once is no redirect, and says by
its Content-Location where the thing stands: whoever loads it anew is led there, and makes no second one that ends the
first. In memory and bounded; the rules of custody stand behind it.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from starlette.responses import RedirectResponse, Response

KEPT_MAX = 4096


class Once:
    """The tokens that were acted on lately, each with where its answer led."""

    def __init__(self) -> None:
        self._answers: OrderedDict[str, asyncio.Future[str | None]] = OrderedDict()

    async def answer(self, token: str, act: Callable[[], Awaitable[Response]]) -> Response:
        """Act, unless `token` was acted on already: then lead to the same place. An empty token always acts."""
        if not token:
            return await act()
        if (earlier := self._answers.get(token)) is not None:
            location = await asyncio.shield(earlier)
            return RedirectResponse(location, 303) if location else await act()
        return await self._first(token, act)

    async def _first(self, token: str, act: Callable[[], Awaitable[Response]]) -> Response:
        answer: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
        self._answers[token] = answer
        while len(self._answers) > KEPT_MAX:
            self._answers.popitem(last=False)
        location = None
        try:
            response = await act()
            location = response.headers.get("location") or response.headers.get("content-location")
            return response
        finally:
            answer.set_result(location)
            if location is None:
                self._answers.pop(token, None)
