"""What every view is made from: the facts at hand, the moment, and the language it is told in."""

from dataclasses import dataclass
from datetime import date, datetime

from server.custody.facts import Cooperative, Item
from server.custody.happenings import F, Known
from server.custody.people import Person
from server.web import times
from server.web.language import Language
from server.web.troubles import NotFound


@dataclass(frozen=True, slots=True)
class Reading:
    """Facts by kind and id, told at one moment in one language."""

    known: Known
    now: datetime
    language: Language

    def say(self, source: str) -> str:
        """The source string in this language."""
        return self.language.say(source)

    def must(self, kind: type[F], fact_id: str) -> F:
        """The fact; raises `NotFound` where there is none."""
        found = self.known.get(kind, fact_id)
        if found is None:
            raise NotFound
        return found

    def name(self, person: str) -> str:
        """A person's name, or the id where nobody is on record."""
        found = self.known.get(Person, person)
        return person if found is None else found.name

    def items(self, ids: tuple[str, ...]) -> tuple[Item, ...]:
        """The items on record among these."""
        return tuple(item for item in (self.known.get(Item, each) for each in ids) if item is not None)

    def cooperative(self, cooperative: str) -> Cooperative:
        """The cooperative; raises `NotFound`."""
        return self.must(Cooperative, cooperative)

    def moment(self, at: datetime) -> str:
        """11月23日 周一 09:12."""
        return times.moment(at, self.now, self.language.code)

    def day(self, at: date | None) -> str:
        """2030年9月21日 with its year, or nothing."""
        if at is None:
            return ""
        return times.date_with_year(at, self.language.code)
