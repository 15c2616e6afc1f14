"""Signing in and out of the pages."""

from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from firmware_protocol.times import write_time
from server.custody.administration.settings import SettingName, value_of
from server.custody.people import Person, SignIn
from server.custody.refusals import Refused
from server.custody.states import CredentialKind
from server.store import find
from server.store.database import Database
from server.store.fact_rows import FactRows
from server.store.side_tables import digest_of, secret
from server.store.work import Work
from server.usecases.hashing import NOBODYS_PASSWORD, password_fits
from server.usecases.throttle import count_failure, sign_in_keys, signed_in_from, throttled

_TOKEN_BYTES = 32
_WRONG = Refused("wrong_password", "手机号或密码不对。请再试一次；忘了密码请找三资办打印开通码。")
_BLOCKED = Refused("person_blocked", "您的账号已停用，不能登录。请联系三资办。")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInClaim:
    """What somebody typed. `source` is where they typed it, for instance the address of their machine."""

    phone: str
    password: str = field(repr=False)
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedClaim:
    """The claim after the slow check: what may be handed to the writer."""

    phone: str
    source: str
    person: str | None
    credential: str | None
    fits: bool


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The session's token, for a cookie; only its digest is kept."""

    token: str = field(repr=False)
    person: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class SignOut:
    """Whose session ends, by its token."""

    token: str = field(repr=False)


def check_password(database: Database, claim: SignInClaim, now: datetime) -> CheckedClaim | Refused:
    """The slow part, outside the writer: about 30 ms whether the account exists or not."""
    with database.reading() as reader:
        refused = throttled(reader, sign_in_keys(reader, claim.phone, claim.source), now)
        if refused is not None:
            return refused
        facts = FactRows(reader)
        person = find.person_by_phone(facts, claim.phone)
        credential = None if person is None else find.credential(facts, person.id, CredentialKind.PASSWORD)
        phc = None if credential is None else secret(reader, credential.digest)
    fits = password_fits(claim.password, phc or NOBODYS_PASSWORD) and phc is not None
    return CheckedClaim(
        phone=claim.phone,
        source=claim.source,
        person=None if person is None else person.id,
        credential=None if credential is None else credential.digest,
        fits=fits,
    )


def sign_in(work: Work, checked: CheckedClaim) -> SignedIn | Refused:
    """Open a session, or make the next try wait longer."""
    person = proven(work, checked)
    return person if isinstance(person, Refused) else open_session(work, person)


def proven(work: Work, checked: CheckedClaim) -> Person | Refused:
    """Whose password it was, or why that counts for nothing; wrong ones make the next try wait longer."""
    keys = sign_in_keys(work.connection, checked.phone, checked.source)
    if (refused := throttled(work.connection, keys, work.now)) is not None:
        return _turned_away(work, checked, refused, "throttled")
    person = work.get(Person, checked.person) if checked.person else None
    if person is None or not checked.fits or not _is_current(work, checked):
        count_failure(work, *keys)
        return _turned_away(work, checked, _WRONG, "wrong_password")
    if not person.is_active:
        return _turned_away(work, checked, _BLOCKED, "blocked")
    signed_in_from(work, checked.phone, checked.source)
    return person


def sign_out(work: Work, asked: SignOut) -> None:
    """End a session; nothing happens where there is none."""
    session = work.get(SignIn, digest_of(asked.token))
    if session is not None and session.closed_at is None:
        work.record("signed_out", {"person": session.person}, {"session": session.id})


def open_session(work: Work, person: Person) -> SignedIn:
    """Open a session for somebody whose password was checked."""
    token = urlsafe_b64encode(work.chance(_TOKEN_BYTES)).decode().rstrip("=")
    expires_at = work.now + timedelta(hours=value_of(work, SettingName.SESSION_HOURS))
    body = {"session": digest_of(token), "expires_at": write_time(expires_at)}
    work.record("signed_in", {"person": person.id}, body)
    return SignedIn(token, person.id, expires_at)


def _is_current(work: Work, checked: CheckedClaim) -> bool:
    """Whether the password that was checked is still the one in force."""
    credential = find.credential(work.facts, checked.person or "", CredentialKind.PASSWORD)
    return credential is not None and credential.digest == checked.credential


def _turned_away(work: Work, checked: CheckedClaim, refused: Refused, reason: str) -> Refused:
    work.record("signin_refused", {"person": checked.person, "reason": reason})
    return refused
