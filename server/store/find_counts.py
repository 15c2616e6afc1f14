"""Which compartments are ordered to be opened for a look."""

from datetime import datetime

from server.custody.facts import Cabinet, Cooperative, IssuedPermit
from server.store.fact_rows import FactRows
from server.store.find import live_permits


def waiting_counts(facts: FactRows, cooperative: Cooperative, now: datetime) -> list[IssuedPermit]:
    """The permits with which the cooperative's compartment can be opened to look into it."""
    cabinet = facts.get(Cabinet, cooperative.cabinet)
    agent = cabinet.agent if cabinet is not None else None
    live = live_permits(facts, agent, now) if agent else []
    to_look = (each for each in live if each.checkout is None and each.deposit is None)
    return [each for each in to_look if each.place == cooperative.place]
