"""Everything that changes who may do what is an entry: each kind of change, and the use case that writes it down."""

import ast
from pathlib import Path

import pytest

from firmware_protocol.event_types import EVENT_TYPES
from server import usecases

CHANGES = {
    "a permit is issued": ("issuing", "permit_issued"),
    "a permit is issued again": ("reissue_permit", "permit_reissued"),
    "a permit is revoked": ("issuing", "permit_revoked"),
    "a cabinet is told of revocations": ("issuing", "revocations_issued"),
    "a cabinet is told who may stand there": ("issue_roster", "roster_issued"),
    "a role is given": ("propose_role", "role_granted"),
    "a role is taken away": ("withdraw_role", "role_withdrawn"),
    "somebody decides for somebody absent": ("delegate", "delegation_given"),
    "that ends": ("delegate", "delegation_ended"),
    "a person is let in": ("register_person", "person_registered"),
    "a person is shut out": ("block_people", "person_blocked"),
    "a person is let in again": ("block_people", "person_unblocked"),
    "a card is given": ("issue_card", "card_issued"),
    "a card is blocked": ("block_people", "card_blocked"),
    "a code is printed": ("issue_code", "code_issued"),
    "a password or PIN is set": ("redeem_code", "credential_set"),
    "a device and its key are added": ("register_agent", "agent_added"),
    "a device is invited": ("open_enrolment", "enrolment_opened"),
    "a device shows the key it made": ("present_enrolment", "enrolment_presented"),
    "a device is not admitted": ("enrolling", "enrolment_closed"),
    "a device is revoked": ("revoke_agent", "agent_revoked"),
    "and let in again": ("revoke_agent", "agent_reinstated"),
    "a revoked device is heard": ("hear_revoked", "agent_unheard"),
    "a cabinet is registered": ("register_places", "cabinet_registered"),
    "a cooperative's things are frozen": ("freeze_cooperative", "cooperative_frozen"),
    "and released": ("freeze_cooperative", "cooperative_unfrozen"),
    "a policy is proposed": ("change_policy", "policy_proposed"),
    "a policy holds": ("change_policy", "policy_adopted"),
    "a setting is changed": ("change_setting", "settings_changed"),
    "an administrator proposes a change": ("propose_role", "change_proposed"),
    "another confirms it": ("answer_change", "change_confirmed"),
    "a roster is taken in": ("import_roster", "roster_imported"),
    "holidays move the clocks of approval": ("set_holidays", "holidays_set"),
    "a paper leaves the system": ("export_paper", "export_made"),
    "the whole log leaves the system": ("export_log", "log_exported"),
    "somebody signs in": ("sign_in", "signed_in"),
    "somebody could not": ("sign_in", "signin_refused"),
    "somebody's sessions are ended": ("end_sessions", "sessions_ended"),
    "an attempt is refused": ("refusing", "request_refused"),
    "the log is verified": ("record_verification", "verification_run"),
}
BY_CABINETS = ("opening_refused", "identification_refused", "pin_lockout", "permit_declined", "log_disputed")


def said_in(module: str) -> set[str]:
    """Every fixed word in a use case."""
    source = Path(next(iter(usecases.__path__)), f"{module}.py").read_text("utf-8")
    return {
        node.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and node.value in EVENT_TYPES
    }


@pytest.mark.parametrize(("module", "event_type"), CHANGES.values(), ids=CHANGES)
def test_the_change_is_written_down_where_it_is_made(module: str, event_type: str) -> None:
    assert EVENT_TYPES[event_type].by_server
    assert event_type in said_in(module)


@pytest.mark.parametrize("event_type", BY_CABINETS)
def test_a_cabinet_writes_down_what_it_refuses(event_type: str) -> None:
    assert not EVENT_TYPES[event_type].by_server
