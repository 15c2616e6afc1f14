"""What the steps of an enrolment share: finding it by its token, the plan it stands for, what the machine is told."""

import hashlib
import hmac

from firmware_protocol.enrolments import Terms
from server.custody.enrolments import ClosedFor, Enrolment
from server.custody.refusals import Refused
from server.store.find_administration import enrolments
from server.store.keys import Keys
from server.store.work import Work
from server.usecases.register_agent import AgentPlan

_NONCE = "gongguan-enrolment-nonce/v1"
KEYS_MOVED = Refused(
    "enrolment_keys", "柜机报到以后，服务器换过密钥，与核对过的不是同一把，这次入网不能用了。请系统管理员重新开放入网。"
)
UNKNOWN_ENROLMENT = Refused("unknown_enrolment", "没有找到这次入网。请回到列表，从那里再打开一次。")


def enrolment_by_token(work: Work, digest: str) -> Enrolment | None:
    """The enrolment whose token has this SHA-256; every one is compared, each in constant time."""
    found = None
    for each in enrolments(work.facts):
        if hmac.compare_digest(each.token, digest):
            found = each
    return found


def plan_of(enrolment: Enrolment) -> AgentPlan:
    """The agent it is to become."""
    return AgentPlan(
        agent=enrolment.agent,
        cabinets=enrolment.cabinets,
        server_url=enrolment.server_url,
        broker_host=enrolment.broker_host,
        broker_port=enrolment.broker_port,
        trust=enrolment.trust,
        policy=enrolment.policy,
    )


def terms_of(enrolment: Enrolment, key: bytes, keys: Keys) -> Terms:
    """What the machine with this public key is told once it has presented itself; the same each time."""
    return Terms(
        enrolment=enrolment.id,
        agent=enrolment.agent,
        epoch=enrolment.epoch or 0,
        origin=keys.origin,
        permit=keys.permit.verifier.vkey,
        log=keys.log.verifier.vkey,
        nonce=_nonce(enrolment.id, key, keys),
        authority=enrolment.authority,
    )


def _nonce(enrolment: str, key: bytes, keys: Keys) -> str:
    """Chance that need not be kept: a signature that only the permit key can make, over what the machine presented."""
    signature = keys.permit.sign(f"{_NONCE}\n{enrolment}\n{key.hex()}\n")
    return hashlib.sha256(signature.value).hexdigest()


def is_still_told(enrolment: Enrolment, keys: Keys) -> bool:
    """Whether the server's keys are the ones that people compared."""
    return (enrolment.permit, enrolment.log) == (keys.permit.verifier.vkey, keys.log.verifier.vkey)


def close(work: Work, enrolment: Enrolment, reason: ClosedFor, by: str | None = None) -> None:
    """It comes to nothing; whoever has its token is told so."""
    about = {"enrolment": enrolment.id, "agent": enrolment.agent, "reason": reason, "by_person": by}
    work.record("enrolment_closed", about)
