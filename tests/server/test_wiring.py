"""A township's service put together for real: what only the whole can show."""

import os
from pathlib import Path

import httpx
import pytest
from anyio import fail_after, sleep

from firmware_protocol.checkpoints import Checkpoint, read_checkpoint
from server.custody.refusals import Refused
from server.ledger.forks import LogForked
from server.ledger.tiles import Tile, entries_in
from server.settings import Settings
from server.store.folder import DataFolder
from server.store.keys import Keys
from server.store.log_rows import read_head
from server.store.uploads import ARRIVING
from server.store.work import Work
from server.township import found, opened
from server.usecases.refusing import refuse
from server.wiring import serving
from tests.fixtures.patience import PATIENCE_S
from tests.server.pictures import pdf

GUESSES = 8


@pytest.mark.anyio
async def test_a_guesser_who_names_other_sources_waits_all_the_same(tmp_path: Path) -> None:
    found(tmp_path, "清溪镇")
    settings = Settings(broker="embedded", broker_port=0)
    async with serving(tmp_path, host="127.0.0.1", port=0, settings=settings) as service:
        async with httpx.AsyncClient(base_url=service.url, timeout=PATIENCE_S, trust_env=False) as client:
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


@pytest.mark.anyio
async def test_the_log_can_be_copied_by_anybody_soon_after_it_grew(tmp_path: Path) -> None:
    found(tmp_path, "清溪镇")
    settings = Settings(broker="embedded", broker_port=0)
    async with serving(tmp_path, host="127.0.0.1", port=0, settings=settings) as service:
        keys = service.township.keys
        async with httpx.AsyncClient(base_url=service.url, timeout=PATIENCE_S, trust_env=False) as client:
            await _guesses(client, "10.0.0.1")
            with service.township.database.reading() as reader:
                size = read_head(reader).frontier.size
            with fail_after(PATIENCE_S):
                while (await _copied_checkpoint(client, keys)).size < size:  # noqa: ASYNC110 - files tell nobody
                    await sleep(0.001)
            bundle = (await client.get(f"/tlog/{Tile(None, 0, size).path}")).content
        service.stop()
    assert len(entries_in(bundle)) == size


async def _copied_checkpoint(client: httpx.AsyncClient, keys: Keys) -> Checkpoint:
    return read_checkpoint((await client.get("/tlog/checkpoint")).content, (keys.log.verifier,))


def test_no_program_goes_on_with_a_database_that_was_put_back(tmp_path: Path) -> None:
    found(tmp_path, "清溪镇")
    old = {path.name: path.read_bytes() for path in tmp_path.glob("gongguan.sqlite*")}
    with opened(tmp_path) as township:
        township.writer.run_now(refuse_something, None)
    for name, content in old.items():
        (tmp_path / name).write_bytes(content)
    with pytest.raises(LogForked), opened(tmp_path):
        pytest.fail("it was opened")


def refuse_something(work: Work, _asked: None) -> Refused:
    return refuse(work, Refused("rule", "不行。"), None)
