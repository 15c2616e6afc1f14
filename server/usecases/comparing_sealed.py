"""What was sealed beside what was approved, as rule A05 compares them: copies, pages, and the documents themselves.

Nothing is guessed. Copies are what two people at the cabinet stated; pages are photographs, and count only where
whoever filed them says that they are every page of one copy; documents are the bytes on the disk, hashed anew.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from server.custody.facts import Checkout
from server.custody.findings.copies_differ import Sealed
from server.custody.findings.finding import Sighting
from server.store import find
from server.store.lists import sightings
from server.store.uploads import Uploads
from server.usecases.gathering import Gathering


@dataclass(frozen=True, slots=True)
class Comparing:
    """A gathering, and where the documents lie; None where nobody can look at them: then they are not compared."""

    gathering: Gathering
    uploads: Uploads | None

    def sealed(self) -> Iterator[Sealed]:
        """What each new entry tells of what was sealed."""
        for sighting, checkout in self.gathering.about_checkouts(*_TOLD_BY):
            yield Sealed(
                checkout=checkout.id,
                cooperative=checkout.cooperative,
                persons=sighting.persons,
                entries=sighting.entries,
                **_TOLD_BY[sighting.type](self, sighting, checkout),
            )

    def copies(self, _sighting: Sighting, checkout: Checkout) -> dict[str, Any]:
        """How many copies people said they really sealed."""
        return {"copies_approved": checkout.copies, "copies_sealed": checkout.stamped}

    def pages(self, sighting: Sighting, checkout: Checkout) -> dict[str, Any]:
        """How many pages of the sealed copy were photographed."""
        return {"pages_declared": checkout.pages, "pages_seen": sighting.pages}

    def documents(self, _sighting: Sighting, checkout: Checkout) -> dict[str, Any]:
        """What was approved as it lies there now; personal data that were erased are not missed."""
        if self.uploads is None:
            return {}
        filed = find.attachments_of(self.gathering.facts, checkout.id)
        kept = {each.sha256 for each in filed if each.withdrawn_at is None}
        approved = sightings.documents_approved(self.gathering.reader, checkout.id)
        compared = tuple(each for each in approved if each in kept)
        return {"documents_approved": compared, "documents_found": tuple(map(self.uploads.found_as, compared))}


_TOLD_BY: Mapping[str, Callable[[Comparing, Sighting, Checkout], dict[str, Any]]] = {
    "copies_stated": Comparing.copies,
    "documents_filed": Comparing.pages,
    "items_taken": Comparing.documents,
    "items_returned": Comparing.documents,
}
"""Which entry tells what: a seal is used between its taking and its return."""
