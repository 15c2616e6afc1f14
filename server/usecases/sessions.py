"""Who a browser's cookie stands for, asked on every request."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from server.custody.administration.settings import SettingName, value_of
from server.custody.people import SignIn, Standing
from server.custody.states import CredentialKind
from server.store import find
from server.store.database import Reader
from server.store.fact_rows import FactRows
from server.store.side_tables import digest_of, last_visit, save_visit
from server.store.work import Work

VISIT_STEP = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody signed in. `is_due`: tell the writer (`touch_session`) that the session is still in use."""

    standing: Standing
    session: str
    is_due: bool


def visitor_of_token(reader: Reader, token: str, now: datetime) -> Visitor | None:
    """Whose session this is; None where it never was, ended, idled, or its person was blocked or changed secrets."""
    facts = FactRows(reader)
    session = facts.get(SignIn, digest_of(token))
    if session is None or session.closed_at is not None or now >= session.expires_at:
        return None
    seen_at = last_visit(reader, session.id) or session.opened_at
    if now - seen_at >= timedelta(minutes=value_of(facts, SettingName.SESSION_IDLE_MINUTES)):
        return None
    who = find.standing(facts, session.person)
    if who is None or not who.person.is_active or _secret_changed(facts, session):
        return None
    return Visitor(who, session.id, now - seen_at >= VISIT_STEP)


@dataclass(frozen=True, slots=True)
class TouchSession:
    """Which session is still in use."""

    session: str


def touch_session(work: Work, asked: TouchSession) -> None:
    """Remember that the session is in use; no event, since it changes nothing anybody relies on."""
    save_visit(work.connection, asked.session, work.now)


def _secret_changed(facts: FactRows, session: SignIn) -> bool:
    password = find.credential(facts, session.person, CredentialKind.PASSWORD)
    return password is None or password.set_at > session.opened_at
