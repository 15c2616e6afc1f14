"""Times on the wire: RFC 3339 text with an offset, milliseconds at most; never a naive time."""

from datetime import UTC, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8))
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


def write_time(moment: datetime) -> str:
    """Write an aware time in China's offset with milliseconds; raises `ValueError` for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("a time on the wire has an offset")
    return moment.astimezone(CHINA).isoformat(timespec="milliseconds")


def read_time(text: str) -> datetime:
    """Read an RFC 3339 time into an aware datetime in China's offset; raises `ValueError`."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time on the wire has an offset")
    try:
        return moment.astimezone(CHINA)
    except OverflowError as error:  # the first or last hours a datetime can hold, in another offset
        raise ValueError("a time on the wire exists in China too") from error


def time_ms(moment: datetime) -> int:
    """Milliseconds since 1970 UTC of an aware time: how times stand in tables."""
    return (moment - _EPOCH) // _MS


def time_from_ms(moment_ms: int) -> datetime:
    """The aware time, in China's offset, of milliseconds since 1970 UTC."""
    return (_EPOCH + timedelta(milliseconds=moment_ms)).astimezone(CHINA)
