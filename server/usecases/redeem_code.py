"""Somebody turns their one-time code into a password and a PIN of their own."""

from dataclasses import dataclass, field

from server.custody.passwords import refuse_password, refuse_pin
from server.custody.people import OneTimeCode, Person
from server.custody.refusals import Refused
from server.custody.states import CredentialKind
from server.store import find
from server.store.side_tables import drop_secret, save_secret
from server.store.work import Work
from server.usecases.hashing import Chance, password_hash, salted_pin_hash
from server.usecases.issue_code import code_digest
from server.usecases.issue_roster import issue_rosters
from server.usecases.refusing import refuse
from server.usecases.throttle import count_failure, source_key, throttled

_WRONG_CODE = Refused("wrong_code", "开通码不对、用过了或过期了。请核对，或请三资办重新打印一张。")


@dataclass(frozen=True, slots=True, kw_only=True)
class RedeemCode:
    """The code as typed, and what its owner chose. `source` is where, for instance the address of their machine."""

    code: str
    source: str = ""
    password: str = field(repr=False)
    pin: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedRedemption:
    """The same after the slow hashing: what may be handed to the writer."""

    asked: RedeemCode
    password_phc: str = field(repr=False)
    pin_phc: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Redeemed:
    """The person can sign in and stand at the cabinet."""

    person: str
    name: str


def prepare_redemption(asked: RedeemCode, chance: Chance) -> PreparedRedemption | Refused:
    """The slow part, outside the writer: judge form and strength, then hash. About 60 ms."""
    refused = refuse_password(asked.password) or refuse_pin(asked.pin)
    if refused is not None:
        return refused
    return PreparedRedemption(
        asked=asked,
        password_phc=password_hash(asked.password, chance),
        pin_phc=salted_pin_hash(asked.pin, chance),
    )


def redeem_code(work: Work, prepared: PreparedRedemption) -> Redeemed | Refused:
    """Set both credentials if the code is good; a code works once, and only the newest one a person was given."""
    if (refused := throttled(work.connection, [source_key(prepared.asked.source)], work.now)) is not None:
        return refused
    code = work.get(OneTimeCode, code_digest(prepared.asked.code))
    person = None if code is None else work.get(Person, code.person)
    if code is None or person is None or not _is_good(work, code) or not person.is_active:
        count_failure(work, source_key(prepared.asked.source))
        return refuse(work, _WRONG_CODE, None if person is None else person.id)
    asked = prepared.asked
    refused = refuse_password(asked.password, person.phone, person.name) or refuse_pin(asked.pin, person.phone)
    if refused is not None:
        return refuse(work, refused, person.id)
    set_credential(work, person.id, CredentialKind.PASSWORD, prepared.password_phc, code.id)
    set_credential(work, person.id, CredentialKind.PIN, prepared.pin_phc, code.id)
    issue_rosters(work)
    return Redeemed(person.id, person.name)


def set_credential(work: Work, person: str, kind: CredentialKind, phc: str, code: str | None = None) -> None:
    """Put a hash in force; what it replaces is forgotten, and sessions opened before end."""
    before = find.credential(work.facts, person, kind)
    if before is not None:
        drop_secret(work.connection, before.digest)
    digest = save_secret(work.connection, phc)
    body = {"digest": digest} if code is None else {"digest": digest, "code": code}
    work.record("credential_set", {"person": person, "kind": kind}, body)


def _is_good(work: Work, code: OneTimeCode) -> bool:
    newest = max((each.expires_at for each in find.unused_codes(work.facts, code.person)), default=None)
    return code.used_at is None and code.expires_at == newest and work.now <= code.expires_at
