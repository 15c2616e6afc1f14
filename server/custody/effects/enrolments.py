"""What becomes of an enrolment; that the agent is there is told by `agent_added`."""

from collections.abc import Sequence
from dataclasses import replace

from firmware_protocol.times import read_time
from server.custody.enrolments import Enrolment, EnrolmentState
from server.custody.happenings import Fact, Happening, Known


def _opened(_known: Known, h: Happening) -> Sequence[Fact]:
    return [
        Enrolment(
            id=h.about["enrolment"],
            agent=h.about["agent"],
            cabinets=tuple(h.about["cabinets"]),
            trust=h.about["trust"],
            opened_by=h.about.get("by_person"),
            opened_at=h.at,
            expires_at=read_time(h.about["expires_at"]),
            **h.body,
        )
    ]


def _presented(known: Known, h: Happening) -> Sequence[Fact]:
    enrolment = known.get(Enrolment, h.about["enrolment"])
    if enrolment is None:
        return []
    told = {"epoch": h.about["epoch"], "key": h.about["key"], "presented_at": h.at, **h.body}
    return [replace(enrolment, state=EnrolmentState.PRESENTED, **told)]


def _closed(known: Known, h: Happening) -> Sequence[Fact]:
    enrolment = known.get(Enrolment, h.about["enrolment"])
    return [] if enrolment is None else [replace(enrolment, state=EnrolmentState.CLOSED, closed_for=h.about["reason"])]


ENROLMENT_EFFECTS = {
    "enrolment_opened": _opened,
    "enrolment_presented": _presented,
    "enrolment_closed": _closed,
}
