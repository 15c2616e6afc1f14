"""Everything somebody has open on the web ends at once: a phone that was lost, a machine left behind."""

from dataclasses import dataclass

from server.custody.blocking import OneToAnother, refuse_to_end_sessions
from server.custody.refusals import Refused
from server.store import find
from server.store.find_administration import open_sessions
from server.store.work import Work
from server.usecases.refusing import UNKNOWN_PERSON, acting, refuse

NO_SESSIONS = Refused("no_sessions", "现在没有登录着的，不用再办。")


@dataclass(frozen=True, slots=True, kw_only=True)
class EndSessions:
    """Who ends whose sessions; everybody may end their own."""

    by: str
    person: str


@dataclass(frozen=True, slots=True)
class SessionsEnded:
    """How many there were."""

    person: str
    sessions: int


def end_sessions(work: Work, asked: EndSessions) -> SessionsEnded | Refused:
    """End them, or say why not. Password and PIN stay as they are."""
    other = find.standing(work.facts, asked.person)
    if other is None:
        return refuse(work, UNKNOWN_PERSON, asked.by)
    refused = refuse_to_end_sessions(OneToAnother(acting(work, asked.by), other))
    sessions = open_sessions(work.facts, other.id, work.now)
    if refused is None and not sessions:
        refused = NO_SESSIONS
    if refused is not None:
        return refuse(work, refused, asked.by)
    about = {"person": other.id, "by_person": asked.by}
    work.record("sessions_ended", about, {"sessions": [session.id for session in sessions]})
    return SessionsEnded(other.id, len(sessions))
