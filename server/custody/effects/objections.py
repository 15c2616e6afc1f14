"""What objections and their answers make true."""

from collections.abc import Sequence
from dataclasses import replace

from server.custody.happenings import Fact, Happening, Known
from server.custody.objections import Objection


def _raised(_known: Known, h: Happening) -> Sequence[Fact]:
    return [
        Objection(
            id=h.about["objection"],
            cooperative=h.about["cooperative"],
            month=h.about["month"],
            text=h.body.get("text", ""),
            phone=h.body.get("phone", ""),
            raised_at=h.at,
        )
    ]


def _answered(known: Known, h: Happening) -> Sequence[Fact]:
    objection = known.get(Objection, h.about["objection"])
    if objection is None:
        return []
    answer = h.body.get("answer", "")
    return [replace(objection, answer=answer, answered_by=h.about["person"], answered_at=h.at)]


OBJECTION_EFFECTS = {"objection_raised": _raised, "objection_answered": _answered}
