"""盘点表: what the book says beside what was found, a row a thing; an empty column is filled in by hand."""

from dataclasses import dataclass

from server.documents.papers.paper import Column, Style

FORM, TITLE = "inventory", "盘点表"
NOTHING = "没有要盘点的东西。"
COUNTERS = ("盘点人", "监盘人")


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedThing:
    """One thing. `booked` and `found` are numbers of pieces; `found` None: not counted yet."""

    cooperative: str
    kind: str
    name: str
    number: str
    place: str
    booked: int
    found: int | None
    reason: str
    counter: str
    overseer: str

    @property
    def difference(self) -> int | None:
        """Found less booked: below nought something is missing. None where nobody has counted."""
        return None if self.found is None else self.found - self.booked


COLUMNS: tuple[Column[CountedThing], ...] = (
    Column("合作社(组)名称", 27, lambda row: row.cooperative),
    Column("类别", 9, lambda row: row.kind),
    Column("名称", 30, lambda row: row.name),
    Column("编号", 18, lambda row: row.number, Style.CODE),
    Column("柜号/格口", 12, lambda row: row.place),
    Column("账面", 7, lambda row: row.booked, Style.COUNT),
    Column("实存", 7, lambda row: row.found, Style.COUNT),
    Column("盈亏", 7, lambda row: row.difference, Style.COUNT),
    Column("原因", 20, lambda row: row.reason),
    Column("盘点人", 10, lambda row: row.counter),
    Column("监盘人", 10, lambda row: row.overseer),
)
