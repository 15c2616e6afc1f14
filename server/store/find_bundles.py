"""The lists of a cabinet that were opened together, and whose they could be."""

from server.custody.facts import Cooperative
from server.custody.handovers.facts import Handover
from server.store.fact_rows import FactRows
from server.store.rows import TABLE_OF

_HANDOVERS, _COOPERATIVES = TABLE_OF[Handover], TABLE_OF[Cooperative]


def cooperatives_in(facts: FactRows, cabinet: str) -> list[Cooperative]:
    """The cooperatives that have a compartment of this cabinet and have not left, in the order of the doors."""
    found = facts.where(Cooperative, _COOPERATIVES.c.cabinet == cabinet)
    return sorted((each for each in found if each.revoked_on is None), key=lambda each: each.compartment)


def bundle_of(facts: FactRows, bundle: str) -> list[Handover]:
    """The handovers that were opened together, in the order of the doors."""
    found = facts.where(Handover, _HANDOVERS.c.bundle == bundle)
    return sorted(found, key=lambda each: int(each.place.rpartition("/")[2]))
