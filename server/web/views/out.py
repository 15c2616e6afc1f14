"""What is out: each thing with whom, since when, due when; what is late first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from server.custody.facts import Checkout, Cooperative, Item
from server.web import times
from server.web.views.reading import Reading
from server.web.views.words import ICON_OF_KIND, items_title


@dataclass(frozen=True, slots=True, kw_only=True)
class OutRow:
    """What is out under one checkout; `href` is '' where nobody knows under which."""

    href: str
    icon: str
    title: str
    cooperative: str
    holder: str
    since: datetime | None
    due_at: datetime | None
    remaining: str
    late: bool
    place: str


def out_rows(out: Iterable[Item], reading: Reading) -> tuple[OutRow, ...]:
    """A row for each checkout, the one longest overdue first."""
    grouped: dict[str, list[Item]] = {}
    for item in out:
        grouped.setdefault(item.checkout or item.id, []).append(item)
    rows = (_row(items, reading) for items in grouped.values())
    return tuple(sorted(rows, key=lambda row: (row.due_at is None, row.due_at, row.title)))


def _row(items: Sequence[Item], reading: Reading) -> OutRow:
    first = items[0]
    checkout = reading.known.get(Checkout, first.checkout) if first.checkout else None
    cooperative = reading.known.get(Cooperative, first.cooperative)
    due_at = checkout.due_at if checkout else None
    return OutRow(
        href=f"/checkouts/{checkout.id}" if checkout else "",
        icon=ICON_OF_KIND[first.kind],
        title=items_title(items, reading.say),
        cooperative=cooperative.short_name if cooperative else "",
        holder=reading.name(first.holder) if first.holder else reading.say("不清楚"),
        since=first.since,
        due_at=due_at,
        remaining=times.remaining(due_at, reading.now, reading.say) if due_at else "",
        late=due_at is not None and due_at <= reading.now,
        place=_place(checkout, reading),
    )


def _place(checkout: Checkout | None, reading: Reading) -> str:
    if checkout is None or not checkout.off_site:
        return reading.say("在大厅用")
    return reading.say("外带：%(place)s") % {"place": checkout.place}
