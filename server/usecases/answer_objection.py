"""The office answers an objection; the answer is public."""

from dataclasses import dataclass

from server.custody.objections import TEXT_CHARACTERS_MAX, Answering, Objection, refuse_answer
from server.custody.refusals import Refused
from server.store.work import Work
from server.usecases.refusing import acting, refuse
from server.usecases.texts import tidy

UNKNOWN_OBJECTION = Refused("unknown_objection", "没有找到这件异议。请回到列表，从那里再打开一次。")


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerObjection:
    """Who answers which objection, and how."""

    by: str
    objection: str
    text: str


def answer_objection(work: Work, asked: AnswerObjection) -> Objection | Refused:
    """Answer it once, or say why not."""
    objection = work.get(Objection, asked.objection)
    if objection is None:
        return refuse(work, UNKNOWN_OBJECTION, asked.by)
    refused = refuse_answer(Answering(by=acting(work, asked.by), objection=objection, text=asked.text))
    if refused is not None:
        return refuse(work, refused, asked.by, cooperative=objection.cooperative)
    about = {"objection": objection.id, "cooperative": objection.cooperative, "person": asked.by}
    work.record("objection_answered", about, {"answer": tidy(asked.text, TEXT_CHARACTERS_MAX)})
    return work.get(Objection, objection.id) or objection
