"""A machine's way to become an agent: opened by an administrator, presented by the machine, confirmed by two people."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from firmware_protocol.permit_checks import TrustLevel
from server.custody.people import Standing
from server.custody.refusals import Refused, first_refusal
from server.custody.roles import MAY_PROPOSE_CHANGES

TOKEN_LASTS = timedelta(minutes=15)
COMPARED_WITHIN = timedelta(hours=24)
"""How long a machine that presented itself waits for the first of two people."""


class EnrolmentState(StrEnum):
    """How far an enrolment has come."""

    OPEN = "open"
    PRESENTED = "presented"
    CONFIRMED = "confirmed"
    CLOSED = "closed"


class ClosedFor(StrEnum):
    """Why an enrolment came to nothing."""

    EXPIRED = "expired"
    REPLACED = "enrolment_replaced"
    CANCELLED = "enrolment_cancelled"
    DECLINED = "enrolment_declined"


CLOSED_SENTENCES: Mapping[ClosedFor, str] = {
    ClosedFor.EXPIRED: "没有人在时限里办完，这次入网已经过期。请重新开放入网。",
    ClosedFor.REPLACED: "同一台柜机开放了新的入网，这次作废。请用新的入网码。",
    ClosedFor.CANCELLED: "系统管理员取消了这次入网。请问清原因，再重新开放。",
    ClosedFor.DECLINED: "安全管理员没有确认这次入网。请问清原因，再重新开放。",
}
"""What the technician at the machine is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """An invitation for one machine and what became of it.

    `token` is the SHA-256 of what the machine has to know, `authority` that of the township's own TLS certificate as
    it was pinned ('' without one). `epoch`, `key` (a verifier key), `broker_password` (SHA-256) and `tls_key` (DER in
    hex) are what the machine presented, `permit` and `log` the server's verifier keys as it was told them, `code` what
    two people compare. `expires_at` is when the token does, `opened_by` None the operator.
    """

    id: str
    agent: str
    cabinets: tuple[str, ...]
    trust: TrustLevel
    policy: str | None
    server_url: str
    broker_host: str
    broker_port: int
    authority: str
    token: str
    opened_by: str | None
    opened_at: datetime
    expires_at: datetime
    state: EnrolmentState = EnrolmentState.OPEN
    epoch: int | None = None
    key: str = ""
    broker_password: str = ""
    tls_key: str = ""
    permit: str = ""
    log: str = ""
    code: str = ""
    presented_at: datetime | None = None
    closed_for: str = ""

    def is_over(self, now: datetime) -> bool:
        """Whether nobody came in time: the machine with its token, or then the first person."""
        if self.state is EnrolmentState.PRESENTED and self.presented_at is not None:
            return now > self.presented_at + COMPARED_WITHIN
        return self.state is EnrolmentState.OPEN and now > self.expires_at


@dataclass(frozen=True, slots=True)
class Presenting:
    """A machine presents `key` (a verifier key) with the token of `enrolment`; None where no enrolment has it."""

    enrolment: Enrolment | None
    key: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Comparing:
    """Somebody says that both screens show the same; `is_proposed`: somebody has said so already."""

    who: Standing
    enrolment: Enrolment
    is_proposed: bool
    now: datetime


def refuse_to_enrol(who: Standing | None) -> Refused | None:
    """Why `who` may not open or cancel an enrolment, or None; `who` is None for the operator at the machine."""
    if who is None or (who.person.is_active and who.holds_any(MAY_PROPOSE_CHANGES)):
        return None
    return Refused("enrolment_role", "柜机入网由系统管理员办理。请联系系统管理员。")


def refuse_presentation(presenting: Presenting) -> Refused | None:
    """Why this machine is not taken for the one that was invited, or None; it may say the same again."""
    enrolment = presenting.enrolment
    if enrolment is None:
        return Refused("enrolment_token", "入网码不对。请对着网页再输一遍，或者请系统管理员重新开放入网。")
    if enrolment.state is EnrolmentState.CLOSED or enrolment.is_over(presenting.now):
        return Refused("enrolment_over", "这个入网码已经过期或作废。请系统管理员重新开放入网。")
    if enrolment.state is not EnrolmentState.OPEN and enrolment.key != presenting.key:
        return Refused(
            "enrolment_used", "这个入网码已经用过了。如果不是您用的，请马上告诉系统管理员；要再办，请重新开放入网。"
        )
    return None


def refuse_comparison(comparing: Comparing) -> Refused | None:
    """Why it cannot be put before the second person, or None."""
    return first_refusal((_may_compare, _is_presented, _is_first), comparing)


def refuse_to_cancel(comparing: Comparing) -> Refused | None:
    """Why it cannot be cancelled, or None."""
    return first_refusal((_may_compare, _is_under_way, _is_first), comparing)


def _may_compare(comparing: Comparing) -> Refused | None:
    return refuse_to_enrol(comparing.who)


def _is_presented(comparing: Comparing) -> Refused | None:
    if comparing.enrolment.state is EnrolmentState.OPEN and not comparing.enrolment.is_over(comparing.now):
        return Refused("enrolment_waiting", "柜机还没有连上来。请先在柜机上输入入网码，再来核对。")
    return _is_under_way(comparing)


def _is_under_way(comparing: Comparing) -> Refused | None:
    is_settled = comparing.enrolment.state in (EnrolmentState.CONFIRMED, EnrolmentState.CLOSED)
    if is_settled or comparing.enrolment.is_over(comparing.now):
        return Refused("enrolment_over", "这次入网已经结束。请重新开放入网。")
    return None


def _is_first(comparing: Comparing) -> Refused | None:
    if not comparing.is_proposed:
        return None
    return Refused("change_waiting", "已经有人核对过，正等另一位管理员确认。")
