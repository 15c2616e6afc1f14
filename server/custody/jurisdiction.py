"""What a cabinet's agent can speak about: its own doors, and what belongs behind them.

An agent's key speaks for that agent alone. Whatever its reports say about another agent's compartments, permits or
things changes nothing; it stays in the log, flagged.
"""

from collections.abc import Iterable

from server.custody.facts import Cabinet, Checkout, Cooperative, Deposit, IssuedPermit, Item, Opening
from server.custody.happenings import Happening, Known


def serves_place(known: Known, agent: str, place: str) -> bool:
    """Whether the compartment (`CAB-01/7`) is in a cabinet of this agent."""
    cabinet = known.get(Cabinet, place.rpartition("/")[0])
    return cabinet is not None and cabinet.agent == agent


def serves_cooperative(known: Known, agent: str, cooperative_id: str) -> bool:
    """Whether this cooperative's compartment is one of this agent's."""
    cooperative = known.get(Cooperative, cooperative_id)
    return cooperative is not None and serves_place(known, agent, cooperative.place)


def items_of(known: Known, h: Happening, ids: Iterable[str]) -> list[Item]:
    """The items among these ids that the reporting agent can speak about."""
    found = (known.get(Item, each) for each in dict.fromkeys(ids))
    return [item for item in found if item is not None and serves_cooperative(known, h.by, item.cooperative)]


def checkout_of(known: Known, h: Happening) -> Checkout | None:
    """The checkout the report names, where its agent can speak about it."""
    checkout = known.get(Checkout, h.about["checkout"]) if h.about.get("checkout") else None
    return checkout if checkout is not None and serves_cooperative(known, h.by, checkout.cooperative) else None


def deposit_of(known: Known, h: Happening) -> Deposit | None:
    """The deposit the report names, where its agent can speak about it."""
    deposit = known.get(Deposit, h.about["deposit"]) if h.about.get("deposit") else None
    return deposit if deposit is not None and serves_cooperative(known, h.by, deposit.cooperative) else None


def permit_of(known: Known, h: Happening) -> IssuedPermit | None:
    """The permit the report names, where it was issued to its agent."""
    permit = known.get(IssuedPermit, h.about["permit"]) if h.about.get("permit") else None
    return permit if permit is not None and permit.agent == h.by else None


def opening_of(known: Known, h: Happening) -> Opening | None:
    """The opening the report names, where its agent began it."""
    opening = known.get(Opening, h.about["opening"]) if h.about.get("opening") else None
    return opening if opening is not None and opening.agent == h.by else None
