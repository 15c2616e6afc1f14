"""The ladders: for each kind of matter, after how long who is told, and how pressing that is.

The holder hears first, before the due time and at it; the head and the cabinet officers when nothing came back within a
grace; then the 三资办; the 镇纪委 last, when a day has passed (rule A03 turns red then). A ladder is read from its
last rung that was reached: whoever is told of a later step is not told of the earlier ones afterwards.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from server.custody.notices.notice import Audience, Stage, Topic
from server.custody.notices.quiet import Manner
from server.custody.roles import Role

A, S, M = Audience, Stage, Manner
NOW = timedelta(0)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rung:
    """`after` the occasion's moment (negative: before it) these audiences are told of this stage."""

    stage: Stage
    after: timedelta
    audiences: frozenset[Audience]
    manner: Manner = Manner.DAYTIME
    is_urgent: bool = False
    is_entry: bool = False


def _rung(stage: Stage, after: timedelta, *audiences: Audience, manner: Manner = M.DAYTIME) -> Rung:
    return Rung(stage, after, frozenset(audiences), manner)


def _urgent(stage: Stage, after: timedelta, *audiences: Audience, manner: Manner = M.DAYTIME) -> Rung:
    return Rung(stage, after, frozenset(audiences), manner, is_urgent=True)


def _chase(stage: Stage, after: timedelta, *audiences: Audience, manner: Manner = M.DAYTIME) -> Rung:
    return Rung(stage, after, frozenset(audiences), manner, is_urgent=True, is_entry=True)


def _until_returned(lead: timedelta, grace: timedelta, office: timedelta) -> tuple[Rung, ...]:
    return (
        _rung(S.SOON, -lead, A.HOLDER),
        _chase(S.DUE, NOW, A.HOLDER),
        _chase(S.LATE, grace, A.HOLDER, A.HEAD, A.OFFICERS),
        _chase(S.OFFICE, office, A.REVIEWERS, A.OFFICE_HEAD, manner=M.WORKING_HOURS),
        _chase(S.INSPECTION, DAY, A.OFFICE_HEAD, A.INSPECTORS, manner=M.WORKING_HOURS),
    )


