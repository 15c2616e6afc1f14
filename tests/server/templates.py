"""Towns to be copied: founded once per test process, so that a test begins with a copy."""

from dataclasses import dataclass

from server.store.database import Database
from server.usecases.add_agent import AgentAdded
from tests.server.town import Hall, Town


@dataclass(frozen=True, slots=True)
class Template:
    """A town whose database nobody has open, how much chance it used up, and its agent's keys."""

    url: str
    serial: int = 0
    added: AgentAdded | None = None

    def open(self, url: str) -> Town:
        """Go on in `url`, a copy of its database."""
        town = Town(Database.open(url), serial=self.serial)
        town.hall = None if self.added is None else Hall(town, self.added)
        return town


def empty(url: str) -> Template:
    """The schema alone."""
    Database.open(url).close()
    return Template(url)


def furnished(url: str) -> Template:
    """What `Town.furnish` makes."""
    town = Town(Database.open(url)).furnish()
    town.close()
    assert town.hall is not None
    return Template(url, town.serial, town.hall.added)
