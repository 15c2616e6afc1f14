"""What an event bears on: the columns by which the log is searched. Derived from the event and what was known."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from server.custody.facts import Checkout, Compartment, Deposit, IssuedPermit, Item, Opening
from server.custody.happenings import F, Happening, Known
from server.custody.shapes import is_id


class EventGroup(StrEnum):
    """The kinds of event people search for."""

    REQUEST = "request"
    PERMIT = "permit"
    DOOR = "door"
    ALARM = "alarm"
    PEOPLE = "people"
    REGISTER = "register"
    FINDING = "finding"
    SYSTEM = "system"
    HANDOVER = "handover"
    ADMINISTRATION = "administration"


GROUP_TITLES: Mapping[EventGroup, str] = {
    EventGroup.REQUEST: "申请与审批",
    EventGroup.PERMIT: "开柜许可",
    EventGroup.DOOR: "开柜与存取",
    EventGroup.ALARM: "异常与拒绝",
    EventGroup.PEOPLE: "人员与登录",
    EventGroup.REGISTER: "登记与名册",
    EventGroup.FINDING: "预警与应急",
    EventGroup.SYSTEM: "系统运行",
    EventGroup.HANDOVER: "交接与盘点",
    EventGroup.ADMINISTRATION: "管理变更",
}

_TYPES_OF_GROUP: Mapping[EventGroup, str] = {
    EventGroup.REQUEST: "checkout_filed checkout_endorsed checkout_approved checkout_refused checkout_withdrawn"
    " checkout_expired deposit_arranged count_ordered document_attached document_withdrawn documents_filed"
    " checkout_returned_for_correction checkout_corrected checkout_extended approval_late"
    " objection_raised objection_answered",
    EventGroup.PERMIT: "permit_issued permit_reissued permit_revoked revocations_issued permit_received",
    EventGroup.DOOR: "opening_intended door_opened door_closed items_taken items_returned items_deposited"
    " items_counted opening_finished counted_in_for_demonstration custody_resumed copies_stated photo_taken"
    " items_transferred inside_filled inside_emptied tag_came tag_went tag_learned",
    EventGroup.ALARM: "identification_refused pin_lockout opening_refused door_jammed door_unknown"
    " opening_interrupted door_left_open door_forced items_missing board_lost board_tampered"
    " board_supply_low door_sensor_failed board_events_lost permit_declined request_refused"
    " signin_refused agent_unheard device_contradiction device_equivocated log_disputed clock_stepped lock_released"
    " door_left_unlocked pulse_unaccounted server_clock_stepped",
    EventGroup.PEOPLE: "credential_set signed_in signed_out delegation_given delegation_ended",
    EventGroup.REGISTER: "township_founded item_registered item_changed export_made log_exported",
    EventGroup.ADMINISTRATION: "person_registered person_changed person_blocked person_unblocked person_erased"
    " role_granted role_withdrawn card_issued card_blocked pin_blocked code_issued sessions_ended change_proposed"
    " change_confirmed change_declined settings_changed holidays_set policy_proposed policy_adopted policy_declined"
    " roster_imported cabinet_registered cooperative_registered cooperative_changed mandate_recorded agent_added"
    " agent_revoked agent_reinstated enrolment_opened enrolment_presented enrolment_closed cabinet_retired"
    " compartment_retired key_rotated key_retired agent_key_rotated",
    EventGroup.HANDOVER: "handover_opened handover_begun handover_listed handover_counted handover_resolved"
    " handover_signed handover_completed handover_cancelled handover_demonstrated cooperative_frozen"
    " cooperative_unfrozen mandate_revoked seal_frozen seal_unfrozen seal_lost seal_found seal_voided seal_stopped"
    " seal_surrendered seal_destroyed seal_succeeded",
    EventGroup.FINDING: "overdue_told finding_raised finding_explained finding_accepted finding_returned finding_closed"
    " finding_cleared emergency_opened emergency_explained emergency_attested emergency_approved emergency_refused"
    " emergency_lapsed",
}
GROUP_OF_TYPE: Mapping[str, EventGroup] = {
    event_type: group for group, types in _TYPES_OF_GROUP.items() for event_type in types.split()
}


Ground = Checkout | Deposit | Compartment | Item


@dataclass(frozen=True, slots=True)
class Bearing:
    """Whom and what an event is about. Ids only; `persons` and `items` without repetition, in order."""

    group: EventGroup
    cooperative: str | None
    checkout: str | None
    persons: tuple[str, ...]
    items: tuple[str, ...]


def bearing_of(known: Known, happening: Happening) -> Bearing:
    """What this event bears on, told with its effects already known."""
    about = happening.about
    opening = _get(known, Opening, about.get("opening"))
    permit = _get(known, IssuedPermit, about.get("permit"))
    grounds = [ground for ground in (opening, permit) if ground]
    checkout_id = _text(about.get("checkout")) or _first([ground.checkout for ground in grounds])
    items = _texts(about.get("items")) or _texts(about.get("item"))
    places: tuple[tuple[type[Ground], object], ...] = (
        (Checkout, checkout_id),
        (Deposit, about.get("deposit")),
        (Compartment, about.get("compartment")),
        (Compartment, _first([ground.place for ground in grounds])),
        (Item, _first(items)),
    )
    return Bearing(
        group=GROUP_OF_TYPE.get(happening.type, EventGroup.SYSTEM),
        cooperative=_text(about.get("cooperative")) or _cooperative(known, places),
        checkout=checkout_id,
        persons=_persons(about) or (opening.persons if opening else ()),
        items=items,
    )


def _cooperative(known: Known, places: Iterable[tuple[type[Ground], object]]) -> str | None:
    """Whose the first of these is that anybody's is; what comes after it is not looked up."""
    for kind, fact_id in places:
        ground = _get(known, kind, fact_id)
        if ground and ground.cooperative:
            return ground.cooperative
    return None


def _persons(about: Mapping[str, Any]) -> tuple[str, ...]:
    named = (*_texts(about.get("person")), *_texts(about.get("by_person")), *_texts(about.get("persons")))
    return tuple(dict.fromkeys(named))


def _get(known: Known, kind: type[F], fact_id: object) -> F | None:
    return known.get(kind, fact_id) if isinstance(fact_id, str) and is_id(fact_id) else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and is_id(value) else None


def _texts(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    texts = value if isinstance(value, list) else [value]
    return tuple(dict.fromkeys(text for text in texts if is_id(text)))


def _first(values: Iterable[str | None]) -> str | None:
    return next(filter(None, values), None)
