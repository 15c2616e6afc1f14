"""The log: pages of entries, one entry with its exact bytes, the signed head, and what happens now."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Annotated

from fastapi import Path, Query
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import AwareDatetime, Field

from server.custody.bearings import EventGroup
from server.store.lists import entries, proofs
from server.store.lists.entries import LogFilter
from server.store.lists.pages import LIMIT_MAX
from server.store.lists.signed import signed_bytes
from server.web.access import MAY_READ_A_LOG, SIGNED_IN, declared_router, may, may_read, readable
from server.web.api.inputs import Input
from server.web.api.models import PROBLEMS, CheckpointOut, EntryOut, PageOut, ProofOut, SignedEntryOut, page_of
from server.web.troubles import NotFound
from server.web.visit import Arriving, standing_of

router = declared_router(prefix="/api/v1", tags=["log"], responses=PROBLEMS)

LeafIndex = Annotated[int, Path(ge=0, lt=2**53)]
RECHECK = timedelta(seconds=60)
"""How often a stream asks whether its session still stands."""
RETRY_MS = 2000


class EntryQuery(Input):
    """Which entries, and which page of them. `since` is the first moment, `until` the first no longer wanted."""

    cooperative: str = Field("", max_length=64)
    item: str | None = Field(None, max_length=64)
    person: str | None = Field(None, max_length=64)
    kind: EventGroup | None = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    after: str = Field("", max_length=64)
    limit: int = Field(50, ge=1, le=LIMIT_MAX)


@router.get("/log", dependencies=may(MAY_READ_A_LOG))
async def list_entries(visit: Arriving, query: Annotated[EntryQuery, Query()]) -> PageOut[EntryOut]:
    """Newest first, within what this person may read."""
    wanted = LogFilter(
        cooperative=readable(visit.who, query.cooperative),
        item=query.item,
        person=query.person,
        group=query.kind,
        since=query.since,
        until=query.until,
    )
    with visit.house.database.reading() as reader:
        found = entries.log(reader, wanted, query.after or None, query.limit)
    return page_of(found, [EntryOut.of(row) for row in found.rows])


@router.get("/log/checkpoint", dependencies=may(MAY_READ_A_LOG))
async def checkpoint(visit: Arriving) -> CheckpointOut:
    """The newest signed head."""
    with visit.house.database.reading() as reader:
        return CheckpointOut(size=entries.log_size(reader), note=entries.checkpoint(reader).decode())


@router.get("/log/{position}", dependencies=may(MAY_READ_A_LOG))
async def one_entry(visit: Arriving, position: LeafIndex) -> SignedEntryOut:
    """One entry with its exact signed bytes."""
    with visit.house.database.reading() as reader:
        line, signed = entries.entry(reader, position), signed_bytes(reader, position)
    if line is None or signed is None or not may_read(visit.who, line.cooperative):
        raise NotFound
    return SignedEntryOut.of_signed(line, signed)


@router.get("/log/{position}/proof", dependencies=may(MAY_READ_A_LOG))
async def proof(visit: Arriving, position: LeafIndex) -> ProofOut:
    """The path from the entry's leaf to the root of the newest checkpoint (RFC 6962)."""
    with visit.house.database.reading() as reader:
        line = entries.entry(reader, position)
        if line is None or not may_read(visit.who, line.cooperative):
            raise NotFound
        found = proofs.proof(reader, visit.house.log, position)
    if found is None:
        raise NotFound
    return ProofOut.of(found)


@router.get("/live", dependencies=SIGNED_IN, response_class=EventSourceResponse)
async def live(visit: Arriving) -> AsyncIterator[ServerSentEvent]:
    """What happens from now on: `entry` with the log's size, `doors` with each door's state. Ends with the session.

    A session has at most six streams: the oldest ends with `crowded`, and should not be opened again.
    It begins with `hello`. Each event's id is the board's turn: whoever has seen an older one has missed something.
    """
    board, check_at, name = visit.house.live, visit.now + RECHECK, "hello"
    async for news in board.news(visit.token, RECHECK.total_seconds()):
        if name:
            yield ServerSentEvent(event=name, data={}, id=str(board.turn), retry=RETRY_MS)
            name = ""
        if (now := visit.house.clock()) >= check_at:
            if standing_of(visit.house, visit.token, now) is None:
                return
            check_at = now + RECHECK
        if "crowded" in news:
            yield ServerSentEvent(event="crowded", data={})
            return
        if "entry" in news:
            yield ServerSentEvent(event="entry", data={"size": board.log_size}, id=str(board.turn))
        if "doors" in news:
            yield ServerSentEvent(event="doors", data=board.doors(), id=str(board.turn))
