"""What is kept beside the log, inside the same transactions: secrets by their digest, rosters, visits, throttles."""

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, select

from firmware_protocol.times import time_from_ms, time_ms
from server.custody.throttling import Failures
from server.store.log_tables import RosterDocuments, Secrets, Throttles, Visits
from server.store.tables import table_of
from server.store.upserts import upsert

_SECRETS, _ROSTERS, _VISITS, _THROTTLES = (table_of(each) for each in (Secrets, RosterDocuments, Visits, Throttles))


def digest_of(secret: str) -> str:
    """SHA-256 (hex) of a secret: what the log may say of it."""
    return hashlib.sha256(secret.encode()).hexdigest()


def save_secret(connection: Connection, phc: str) -> str:
    """Keep a password's or PIN's hash; returns its digest."""
    digest = digest_of(phc)
    _put(connection, _SECRETS, {"digest": digest, "phc": phc})
    return digest


def drop_secret(connection: Connection, digest: str) -> None:
    """Forget a hash that a newer one replaces."""
    connection.execute(_SECRETS.delete().where(_SECRETS.c.digest == digest))


def secret(connection: Connection, digest: str) -> str | None:
    """The hash with this digest; None where there is none or where it is not what it was."""
    phc: str | None = connection.execute(select(_SECRETS.c.phc).where(_SECRETS.c.digest == digest)).scalar_one_or_none()
    return phc if phc is not None and digest_of(phc) == digest else None


def save_roster(connection: Connection, agent: str, version: int, document: bytes) -> None:
    """Keep an agent's newest roster, as signed."""
    _put(connection, _ROSTERS, {"agent": agent, "version": version, "document": document})


def rosters(connection: Connection) -> dict[str, tuple[int, bytes]]:
    """Every agent's newest roster: its version and signed document."""
    return {row.agent: (row.version, row.document) for row in connection.execute(select(_ROSTERS))}


def last_visit(connection: Connection, sign_in: str) -> datetime | None:
    """When this session was last used, to the minute."""
    wanted = select(_VISITS.c.seen_at_ms).where(_VISITS.c.sign_in == sign_in)
    seen_at_ms: int | None = connection.execute(wanted).scalar_one_or_none()
    return None if seen_at_ms is None else time_from_ms(seen_at_ms)


def save_visit(connection: Connection, sign_in: str, now: datetime) -> None:
    """This session is being used now."""
    _put(connection, _VISITS, {"sign_in": sign_in, "seen_at_ms": time_ms(now)})


def failures(connection: Connection, key: str) -> Failures | None:
    """The wrong tries on record under `key`."""
    row = connection.execute(select(_THROTTLES).where(_THROTTLES.c.key == key)).one_or_none()
    return None if row is None else Failures(row.failures, time_from_ms(row.failed_at_ms), time_from_ms(row.until_ms))


def save_failures(connection: Connection, key: str, failed: Failures) -> None:
    """Keep the wrong tries under `key`."""
    times = {"failed_at_ms": time_ms(failed.failed_at), "until_ms": time_ms(failed.until)}
    _put(connection, _THROTTLES, {"key": key, "failures": failed.count, **times})


def forget_failures(connection: Connection, key: str) -> None:
    """Start over for `key`."""
    connection.execute(_THROTTLES.delete().where(_THROTTLES.c.key == key))


def _put(connection: Connection, table: Table, row: dict[str, Any]) -> None:
    connection.execute(upsert(table, connection.dialect.name), row)
