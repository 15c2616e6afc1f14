"""审批规定: what is in force and what was, what a proposal would change, proposing and confirming one."""

from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import Form
from pydantic import Field
from starlette.responses import Response

from server.custody.policy.document import Policy
from server.custody.policy.versions import PolicyState, PolicyVersion
from server.custody.policy.words import TIER_TITLES
from server.custody.refusals import Refused
from server.custody.roles import MAY_CONFIRM_POLICY, MAY_PROPOSE_POLICY
from server.store import find
from server.store.fact_rows import FactRows
from server.usecases.change_policy import AnswerPolicy, ProposePolicy, answer_policy, propose_policy
from server.web.access import SIGNED_IN, declared_router, may
from server.web.desk.forms import Typed
from server.web.desk.page import go, once_key, page, page_after, refusal
from server.web.desk.policy_form import PolicyForm, form_of
from server.web.troubles import NotFound, status_of_rule
from server.web.views.choices import Choice
from server.web.views.policy import differences, tables_of, version_line
from server.web.views.reading import Reading
from server.web.visit import Arriving, Visit

router = declared_router(include_in_schema=False)


class PolicyAnswerForm(Typed):
    """What an inspector says to a proposal, and of which text (`digest`)."""

    answer: Literal["adopt", "decline"]
    digest: str = Field(max_length=64)
    reason: str = Field("", max_length=300)


@router.get("/policy", dependencies=SIGNED_IN)
async def show_policy(visit: Arriving) -> Response:
    """What is in force, for everybody whom it concerns."""
    return _show(visit, "")


@router.get("/policy/propose", dependencies=may(MAY_PROPOSE_POLICY))
async def propose_page(visit: Arriving) -> Response:
    """The form, filled with what is in force."""
    return _form(visit, form_of(_in_force(visit)), {}, HTTPStatus.OK)


@router.post("/policy/propose", dependencies=may(MAY_PROPOSE_POLICY))
async def propose(visit: Arriving, form: Annotated[PolicyForm, Form()]) -> Response:
    """Propose it; nothing changes until an inspector has confirmed it."""
    return await visit.house.once.answer(once_key(visit, form), lambda: _propose(visit, form))


@router.get("/policy/{version}", dependencies=SIGNED_IN)
async def show_version(visit: Arriving, version: str) -> Response:
    """One version, and what it changes or changed."""
    return _show(visit, version)


@router.post("/policy/{version}", dependencies=may(MAY_CONFIRM_POLICY))
async def answer(visit: Arriving, version: str, form: Annotated[PolicyAnswerForm, Form()]) -> Response:
    """Confirm it, or decline it with a reason."""

    async def act() -> Response:
        asked = AnswerPolicy(
            by=visit.who.id,
            version=version,
            digest=form.digest,
            agrees=form.answer == "adopt",
            reason=form.reason,
        )
        done = await visit.house.writer.run(answer_policy, asked)
        if isinstance(done, Refused):
            return _show(visit, version, done, form)
        return go("/policy", "policy_adopted" if done.state is PolicyState.IN_FORCE else "policy_declined")

    return await visit.house.once.answer(once_key(visit, form), act)


async def _propose(visit: Visit, form: PolicyForm) -> Response:
    if mistakes := form.mistakes(visit.say):
        return _form(visit, form, mistakes, HTTPStatus.UNPROCESSABLE_ENTITY)
    asked = ProposePolicy(by=visit.who.id, policy=form.amended(_in_force(visit)), note=form.note)
    done = await visit.house.writer.run(propose_policy, asked)
    if isinstance(done, Refused):
        field = "note" if done.rule == "policy_no_note" else "form"
        return _form(visit, form, refusal(visit, done, field), status_of_rule(done.rule))
    return go(f"/policy/{done.version}", "policy_proposed")


def _in_force(visit: Visit) -> Policy:
    with visit.house.database.reading() as reader:
        return find.policy_in_force(FactRows(reader)).policy


def _form(visit: Visit, form: PolicyForm, errors: dict[str, str], status: HTTPStatus) -> Response:
    tiers = [Choice(tier, visit.say(title)) for tier, title in TIER_TITLES.items()]
    return page(visit, "policy_form.html", {"form": form, "errors": errors, "tiers": tiers}, status)


def _show(visit: Visit, wanted: str, refused: Refused | None = None, form: Typed | None = None) -> Response:
    with visit.house.database.reading() as reader:
        facts = FactRows(reader)
        reading = Reading(facts, visit.now, visit.language)
        versions = find.policies(facts)
        shown = _version(versions, wanted)
        earlier = _before(versions, shown)
        is_waiting = shown.state is PolicyState.PROPOSED
        context = {
            "version": version_line(shown, reading),
            "digest": shown.digest,
            "tables": tables_of(shown.policy, visit.say),
            "changes": () if earlier is None else differences(earlier.policy, shown.policy, visit.say),
            "versions": [version_line(each, reading) for each in versions],
            "may_answer": is_waiting and visit.who.holds_any(MAY_CONFIRM_POLICY),
            "may_propose": visit.who.holds_any(MAY_PROPOSE_POLICY),
        }
        return page_after(visit, "policy.html", context, refused, form)


def _version(versions: tuple[PolicyVersion, ...], wanted: str) -> PolicyVersion:
    fits = [each for each in versions if (each.id == wanted if wanted else each.state is PolicyState.IN_FORCE)]
    if not fits:
        raise NotFound
    return fits[0]


def _before(versions: tuple[PolicyVersion, ...], shown: PolicyVersion) -> PolicyVersion | None:
    """What it is compared with: the newest older one that was ever in force."""
    held = (PolicyState.IN_FORCE, PolicyState.REPLACED)
    return next((each for each in versions if each.number < shown.number and each.state in held), None)
