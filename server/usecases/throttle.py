"""Counting wrong tries where guessing has to be slow: per account and source, and per source."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from server.custody.refusals import Refused
from server.custody.throttling import FREE_FAILURES, after_failure
from server.store.side_tables import digest_of, failures, save_failures
from server.store.work import Work

FREE_FAILURES_PER_SOURCE = 30
_ACCOUNT, _SOURCE = "account:", "source:"


def account_key(phone: str, source: str) -> str:
    """Under an account's key the source stands too, so that nobody can lock somebody else out."""
    return _ACCOUNT + digest_of(f"{phone}|{source}")


def source_key(source: str) -> str:
    """All tries from one source, whatever the account."""
    return _SOURCE + digest_of(source)


def throttled(connection: Connection, keys: Iterable[str], now: datetime) -> Refused | None:
    """How long to wait before the next try under any of these keys is looked at, or None."""
    known = (failures(connection, key) for key in keys)
    wait_s = max((each.wait_s(now) for each in known if each is not None), default=0)
    if wait_s == 0:
        return None
    wait = f"{wait_s}秒" if wait_s < 120 else f"{-(-wait_s // 60)}分钟"
    return Refused("throttled", f"连续输错了几次，请{wait}后再试。忘了密码请找三资办打印开通码。")


def count_failure(work: Work, *keys: str) -> None:
    """One more wrong try under each of these keys; durable with the use case's transaction."""
    for key in keys:
        free = FREE_FAILURES_PER_SOURCE if key.startswith(_SOURCE) else FREE_FAILURES
        save_failures(work.connection, key, after_failure(failures(work.connection, key), work.now, free))
