"""What makes people known, lets them in, and keeps them out."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from firmware_protocol.times import read_time
from server.custody.erasing import erased_permit, erased_person
from server.custody.facts import IssuedPermit, Opening
from server.custody.happenings import Fact, Happening, Known
from server.custody.people import Credential, Grant, OneTimeCode, Person, SignIn, credential_id
from server.custody.roles import Role
from server.custody.states import CredentialKind


def _person_registered(_known: Known, h: Happening) -> Sequence[Fact]:
    return [Person(id=h.about["person"], name=h.body["name"], phone=h.body["phone"], unit=h.body["unit"])]


def _person_changed(known: Known, h: Happening) -> Sequence[Fact]:
    return _changed(known, h, name=h.body["name"], phone=h.body["phone"], unit=h.body["unit"])


def _person_blocked(known: Known, h: Happening) -> Sequence[Fact]:
    return _changed(known, h, is_active=False)


def _person_unblocked(known: Known, h: Happening) -> Sequence[Fact]:
    return _changed(known, h, is_active=True)


def _card_issued(known: Known, h: Happening) -> Sequence[Fact]:
    by = h.about.get("by_person")
    return _changed(known, h, card=h.body["card"], card_blocked=False, card_by=by, card_at=h.at)


def _card_blocked(known: Known, h: Happening) -> Sequence[Fact]:
    return _changed(known, h, card_blocked=True)


def _changed(known: Known, h: Happening, **fields: object) -> Sequence[Fact]:
    person = known.get(Person, h.about["person"])
    return [] if person is None else [replace(person, **fields)]  # type: ignore[arg-type]


def _person_erased(known: Known, h: Happening) -> Sequence[Fact]:
    """Everything that was copied from the bodies that are gone."""
    person = known.get(Person, h.about["person"])
    permits = (known.get(IssuedPermit, each) for each in h.about["permits"])
    openings = (known.get(Opening, each) for each in h.about["openings"])
    return [
        *([] if person is None else [erased_person(person)]),
        *(erased_permit(each) for each in permits if each is not None),
        *(replace(each, photo=None) for each in openings if each is not None),
    ]


def _role_granted(_known: Known, h: Happening) -> Sequence[Fact]:
    return [replace(_grant(h), since=_day(h, "since"), until=_day(h, "until"))]


def _role_withdrawn(known: Known, h: Happening) -> Sequence[Fact]:
    grant = _grant(h)
    return [replace(known.get(Grant, grant.id) or grant, is_active=False)]


def _grant(h: Happening) -> Grant:
    return Grant(person=h.about["person"], role=Role(h.about["role"]), cooperative=h.about.get("cooperative"))


def _day(h: Happening, key: str) -> date | None:
    return date.fromisoformat(h.about[key]) if key in h.about else None


def _code_issued(_known: Known, h: Happening) -> Sequence[Fact]:
    return [
        OneTimeCode(
            id=h.body["code"],
            person=h.about["person"],
            expires_at=read_time(h.about["expires_at"]),
            issued_by=h.about.get("by_person"),
        )
    ]


def _credential_set(known: Known, h: Happening) -> Sequence[Fact]:
    credential = Credential(
        person=h.about["person"], kind=CredentialKind(h.about["kind"]), digest=h.body["digest"], set_at=h.at
    )
    code = known.get(OneTimeCode, h.body["code"]) if "code" in h.body else None
    return [credential] if code is None else [credential, replace(code, used_at=h.at)]


def _pin_blocked(known: Known, h: Happening) -> Sequence[Fact]:
    pin = known.get(Credential, credential_id(h.about["person"], CredentialKind.PIN))
    return [] if pin is None else [replace(pin, is_blocked=True)]


def _signed_in(_known: Known, h: Happening) -> Sequence[Fact]:
    return [
        SignIn(
            id=h.body["session"],
            person=h.about["person"],
            opened_at=h.at,
            expires_at=read_time(h.body["expires_at"]),
        )
    ]


def _signed_out(known: Known, h: Happening) -> Sequence[Fact]:
    session = known.get(SignIn, h.body["session"])
    return [] if session is None else [replace(session, closed_at=h.at)]


def _sessions_ended(known: Known, h: Happening) -> Sequence[Fact]:
    sessions = (known.get(SignIn, session) for session in h.body["sessions"])
    return [replace(session, closed_at=h.at) for session in sessions if session is not None]


PEOPLE_EFFECTS = {
    "person_registered": _person_registered,
    "person_changed": _person_changed,
    "person_blocked": _person_blocked,
    "person_unblocked": _person_unblocked,
    "person_erased": _person_erased,
    "card_issued": _card_issued,
    "card_blocked": _card_blocked,
    "role_granted": _role_granted,
    "role_withdrawn": _role_withdrawn,
    "code_issued": _code_issued,
    "credential_set": _credential_set,
    "pin_blocked": _pin_blocked,
    "signed_in": _signed_in,
    "signed_out": _signed_out,
    "sessions_ended": _sessions_ended,
}
