"""Counting wrong tries where guessing has to be slow: per account and source, per source, and mildly per account.

A cap on an account over all sources would let a stranger keep its owner out. So it comes late, stays short, and does
not count where this account has been signed in to before.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection

from server.custody.refusals import Refused
from server.custody.throttling import Failures, Pace, after_failure
from server.store.side_tables import digest_of, failures, forget_failures, save_failures
from server.store.work import Work

_ACCOUNT, _SOURCE, _ANYWHERE, _AT_HOME = "account:", "source:", "anywhere:", "at-home:"
_ENROLMENT, ANY_ENROLMENT = "enrolment:", "any-enrolment"
_PACES: Mapping[str, Pace] = {
    _ACCOUNT: Pace(free_failures=3),
    _SOURCE: Pace(free_failures=30),
    _ANYWHERE: Pace(free_failures=50, delay_s_max=5),
    _ENROLMENT: Pace(free_failures=5),
    ANY_ENROLMENT: Pace(free_failures=100),
}
"""How guessing is slowed, by the kind of key."""


def account_key(phone: str, source: str) -> str:
    """Under an account's key the source stands too, so that nobody can lock somebody else out."""
    return _ACCOUNT + digest_of(f"{phone}|{source}")


def source_key(source: str) -> str:
    """All tries from one source, whatever the account."""
    return _SOURCE + digest_of(source)


def enrolment_key(source: str) -> str:
    """Tokens of enrolments that a machine tries."""
    return _ENROLMENT + digest_of(source)


def sign_in_keys(connection: Connection, phone: str, source: str) -> tuple[str, ...]:
    """Everything a wrong password of this account from this source counts under."""
    keys = (account_key(phone, source), source_key(source))
    is_at_home = failures(connection, _at_home_key(phone, source)) is not None
    return keys if is_at_home else (*keys, _ANYWHERE + digest_of(phone))


def signed_in_from(work: Work, phone: str, source: str) -> None:
    """The right password: wrong tries from here are forgotten, and strangers elsewhere do not slow this source."""
    forget_failures(work.connection, account_key(phone, source))
    save_failures(work.connection, _at_home_key(phone, source), Failures(0, work.now, work.now))


def throttled(connection: Connection, keys: Iterable[str], now: datetime) -> Refused | None:
    """How long people have to wait before the next try under any of these keys is looked at, or None."""
    left_s = wait_s(connection, keys, now)
    if left_s == 0:
        return None
    wait = f"{left_s}秒" if left_s < 120 else f"{-(-left_s // 60)}分钟"
    return Refused("throttled", f"连续输错了几次，请{wait}后再试。忘了密码请找三资办打印开通码。")


def wait_s(connection: Connection, keys: Iterable[str], now: datetime) -> int:
    """Whole seconds before the next try under any of these keys is looked at."""
    known = (failures(connection, key) for key in keys)
    return max((each.wait_s(now) for each in known if each is not None), default=0)


def count_failure(work: Work, *keys: str) -> None:
    """One more wrong try under each of these keys; durable with the use case's transaction."""
    for key in keys:
        pace = next(pace for kind, pace in _PACES.items() if key.startswith(kind))
        save_failures(work.connection, key, after_failure(failures(work.connection, key), work.now, pace))


def _at_home_key(phone: str, source: str) -> str:
    return _AT_HOME + digest_of(f"{phone}|{source}")
