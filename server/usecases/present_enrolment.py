"""A machine presents the keys it made, with the token it was given; nobody believes it anything yet."""

from dataclasses import dataclass, replace

from firmware_protocol.enrolments import MalformedToken, Presentation, Terms, comparison_code, read_token
from server.custody.enrolments import Enrolment, EnrolmentState, Presenting, refuse_presentation
from server.custody.refusals import Refused
from server.store.work import Work
from server.usecases.enrolling import KEYS_MOVED, enrolment_by_token, is_still_told, plan_of, terms_of
from server.usecases.refusing import refuse
from server.usecases.register_agent import next_epoch, refuse_agent
from server.usecases.throttle import ANY_ENROLMENT, count_failure, enrolment_key, wait_s


@dataclass(frozen=True, slots=True)
class PresentEnrolment:
    """What the machine says, its signature checked; `source` is where, for instance its address."""

    said: Presentation
    source: str


def present_enrolment(work: Work, asked: PresentEnrolment) -> Terms | Refused:
    """Take the keys down for two people to compare, or say why not. The same keys again get the same answer."""
    if (throttled := _throttled(work, enrolment_key(asked.source))) is not None:
        return throttled
    enrolment = enrolment_by_token(work, _digest(asked.said.token))
    vkey = "" if enrolment is None else _told(work, enrolment, asked.said).verifier(asked.said.key).vkey
    if (refused := refuse_presentation(Presenting(enrolment, vkey, work.now))) is not None:
        return _throttled(work, ANY_ENROLMENT) or _refuse(work, refused, asked.source)
    if enrolment is None:
        raise LookupError(asked.said.key.hex())
    if enrolment.state is not EnrolmentState.OPEN:
        is_same = is_still_told(enrolment, work.keys)
        return _told(work, enrolment, asked.said) if is_same else refuse(work, KEYS_MOVED, None)
    if (refused := refuse_agent(work, plan_of(enrolment))) is not None:
        return refuse(work, refused, None)
    return _present(work, enrolment, vkey, asked.said)


def _throttled(work: Work, key: str) -> Refused | None:
    wait = wait_s(work.connection, [key], work.now)
    return Refused("throttled", f"入网码连续输错了几次，请{wait}秒后再试。") if wait > 0 else None


def _refuse(work: Work, refused: Refused, source: str) -> Refused:
    """Said in the log, so many times by everybody together: whoever has many addresses does not fill it.

    A machine with the right token is never kept waiting for what others guessed.
    """
    count_failure(work, enrolment_key(source), ANY_ENROLMENT)
    return refuse(work, refused, None)


def _present(work: Work, enrolment: Enrolment, vkey: str, said: Presentation) -> Terms:
    terms = replace(_told(work, enrolment, said), epoch=next_epoch(work, enrolment.agent))
    about = {"enrolment": enrolment.id, "agent": enrolment.agent, "epoch": terms.epoch, "key": vkey}
    body = {
        "broker_password": said.broker_password,
        "tls_key": said.tls_key.hex(),
        "permit": terms.permit,
        "log": terms.log,
        "code": comparison_code(said, terms),
    }
    work.record("enrolment_presented", about, body)
    return terms


def _told(work: Work, enrolment: Enrolment, said: Presentation) -> Terms:
    return terms_of(enrolment, said.key, work.keys)


def _digest(token: str) -> str:
    try:
        return read_token(token).digest
    except MalformedToken:
        return ""
