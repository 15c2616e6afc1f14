"""Why a request gets no ordinary answer. `errors` translates each of these once."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import TypeVar

from server.custody.refusals import Refused

R = TypeVar("R")


class NotSignedIn(Exception):
    """Nobody is signed in; the desk answers with the sign-in page, the API with 401."""


class NotAllowed(Exception):
    """None of this person's roles may use the route."""


class WithoutRole(NotAllowed):
    """This person holds no role any more: the last one's term is over, or it was withdrawn."""


class NotFound(Exception):
    """There is no such thing, or not for this person: which of the two is not said."""


class Declined(Exception):
    """A rule refused what was asked for, and the route has no better place to say so."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.rule)
        self.refused = refused


WRONG_IN_ITSELF = frozenset(
    (
        *("no_items", "no_purpose", "no_document", "no_place", "no_reason", "nothing_shown", "one_cooperative"),
        *("counterparty_letters", "reader_letters"),
        *("objection_empty", "objection_month", "answer_empty"),
        *("file_empty", "file_type", "file_broken", "picture_too_large", "no_document_chosen"),
        *("no_note", "no_name", "no_seal_type", "no_custodians", "unknown_part", "resolution_unfit", "no_photo"),
        *("email_shape", "email_missing", "mail_host", "mail_sender", "mail_plain", "robot_name", "robot_url"),
        *("finding_words", "emergency_words", "emergency_no_attester"),
        *("person_name", "person_phone", "person_unit", "card_number", "grant_place", "grant_term", "setting_bounds"),
        *(
            "agent_name",
            "cabinet_id",
            "cabinet_place",
            "cabinet_compartments",
            "cooperative_code",
            "cooperative_name",
            "place_unknown",
            "mandate_resolved",
            "mandate_term",
        ),
        *("wrong_code", "password_length", "password_common", "password_personal", "pin_form", "pin_common"),
    )
)
"""Rules about what was asked for; every other one speaks about how things stand."""

STATUS_OF_RULE: Mapping[str, HTTPStatus] = {
    **dict.fromkeys(WRONG_IN_ITSELF, HTTPStatus.UNPROCESSABLE_ENTITY),
    "wrong_password": HTTPStatus.UNAUTHORIZED,
    "throttled": HTTPStatus.TOO_MANY_REQUESTS,
    "file_too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "objection_pace": HTTPStatus.TOO_MANY_REQUESTS,
    "objection_flood": HTTPStatus.TOO_MANY_REQUESTS,
    "unknown_objection": HTTPStatus.NOT_FOUND,
    "unknown_document": HTTPStatus.NOT_FOUND,
    "unknown_checkout": HTTPStatus.NOT_FOUND,
    "unknown_permit": HTTPStatus.NOT_FOUND,
    "unknown_person": HTTPStatus.NOT_FOUND,
    "unknown_cooperative": HTTPStatus.NOT_FOUND,
    "unknown_agent": HTTPStatus.NOT_FOUND,
    "unknown_handover": HTTPStatus.NOT_FOUND,
    "unknown_finding": HTTPStatus.NOT_FOUND,
    "unknown_thing": HTTPStatus.NOT_FOUND,
    "unknown_change": HTTPStatus.NOT_FOUND,
    "unknown_enrolment": HTTPStatus.NOT_FOUND,
    "unknown_delivery": HTTPStatus.NOT_FOUND,
    "unknown_cabinet": HTTPStatus.NOT_FOUND,
}


def status_of_rule(rule: str) -> HTTPStatus:
    """The status of an answer that a rule refused."""
    return STATUS_OF_RULE.get(rule, HTTPStatus.CONFLICT)


def granted(result: R | Refused) -> R:
    """What a use case answered, or `Declined` when it answered no."""
    if isinstance(result, Refused):
        raise Declined(result)
    return result
