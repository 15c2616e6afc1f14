"""What happens to requests, and how often: the lives a scale township's log is made of.

Each life is a line of steps; `telling` knows what a step says. The shares are those of a busy township: most requests
are a seal put on a paper in the hall, a few go wrong, hardly any become a finding.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from server.custody.policy.words import Matter, Mode
from server.custody.states import ItemKind

WEEKS = 512
"""How long the history of the township is: about ten years."""
LAST_WEEKS = 4
"""What follows it, which is the same however long the log is."""
PAUSE = timedelta(weeks=1)
"""After either, in which whatever has begun comes to its end."""
_WORKING_DAYS = 5
_OPENS_AT, _OPEN_H = timedelta(hours=8, minutes=30), 8

_FILED = "sign_in file sign_out"
_PERMITTED = f"{_FILED} endorse approve receive"
_TAKEN = f"{_PERMITTED} go_to_take open photograph take close finish"
_BACK = "go_to_return open give_back close finish"
_STAMPED = "go_to_return open state_copies give_back close finish"
_LATE = f"{_TAKEN} be_late raise {_STAMPED} explain accept settle"
_TROUBLED = f"be_turned_away {_PERMITTED} be_mistaken go_to_take jam finish expire"


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """One course of a request: what is asked for, and the steps in order."""

    mode: Mode
    item: ItemKind
    steps: tuple[str, ...]
    matter: Matter = Matter.ROUTINE
    amount_cents: int | None = None


def _life(mode: Mode, item: ItemKind, steps: str, matter: Matter = Matter.ROUTINE, yuan: int | None = None) -> Life:
    cents = None if yuan is None else yuan * 100
    return Life(mode=mode, item=item, steps=tuple(steps.split()), matter=matter, amount_cents=cents)


_SEAL, _CONTRACT, _VOUCHER = ItemKind.SEAL, ItemKind.CONTRACT, ItemKind.VOUCHER
SHARES: tuple[tuple[int, Life], ...] = (
    (40, _life(Mode.ON_SITE, _SEAL, f"{_TAKEN} {_STAMPED}")),
    (16, _life(Mode.ON_SITE, _SEAL, f"{_TAKEN} {_STAMPED}", Matter.PAYMENT, 3_200)),
    (14, _life(Mode.READ, _VOUCHER, f"{_TAKEN} {_BACK}")),
    (8, _life(Mode.AWAY, _CONTRACT, f"{_TAKEN} {_BACK}")),
    (6, _life(Mode.OFF_SITE, _SEAL, f"{_TAKEN} {_STAMPED}")),
    (4, _life(Mode.OFF_SITE, _SEAL, _LATE)),
    (4, _life(Mode.READ, _VOUCHER, f"{_FILED} endorse refuse")),
    (3, _life(Mode.ON_SITE, _SEAL, f"{_FILED} withdraw")),
    (3, _life(Mode.AWAY, _CONTRACT, f"{_PERMITTED} expire")),
    (2, _life(Mode.ON_SITE, _SEAL, _TROUBLED)),
)
"""Parts of a hundred."""

LATELY: tuple[tuple[int, Life], ...] = (
    (6, _life(Mode.ON_SITE, _SEAL, f"{_TAKEN} {_STAMPED}")),
    (50, _life(Mode.OFF_SITE, _SEAL, _LATE)),
    (54, _life(Mode.READ, _VOUCHER, f"{_FILED} endorse refuse")),
    (4, _life(Mode.AWAY, _CONTRACT, f"{_PERMITTED} expire")),
    (52, _life(Mode.ON_SITE, _SEAL, _TROUBLED)),
)
"""What the first cooperative has been through in the last weeks, so many of each, however long the log is: enough to
fill a page of whatever is listed of one cooperative, one person, one thing, one state."""

UNFINISHED: tuple[tuple[int, Life], ...] = (
    (100, _life(Mode.AWAY, _CONTRACT, _TAKEN)),
    (71, _life(Mode.READ, _VOUCHER, f"{_TAKEN} {_BACK} raise")),
    (30, _life(Mode.READ, _VOUCHER, f"{_FILED} endorse")),
    (60, _life(Mode.ON_SITE, _SEAL, _FILED)),
    (30, _life(Mode.AWAY, _CONTRACT, _PERMITTED)),
)
"""What is going on at the end, so many of each, however long the log is. Of a hundred cooperatives, each has its turn,
and the first one has the newest request that waits for the office."""

_ENTRIES = {"approve": 2, "be_late": 0}
"""A step is one entry, but for these: the approval issues the permit, and being late says nothing."""
_SPREAD = 37
"""No divisor in common with a hundred, nor with the number of lives lived lately: neighbours are of different kinds."""
_HUNDRED = tuple(life for share, life in SHARES for _ in range(share))


def finished_life(number: int) -> Life:
    """The life with this number: each kind in its share, and in its turn in every cooperative."""
    return _HUNDRED[(number + number // len(_HUNDRED)) * _SPREAD % len(_HUNDRED)]


def lately_lives() -> tuple[Life, ...]:
    """What has happened lately, the kinds mixed."""
    lives = _lives_of(LATELY)
    return tuple(lives[number * _SPREAD % len(lives)] for number in range(len(lives)))


def unfinished_lives() -> tuple[Life, ...]:
    """What is going on at the end."""
    return _lives_of(UNFINISHED)


def _lives_of(shares: tuple[tuple[int, Life], ...]) -> tuple[Life, ...]:
    return tuple(life for share, life in shares for _ in range(share))


def lives_for(entries: int) -> int:
    """How many finished lives, beside what has happened lately, make about so many entries."""
    each_time = sum(share * _entries_of(life) for share, life in (*LATELY, *UNFINISHED))
    per_hundred = sum(share * _entries_of(life) for share, life in SHARES)
    return max(0, (entries - each_time) * len(_HUNDRED) // per_hundred)


def _entries_of(life: Life) -> int:
    return sum(_ENTRIES.get(step, 1) for step in life.steps)


def begins_at(number: int, lives: int, founded: datetime, weeks: int) -> datetime:
    """When this one of so many lives begins: in the hours of working days, evenly over the weeks after `founded`."""
    days, rest = divmod(number * weeks * _WORKING_DAYS, lives)
    week, day = divmod(days, _WORKING_DAYS)
    return founded + timedelta(weeks=week, days=day) + _OPENS_AT + timedelta(hours=_OPEN_H) * rest / lives


def founding_before(now: datetime) -> datetime:
    """The Monday, at midnight, of a founding so long ago that the history and the last weeks are over by now."""
    monday = now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=now.weekday())
    return monday - PAUSE - timedelta(weeks=LAST_WEEKS) - PAUSE - timedelta(weeks=WEEKS)
