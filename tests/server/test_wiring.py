"""A township's service put together for real: what only the whole can show."""

import os
from pathlib import Path

import httpx
import pytest

from server.store.folder import DataFolder
from server.store.uploads import ARRIVING
from server.wiring import Settings, found, serving
from tests.server.pictures import pdf

GUESSES = 8


@pytest.mark.anyio
async def test_a_guesser_who_names_other_sources_waits_all_the_same(tmp_path: Path) -> None:
    found(tmp_path, "清溪镇")
    settings = Settings(broker="embedded", broker_port=0)
    async with serving(tmp_path, host="127.0.0.1", port=0, settings=settings) as service:
        async with httpx.AsyncClient(base_url=service.url, trust_env=False) as client:
            statuses = [await _guesses(client, f"10.0.0.{n}") for n in range(GUESSES)]
        service.stop()
    assert statuses[0] == httpx.codes.UNAUTHORIZED
    assert statuses[-1] == httpx.codes.TOO_MANY_REQUESTS


async def _guesses(client: httpx.AsyncClient, source: str) -> int:
    claim = {"phone": "13800000000", "password": f"guess from {source}"}
    return (await client.post("/api/v1/session", json=claim, headers={"x-forwarded-for": source})).status_code


@pytest.mark.anyio
async def test_a_start_sweeps_what_a_crash_left_beside_the_database(tmp_path: Path) -> None:
    found(tmp_path, "清溪镇")
    uploads = DataFolder(tmp_path).uploads
    left = [uploads / f"{ARRIVING}0123456789abcdef", uploads / ("ab" * 32), uploads / ("cd" * 32)]
    for path in left:
        path.write_bytes(pdf())
        os.utime(path, (0, 0))
    os.utime(left[-1])
    settings = Settings(broker="embedded", broker_port=0)
    async with serving(tmp_path, host="127.0.0.1", port=0, settings=settings) as service:
        service.stop()
    assert [path.exists() for path in left] == [False, False, True]
