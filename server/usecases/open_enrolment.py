"""An administrator invites one machine to become an agent."""

from dataclasses import dataclass
from datetime import datetime

from firmware_protocol.enrolments import TOKEN_BYTES, read_token, write_token
from firmware_protocol.times import write_time
from server.custody.enrolments import TOKEN_LASTS, ClosedFor, EnrolmentState, refuse_to_enrol
from server.custody.refusals import Refused
from server.store.find_administration import enrolments_in
from server.store.work import Work
from server.usecases.enrolling import close
from server.usecases.refusing import acting, refuse
from server.usecases.register_agent import AgentPlan, refuse_agent


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenEnrolment:
    """Who invites (None: the operator at the machine), what the machine is to become.

    `authority` is the SHA-256 (hex) of the township's own certificate, '' where it has none.
    """

    by: str | None
    plan: AgentPlan
    authority: str = ""


@dataclass(frozen=True, slots=True)
class EnrolmentOpened:
    """The token itself; shown once, kept nowhere, good until `expires_at` or until a newer one for this agent."""

    enrolment: str
    agent: str
    server_url: str
    token: str
    expires_at: datetime

    @property
    def command(self) -> str:
        """What is typed at the machine."""
        out = f"{self.agent}.bundle.json"
        return f"python -m device_agent enrol --server {self.server_url} --out {out} {self.token}"


def open_enrolment(work: Work, asked: OpenEnrolment) -> EnrolmentOpened | Refused:
    """Make a token, or say why not. An older one for the same agent that nobody has used is worth nothing now."""
    who = None if asked.by is None else acting(work, asked.by)
    if (refused := refuse_to_enrol(who) or refuse_agent(work, asked.plan)) is not None:
        return refuse(work, refused, asked.by)
    for other in enrolments_in(work.facts, EnrolmentState.OPEN):
        if other.agent == asked.plan.agent:
            close(work, other, ClosedFor.REPLACED, asked.by)
    token = write_token(work.chance(TOKEN_BYTES), asked.authority)
    enrolment, expires_at = work.new_id("e"), work.now + TOKEN_LASTS
    about = {
        "enrolment": enrolment,
        "agent": asked.plan.agent,
        "cabinets": list(asked.plan.cabinets),
        "trust": asked.plan.trust,
        "by_person": asked.by,
        "expires_at": write_time(expires_at),
    }
    body = {
        "token": read_token(token).digest,
        "authority": asked.authority,
        "server_url": asked.plan.server_url,
        "broker_host": asked.plan.broker_host,
        "broker_port": asked.plan.broker_port,
        "policy": asked.plan.policy,
    }
    work.record("enrolment_opened", about, body)
    return EnrolmentOpened(enrolment, asked.plan.agent, asked.plan.server_url, token, expires_at)
