"""Agents and the machines that are about to become one, as the administration shows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from firmware_protocol.enrolments import in_groups
from firmware_protocol.notes import Verifier
from firmware_protocol.permit_checks import TrustLevel
from server.custody.enrolments import CLOSED_SENTENCES, ClosedFor, Enrolment, EnrolmentState
from server.custody.facts import Agent
from server.web.language import N_
from server.web.views.reading import Reading

_STATES: Mapping[EnrolmentState, tuple[str, str]] = {
    EnrolmentState.OPEN: ("late", N_("等柜机连上来")),
    EnrolmentState.PRESENTED: ("late", N_("等两个人核对")),
    EnrolmentState.CONFIRMED: ("good", N_("已登记")),
    EnrolmentState.CLOSED: ("off", N_("没有办成")),
}
_COMPARED = ("late", N_("等第二个人核对"))
TRUST_TITLES: Mapping[TrustLevel, str] = {
    "signed": N_("许可有签名就行"),
    "log": N_("许可要在台账里"),
    "quorum": N_("许可要在台账里，台账要有见证"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentLine:
    """An agent in the list: which cabinets it drives, how it stands, its life, its key's fingerprint, its level."""

    id: str
    cabinets: str
    epoch: int
    fingerprint: str
    trust: str
    state: str
    state_word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentLine:
    """An enrolment told. `keys` are labels and fingerprints, six groups each; `ended` says why nothing came of it.

    `trust` is what will open a compartment there, `server` and `broker` where the machine will look for them.
    """

    id: str
    agent: str
    cabinets: str
    trust: str
    server: str
    broker: str
    state: str
    state_word: str
    opened_by: str
    opened_at: datetime
    expires_at: datetime
    is_open: bool
    is_presented: bool
    code: str
    keys: tuple[tuple[str, str], ...]
    ended: str


def agent_line(agent: Agent, cabinets: tuple[str, ...], is_waiting: bool, reading: Reading) -> AgentLine:
    """One agent; `is_waiting`: that it was put out of service waits to be confirmed."""
    state, word = _agent_state(agent, is_waiting)
    return AgentLine(
        id=agent.id,
        cabinets=reading.say("、").join(cabinets),
        epoch=agent.epoch,
        fingerprint=Verifier.parse(agent.key).fingerprint,
        trust=reading.say(TRUST_TITLES[agent.trust]),
        state=state,
        state_word=reading.say(word),
    )


def enrolment_line(enrolment: Enrolment, reading: Reading, *, is_compared: bool = False) -> EnrolmentLine:
    """One enrolment; `is_compared`: by the first of two people."""
    state, word = _COMPARED if is_compared else _STATES[enrolment.state]
    is_closed = enrolment.state is EnrolmentState.CLOSED
    return EnrolmentLine(
        id=enrolment.id,
        agent=enrolment.agent,
        cabinets=reading.say("、").join(enrolment.cabinets),
        trust=reading.say(TRUST_TITLES[enrolment.trust]),
        server=enrolment.server_url,
        broker=f"{enrolment.broker_host}:{enrolment.broker_port}",
        state=state,
        state_word=reading.say(word),
        opened_by=reading.name(enrolment.opened_by) if enrolment.opened_by else reading.say("服务器上的操作员"),
        opened_at=enrolment.opened_at,
        expires_at=enrolment.expires_at,
        is_open=enrolment.state is EnrolmentState.OPEN,
        is_presented=enrolment.state is EnrolmentState.PRESENTED,
        code=enrolment.code,
        keys=_keys(enrolment, reading) if enrolment.code else (),
        ended=reading.say(CLOSED_SENTENCES[ClosedFor(enrolment.closed_for)]) if is_closed else "",
    )


def _agent_state(agent: Agent, is_waiting: bool) -> tuple[str, str]:
    if agent.is_active:
        return "good", N_("在用")
    if agent.unheard_at is not None:
        return "bad", N_("已停用，还有人用它的密钥送记录")
    return ("late", N_("已停用，等确认")) if is_waiting else ("off", N_("已停用"))


def _keys(enrolment: Enrolment, reading: Reading) -> tuple[tuple[str, str], ...]:
    of = {
        N_("柜机公钥"): enrolment.key,
        N_("许可公钥"): enrolment.permit,
        N_("台账公钥"): enrolment.log,
    }
    named = [(reading.say(label), Verifier.parse(vkey).fingerprint) for label, vkey in of.items()]
    authority = [(reading.say("根证书"), in_groups(enrolment.authority))] if enrolment.authority else []
    return (*named, *authority)
