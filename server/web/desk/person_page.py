"""One person's page: what there is to know, and what the visitor may do about them. Also one's own."""

from http import HTTPStatus

from starlette.responses import Response

from server.custody.refusals import Refused
from server.custody.roles import MAY_PROPOSE_CHANGES, MAY_REGISTER_PEOPLE
from server.custody.states import CredentialKind
from server.store import find
from server.store.fact_rows import FactRows
from server.store.find_administration import waiting_changes
from server.web.desk.page import names_of, page, refusal
from server.web.troubles import NotFound, status_of_rule
from server.web.views.changes import change_line
from server.web.views.people import deeds, held_roles, own_deeds, person_facts, term_warnings
from server.web.views.reading import Reading
from server.web.views.words import standing_title
from server.web.visit import Visit

OWN = "/me"


def person_page(visit: Visit, person: str, refused: Refused | None) -> Response:
    """The page, with what a rule said to the last thing done there."""
    with visit.house.database.reading() as reader:
        facts = FactRows(reader)
        reading = Reading(facts, visit.now, visit.language)
        who = find.standing(facts, person)
        if who is None:
            raise NotFound
        is_own = visit.path.startswith(OWN)
        password, pin = (find.credential(facts, who.id, kind) for kind in (CredentialKind.PASSWORD, CredentialKind.PIN))
        has_pin = pin is not None and not pin.is_blocked
        context = {
            "person": who.person,
            "title": standing_title(who, names_of(reader, who), visit.say),
            "facts": person_facts(who, password, pin, reading),
            "deeds": (
                own_deeds(who, reading, has_pin=has_pin) if is_own else deeds(who, visit.who, reading, has_pin=has_pin)
            ),
            "is_own": is_own,
            "warnings": term_warnings(who, reading) if is_own else (),
            "roles": held_roles(who, visit.who, reading),
            "may_propose": visit.who.holds_any(MAY_PROPOSE_CHANGES) and visit.who.id != who.id,
            "may_correct": visit.who.holds_any(MAY_REGISTER_PEOPLE),
            "waiting": [change_line(each, reading) for each in waiting_changes(facts) if each.subject == who.id],
            "errors": {} if refused is None else refusal(visit, refused),
        }
        return page(visit, "person.html", context, HTTPStatus.OK if refused is None else status_of_rule(refused.rule))
