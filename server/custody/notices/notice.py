"""The words of being told: what about, how far it has gone, who hears of it, and the notice one recipient gets."""

import hashlib
from base64 import b32encode
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from firmware_protocol.times import time_ms

_ID_BYTES = 10


class Topic(StrEnum):
    """What people are told about; it stands in tables and entries, so a member is never renamed."""

    RETURN_ON_SITE = "return_on_site"
    RETURN_AWAY = "return_away"
    APPROVAL = "approval"
    APPROVAL_LATE = "approval_late"
    PERMITTED = "permitted"
    REFUSED = "refused"
    SENT_BACK = "sent_back"
    PERMIT_ENDING = "permit_ending"
    SEIZURE = "seizure"
    EMERGENCY = "emergency"
    EMERGENCY_ATTEST = "emergency_attest"
    CLEARING = "clearing"
    FINDING_YELLOW = "finding_yellow"
    FINDING_ORANGE = "finding_orange"
    FINDING_RED = "finding_red"
    FINDING_ANSWER = "finding_answer"
    SIGNATURE = "signature"
    MANDATE = "mandate"
    CONTRACT = "contract"
    DELEGATION_GIVEN = "delegation_given"
    DELEGATION_ENDING = "delegation_ending"
    TRIAL = "trial"
    CHANGE = "change"


class Stage(StrEnum):
    """How far a matter has gone: the steps of the ladders (`ladder.LADDERS`)."""

    SOON = "soon"
    DUE = "due"
    LATE = "late"
    OFFICE = "office"
    INSPECTION = "inspection"
    SIXTY_DAYS = "sixty_days"
    THIRTY_DAYS = "thirty_days"
    SEVEN_DAYS = "seven_days"


class Audience(StrEnum):
    """Who is meant: people whom the occasion names, or whoever holds a role (`ladder.ROLES_OF`)."""

    HOLDER = "holder"
    APPLICANT = "applicant"
    DECIDERS = "deciders"
    CONCERNED = "concerned"
    SIGNERS = "signers"
    ATTESTER = "attester"
    GIVER = "giver"
    SUBSTITUTE = "substitute"
    CONFIRMERS = "confirmers"
    HEAD = "head"
    ACCOUNTANT = "accountant"
    OFFICERS = "officers"
    REVIEWERS = "reviewers"
    OFFICE_HEAD = "office_head"
    LEADER = "leader"
    INSPECTORS = "inspectors"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What one recipient is told: a person's id, or a robot's (`robot:…`).

    `subject` is the id of what it is about, `at` the moment its ladder counts from (the due time, the raising). The
    same step about the same thing at the same moment has one id, so nobody is told of it twice.
    """

    recipient: str
    topic: Topic
    stage: Stage
    subject: str
    cooperative: str | None
    at: datetime

    @property
    def id(self) -> str:
        """A digest of everything above: stays the same however often it is worked out."""
        said = "\n".join((self.recipient, self.topic, self.stage, self.subject, str(time_ms(self.at))))
        return "n-" + b32encode(hashlib.sha256(said.encode()).digest()[:_ID_BYTES]).decode().lower()
