"""A machine that enrols in the town, step by step or all the way."""

from dataclasses import dataclass

from device_agent.enrolling import MachineKeys
from firmware_protocol.enrolments import Terms
from server.custody.administration.changes import ChangeKind
from server.custody.enrolments import Enrolment
from server.custody.refusals import Refused
from server.store.fact_rows import FactRows, all_facts
from server.store.find_administration import waiting_changes
from server.usecases.answer_change import AnswerChange, ChangeAnswered, answer_change
from server.usecases.compare_enrolment import CompareEnrolment, compare_enrolment
from server.usecases.open_enrolment import EnrolmentOpened, OpenEnrolment, open_enrolment
from server.usecases.present_enrolment import PresentEnrolment, present_enrolment
from server.usecases.propose_role import ChangeProposed
from server.usecases.register_agent import AgentPlan
from tests.server.town import AGENT, Town, granted

SYSTEM, SECURITY = "叶海燕", "潘振东"
"""The town's administrators."""
PLAN = AgentPlan(
    agent=AGENT, cabinets=("CAB-01",), server_url="https://gongguan.lan", broker_host="gongguan.lan", broker_port=8883
)


@dataclass(frozen=True)
class Machine:
    """One that makes its own keys and talks to the town."""

    town: Town
    keys: MachineKeys

    def presents(self, token: str, source: str = "10.0.0.7") -> Terms | Refused:
        return self.town.do(present_enrolment, PresentEnrolment(self.keys.presentation(token), source))


def opens(town: Town, by: str | None = SYSTEM, plan: AgentPlan = PLAN) -> EnrolmentOpened | Refused:
    return town.do(open_enrolment, OpenEnrolment(by=by and town.person(by).id, plan=plan))


def compares(town: Town, terms: Terms, seen: str | None = None, by: str = SYSTEM) -> ChangeProposed | Refused:
    code = town.get(Enrolment, terms.enrolment).code if seen is None else seen
    return town.do(compare_enrolment, CompareEnrolment(by=town.person(by).id, enrolment=terms.enrolment, seen=code))


def answers(
    town: Town, terms: Terms, *, agrees: bool = True, seen: str | None = None, by: str = SECURITY
) -> ChangeAnswered | Refused:
    code = town.get(Enrolment, terms.enrolment).code if seen is None else seen
    with town.database.reading() as reader:
        (change,) = waiting_changes(FactRows(reader), ChangeKind.ENROLMENT)
    asked = AnswerChange(by=town.person(by).id, change=change.id, agrees=agrees, reason="六组不一样", seen=code)
    return town.do(answer_change, asked)


def presented(town: Town, machine: Machine) -> Terms:
    terms = machine.presents(granted(opens(town)).token)
    assert isinstance(terms, Terms), terms
    return terms


def enrolments(town: Town) -> list[Enrolment]:
    with town.database.reading() as reader:
        return list(all_facts(reader, Enrolment).values())


def enrolled(town: Town, keys: MachineKeys) -> Terms:
    """A machine with these keys, all the way: opened, presented, compared by two."""
    terms = presented(town, Machine(town, keys))
    granted(compares(town, terms))
    granted(answers(town, terms))
    return terms
