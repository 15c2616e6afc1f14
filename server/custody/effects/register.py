"""What registering makes true: the township, its cabinets, agents, cooperatives and things."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from server.custody.enrolments import Enrolment, EnrolmentState
from server.custody.facts import Agent, Cabinet, Compartment, Cooperative, Item, Township
from server.custody.happenings import Fact, Happening, Known
from server.custody.states import ItemKind, ItemState, SealType

TOWNSHIP = "township"
TAG = "标签号"
"""The column of the workbook, and so the detail of an item, that names its radio tag."""


def _township_founded(_known: Known, h: Happening) -> Sequence[Fact]:
    return [Township(id=TOWNSHIP, name=h.body["name"], origin=h.about["origin"], card_salt=h.body["card_salt"])]


def _cabinet_registered(known: Known, h: Happening) -> Sequence[Fact]:
    before = known.get(Cabinet, h.about["cabinet"])
    cabinet = Cabinet(id=h.about["cabinet"], compartments=h.about["compartments"], **h.said)
    if before is None:
        return [cabinet]
    kept = {"agent": before.agent, "out_of_service": before.out_of_service, "retired_at": before.retired_at}
    return [replace(cabinet, **kept)]  # type: ignore[arg-type]


def _compartment_retired(known: Known, h: Happening) -> Sequence[Fact]:
    cabinet_id, _, number = h.about["compartment"].rpartition("/")
    cabinet = known.get(Cabinet, cabinet_id)
    if cabinet is None:
        return []
    return [replace(cabinet, out_of_service=tuple(sorted({*cabinet.out_of_service, int(number)})))]


def _cabinet_retired(known: Known, h: Happening) -> Sequence[Fact]:
    cabinet = known.get(Cabinet, h.about["cabinet"])
    return [] if cabinet is None else [replace(cabinet, retired_at=h.at)]


def _agent_added(known: Known, h: Happening) -> Sequence[Fact]:
    agent = Agent(
        id=h.about["agent"],
        epoch=h.about["epoch"],
        key=h.about["key"],
        broker_password=h.body["broker_password"],
        trust=h.about.get("trust", "log"),
    )
    before = known.get(Agent, agent.id)
    if before is not None:
        agent = replace(agent, roster_version=before.roster_version, roster_document=before.roster_document)
    cabinets = (known.get(Cabinet, cabinet) for cabinet in h.about["cabinets"])
    driven = (replace(cabinet, agent=agent.id) for cabinet in cabinets if cabinet is not None)
    enrolment = known.get(Enrolment, h.about["enrolment"]) if "enrolment" in h.about else None
    confirmed = [] if enrolment is None else [replace(enrolment, state=EnrolmentState.CONFIRMED)]
    return [agent, *driven, *confirmed]


def _agent_revoked(known: Known, h: Happening) -> Sequence[Fact]:
    agent = known.get(Agent, h.about["agent"])
    return [] if agent is None else [replace(agent, is_active=False)]


def _agent_reinstated(known: Known, h: Happening) -> Sequence[Fact]:
    agent = known.get(Agent, h.about["agent"])
    return [] if agent is None else [replace(agent, is_active=True, unheard_at=None)]


def _agent_unheard(known: Known, h: Happening) -> Sequence[Fact]:
    agent = known.get(Agent, h.about["agent"])
    return [] if agent is None else [replace(agent, unheard_at=h.at)]


def _roster_issued(known: Known, h: Happening) -> Sequence[Fact]:
    agent = known.get(Agent, h.about["agent"])
    if agent is None:
        return []
    return [replace(agent, roster_version=h.about["version"], roster_document=h.about["document"])]


def _cooperative_described(known: Known, h: Happening) -> Sequence[Fact]:
    cabinet, _, compartment = h.about["compartment"].rpartition("/")
    described = {"cabinet": cabinet, "compartment": int(compartment), **h.said}
    before = known.get(Cooperative, h.about["cooperative"])
    if before is None:
        cooperative = Cooperative(id=h.about["cooperative"], resolved_on=None, expires_on=None, **described)
    else:
        cooperative = replace(before, **described)
    return [cooperative, Compartment(id=cooperative.place, cooperative=cooperative.id)]


def _mandate_recorded(known: Known, h: Happening) -> Sequence[Fact]:
    cooperative = known.get(Cooperative, h.about["cooperative"])
    if cooperative is None:
        return []
    resolved_on, expires_on = (date.fromisoformat(h.about[key]) for key in ("resolved_on", "expires_on"))
    return [replace(cooperative, resolved_on=resolved_on, expires_on=expires_on, revoked_on=None)]


def _item_registered(_known: Known, h: Happening) -> Sequence[Fact]:
    return [
        Item(
            id=h.about["item"],
            cooperative=h.about["cooperative"],
            kind=ItemKind(h.about["kind"]),
            name=h.body["name"],
            key=h.body["key"],
            seal_type=_seal_type(h),
            details=h.body["details"],
            tag=h.body["details"].get(TAG),
        )
    ]


def _item_changed(known: Known, h: Happening) -> Sequence[Fact]:
    item = known.get(Item, h.about["item"])
    if item is None:
        return []
    details = h.body["details"]
    return [
        replace(item, name=h.body["name"], seal_type=_seal_type(h), details=details, tag=details.get(TAG, item.tag))
    ]


def _counted_in(known: Known, h: Happening) -> Sequence[Fact]:
    items = (known.get(Item, item) for item in h.about["items"])
    return [replace(item, state=ItemState.IN_CABINET) for item in items if item is not None]


def _seal_type(h: Happening) -> SealType | None:
    return None if h.body["seal_type"] is None else SealType(h.body["seal_type"])


REGISTER_EFFECTS = {
    "township_founded": _township_founded,
    "cabinet_registered": _cabinet_registered,
    "cabinet_retired": _cabinet_retired,
    "compartment_retired": _compartment_retired,
    "agent_added": _agent_added,
    "agent_revoked": _agent_revoked,
    "agent_reinstated": _agent_reinstated,
    "agent_unheard": _agent_unheard,
    "roster_issued": _roster_issued,
    "cooperative_registered": _cooperative_described,
    "cooperative_changed": _cooperative_described,
    "mandate_recorded": _mandate_recorded,
    "item_registered": _item_registered,
    "item_changed": _item_changed,
    "counted_in_for_demonstration": _counted_in,
}
