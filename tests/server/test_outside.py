"""Whoever we ask outside gets so much time and so many bytes for the whole answer, and no more."""

import httpx
import pytest

from server.outside import ask
from tests.fixtures.hostile_servers import ANSWERS, Answer, hostile, packed

BYTES_MAX = 1000


async def asked(answer: Answer) -> httpx.Response:
    with hostile(answer) as server:
        async with httpx.AsyncClient(trust_env=False) as client:
            return await ask(client, client.build_request("POST", server.url), 0.3, BYTES_MAX)


NEVER_WHOLE = {name: each for name, each in ANSWERS.items() if each is not packed}


@pytest.mark.anyio
@pytest.mark.parametrize("answer", NEVER_WHOLE.values(), ids=NEVER_WHOLE)
async def test_an_answer_that_is_never_whole_is_none(answer: Answer) -> None:
    with pytest.raises(httpx.TransportError):
        await asked(answer)


@pytest.mark.anyio
async def test_what_comes_packed_stays_packed() -> None:
    assert (await asked(packed)).content == b"abc"