LADDERS: Mapping[Topic, tuple[Rung, ...]] = {
    Topic.RETURN_ON_SITE: _until_returned(timedelta(minutes=10), timedelta(minutes=30), timedelta(minutes=90)),
    Topic.RETURN_AWAY: _until_returned(timedelta(hours=2), timedelta(hours=2), timedelta(hours=4)),
    Topic.APPROVAL: (_rung(S.DUE, NOW, A.DECIDERS),),
    Topic.APPROVAL_LATE: (
        _urgent(S.LATE, NOW, A.DECIDERS),
        _urgent(S.OFFICE, NOW, A.OFFICE_HEAD, manner=M.WORKING_HOURS),
    ),
    Topic.PERMITTED: (_rung(S.DUE, NOW, A.APPLICANT, A.HOLDER),),
    Topic.REFUSED: (_rung(S.DUE, NOW, A.APPLICANT),),
    Topic.SENT_BACK: (_rung(S.DUE, NOW, A.APPLICANT),),
    Topic.PERMIT_ENDING: (_rung(S.SOON, timedelta(hours=-10), A.HOLDER),),
    Topic.SEIZURE: (_urgent(S.DUE, NOW, A.HEAD),),
    Topic.EMERGENCY: (
        _urgent(S.DUE, NOW, A.OFFICERS, A.OFFICE_HEAD, A.INSPECTORS, manner=M.AT_ONCE),
        _urgent(S.SOON, timedelta(hours=20), A.OFFICERS, A.OFFICE_HEAD, manner=M.AT_ONCE),
    ),
    Topic.EMERGENCY_ATTEST: (_urgent(S.DUE, NOW, A.ATTESTER),),
    Topic.CLEARING: (_urgent(S.DUE, NOW, A.OFFICERS, A.OFFICE_HEAD, A.LEADER, A.INSPECTORS, manner=M.AT_ONCE),),
    Topic.FINDING_YELLOW: (
        _rung(S.DUE, NOW, A.CONCERNED),
        _rung(S.OFFICE, NOW, A.REVIEWERS, manner=M.WORKING_HOURS),
    ),
    Topic.FINDING_ORANGE: (
        _rung(S.DUE, NOW, A.CONCERNED),
        _rung(S.OFFICE, NOW, A.REVIEWERS, A.OFFICE_HEAD, A.INSPECTORS, manner=M.WORKING_HOURS),
    ),
    Topic.FINDING_RED: (
        _urgent(S.DUE, NOW, A.CONCERNED),
        _urgent(S.OFFICE, NOW, A.REVIEWERS, A.OFFICE_HEAD, A.INSPECTORS),
    ),
    Topic.FINDING_ANSWER: (
        _rung(S.SOON, -DAY, A.CONCERNED),
        _urgent(S.OFFICE, NOW, A.REVIEWERS, A.OFFICE_HEAD, manner=M.WORKING_HOURS),
    ),
    Topic.SIGNATURE: (_rung(S.DUE, NOW, A.SIGNERS), _rung(S.LATE, 2 * DAY, A.SIGNERS)),
    Topic.MANDATE: (
        _rung(S.SIXTY_DAYS, -60 * DAY, A.HEAD, A.ACCOUNTANT, A.REVIEWERS, manner=M.WORKING_HOURS),
        _rung(S.THIRTY_DAYS, -30 * DAY, A.HEAD, A.ACCOUNTANT, A.REVIEWERS, manner=M.WORKING_HOURS),
        _urgent(S.SEVEN_DAYS, -7 * DAY, A.HEAD, A.ACCOUNTANT, A.REVIEWERS, A.OFFICE_HEAD, manner=M.WORKING_HOURS),
        _urgent(S.LATE, NOW, A.HEAD, A.ACCOUNTANT, A.REVIEWERS, A.OFFICE_HEAD, manner=M.WORKING_HOURS),
    ),
    Topic.CONTRACT: (
        # How early is a setting (`contract_warned_days`): before that there is no occasion.
        _rung(S.SOON, -366 * DAY, A.HEAD, A.ACCOUNTANT, A.REVIEWERS, manner=M.WORKING_HOURS),
        _rung(S.SEVEN_DAYS, -7 * DAY, A.HEAD, A.ACCOUNTANT, manner=M.WORKING_HOURS),
    ),
    Topic.DELEGATION_GIVEN: (_rung(S.DUE, NOW, A.SUBSTITUTE),),
    Topic.DELEGATION_ENDING: (_rung(S.SOON, -DAY, A.GIVER, A.SUBSTITUTE),),
    Topic.TRIAL: (),
    Topic.CHANGE: (_rung(S.DUE, NOW, A.CONFIRMERS), _urgent(S.LATE, DAY, A.CONFIRMERS)),
}

ROLES_OF: Mapping[Audience, Role] = {
    A.HEAD: Role.HEAD,
    A.ACCOUNTANT: Role.ACCOUNTANT,
    A.OFFICERS: Role.CABINET_OFFICER,
    A.REVIEWERS: Role.REVIEWER,
    A.OFFICE_HEAD: Role.OFFICE_HEAD,
    A.LEADER: Role.TOWNSHIP_LEADER,
    A.INSPECTORS: Role.INSPECTOR,
}
"""The audiences that are whoever holds a role: in the occasion's cooperative, or in the township."""


def rung_of(topic: Topic, stage: Stage) -> Rung | None:
    """The rung of this stage, or None where the ladder has none."""
    return next((rung for rung in LADDERS[topic] if rung.stage is stage), None)


def is_urgent(topic: Topic, stage: Stage) -> bool:
    """Whether somebody who wants to hear only of pressing matters hears of this."""
    rung = rung_of(topic, stage)
    return rung is not None and rung.is_urgent
