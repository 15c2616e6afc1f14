"""The township as far as its workbook has been taken in: what later rows may refer to, and what is already taken.

Rows are admitted one after another in the order cabinets, cooperatives, people, items. A row is refused for its own
content or for a row admitted before it; so whatever subset is taken in fits together.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches

from server.custody.roles import Role
from server.documents.intake.cells import Refusal, compact
from server.documents.intake.records import (
    Cabinet,
    Cooperative,
    Key,
    Person,
    Record,
    Seal,
    SheetRow,
    Unit,
    UnitKind,
)
from server.documents.intake.vocabulary import ONLY_COOPERATIVES, belongs_elsewhere, office_named, without_township

SUGGESTIONS_MAX = 100
"""For how many unknown names the nearest known one is looked for; the search is slow beside the rest."""


def place_of(row: SheetRow) -> str:
    """Where a row stands, in words."""
    return f"《{row.sheet}》第 {row.row} 行"


@dataclass(slots=True)
class Town:
    """What has been admitted so far, by what other rows look for. `today` is the day the reading is judged by."""

    today: date
    cabinets: dict[str, Cabinet] = field(default_factory=dict)
    cooperatives: dict[str, Cooperative] = field(default_factory=dict)
    by_code: dict[str, Cooperative] = field(default_factory=dict)
    villages: set[str] = field(default_factory=set)
    compartments: dict[tuple[str, int], Cooperative] = field(default_factory=dict)
    phones: dict[str, list[Person]] = field(default_factory=lambda: defaultdict(list))
    cards: dict[str, Person] = field(default_factory=dict)
    officers: dict[tuple[str, Role], list[Person]] = field(default_factory=lambda: defaultdict(list))
    tags: dict[str, Seal] = field(default_factory=dict)
    seal_codes: dict[str, Seal] = field(default_factory=dict)
    keys: dict[tuple[type[Record], Key], Record] = field(default_factory=dict)
    refused: dict[tuple[type[SheetRow], str], str] = field(default_factory=dict)
    suggestions: dict[str, str] = field(default_factory=dict)

    def admit(self, record: Record) -> None:
        """Let later rows refer to this one."""
        self.keys.setdefault((type(record), record.key), record)
        match record:
            case Cabinet():
                self.cabinets[record.number] = record
            case Cooperative():
                self._admit_cooperative(record)
            case Person():
                self._admit_person(record)
            case Seal():
                self._admit_seal(record)
            case _:
                pass

    def by_name(self, name: str) -> Cooperative | None:
        """The admitted cooperative of that full name, however its brackets and spaces are written."""
        return self.cooperatives.get(compact(name))

    def refuse(self, kind: type[SheetRow], name: str, place: str) -> None:
        """Remember a row that was not admitted, so that rows referring to it can be told where the cause lies."""
        self.refused.setdefault((kind, compact(name)), place)

    def nearest_cooperative(self, name: str) -> str:
        """The known name most like an unknown one; "" where none is near."""
        if name not in self.suggestions:
            if len(self.suggestions) >= SUGGESTIONS_MAX:
                return ""
            near = get_close_matches(name, self.cooperatives, n=1, cutoff=0.75)
            self.suggestions[name] = self.cooperatives[near[0]].name if near else ""
        return self.suggestions[name]

    def _admit_cooperative(self, cooperative: Cooperative) -> None:
        self.cooperatives[compact(cooperative.name)] = cooperative
        self.by_code[cooperative.code] = cooperative
        self.villages.add(compact(cooperative.village))
        self.compartments[cooperative.cabinet, cooperative.compartment] = cooperative

    def _admit_person(self, person: Person) -> None:
        self.phones[person.phone].append(person)
        if person.card:
            self.cards.setdefault(person.card, person)
        if person.unit.code:
            self.officers[person.unit.code, person.role].append(person)

    def _admit_seal(self, seal: Seal) -> None:
        if seal.tag:
            self.tags[seal.tag] = seal
        if seal.seal_code:
            self.seal_codes.setdefault(seal.seal_code, seal)


def find_cabinet(number: str, town: Town) -> str | Refusal:
    """The 柜号 of an admitted cabinet."""
    if number in town.cabinets:
        return number
    if place := town.refused.get((Cabinet, number)):
        return Refusal("refused-cabinet", f"这个柜在{place}没有读入，请先改好那一行。", place)
    return Refusal("unknown-cabinet", "柜号要先登记在《共管柜》表里。")


def find_cooperative(name: str, town: Town) -> str | Refusal:
    """The 编号 of the admitted cooperative of that name."""
    if known := town.by_name(name):
        return known.code
    if belongs_elsewhere(name):
        return Refusal("not-a-cooperative", ONLY_COOPERATIVES)
    if place := town.refused.get((Cooperative, compact(name))):
        return Refusal("refused-cooperative", f"这个合作社在{place}没有读入，请先改好那一行。", place)
    near = town.nearest_cooperative(compact(name))
    hint = f"最接近的是“{near}”。" if near else ""
    return Refusal("unknown-cooperative", f"要写《合作社》表里的全称。{hint}")


def find_unit(name: str, town: Town) -> Unit | Refusal:
    """The office, village or admitted cooperative of that name."""
    if office := office_named(name):
        return Unit(UnitKind.OFFICE, office)
    for village in (compact(name), without_township(name)):
        if village in town.villages:
            return Unit(UnitKind.VILLAGE, village)
    found = find_cooperative(name, town)
    if isinstance(found, str):
        return Unit(UnitKind.COOPERATIVE, town.by_code[found].name, found)
    if found.rule == "refused-cooperative":
        return found
    return Refusal("unknown-unit", "要写三资办、镇纪委、镇政府，或《合作社》表里的村名、合作社全称。")
