"""What statistics are made of: the few columns of each use that they count, and nothing parsed that is not counted."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from firmware_protocol.times import time_from_ms, time_ms
from server.custody.facts import Checkout, IssuedPermit, Item
from server.custody.figures import OneUse
from server.custody.policy.words import LEAVES_THE_HALL, ORDERED
from server.custody.states import ItemKind
from server.store.database import Reader
from server.store.rows import TABLE_OF

_T, _PERMITS, _ITEMS = TABLE_OF[Checkout], TABLE_OF[IssuedPermit], TABLE_OF[Item]
_AT_ONCE = 500
"""How many ids one query names."""


def uses_since(reader: Reader, since: datetime, now: datetime) -> tuple[OneUse, ...]:
    """Every checkout of the cooperatives' own taken since then. What is still out is late once it is past its time."""
    columns = _T.c.cooperative, _T.c.taken, _T.c.mode, _T.c.filed_at_ms, _T.c.taken_at_ms, _T.c.due_at_ms
    joined = _T.outerjoin(_PERMITS, _PERMITS.c.id == _T.c.permit)
    wanted = select(*columns, _T.c.ended_at_ms, _PERMITS.c.issued_at_ms).select_from(joined)
    own = _T.c.taken_at_ms >= time_ms(since), _T.c.mode.not_in(sorted(ORDERED))
    rows = reader.execute(wanted.where(*own)).all()
    taken = [tuple(json.loads(row.taken)) for row in rows]
    kinds = _kinds(reader, sorted({item for items in taken for item in items}))
    now_ms = time_ms(now)
    return tuple(_use(row, (kinds.get(item) for item in items), now_ms) for row, items in zip(rows, taken, strict=True))


def _use(row: Row[*tuple[Any, ...]], kinds: Iterable[ItemKind | None], now_ms: int) -> OneUse:
    return OneUse(
        cooperative=row.cooperative,
        kinds=frozenset(kind for kind in kinds if kind is not None),
        off_site=row.mode in LEAVES_THE_HALL,
        filed_at=time_from_ms(row.filed_at_ms),
        permitted_at=None if row.issued_at_ms is None else time_from_ms(row.issued_at_ms),
        taken_at=time_from_ms(row.taken_at_ms),
        was_late=row.due_at_ms is not None and (row.ended_at_ms or now_ms) > row.due_at_ms,
    )


def _kinds(reader: Reader, items: list[str]) -> dict[str, ItemKind]:
    columns = select(_ITEMS.c.id, _ITEMS.c.kind)
    found = (reader.execute(columns.where(_ITEMS.c.id.in_(some))).all() for some in _parts(items))
    return {row.id: ItemKind(row.kind) for rows in found for row in rows}


def _parts(items: list[str]) -> Iterator[list[str]]:
    return (items[start : start + _AT_ONCE] for start in range(0, len(items), _AT_ONCE))
