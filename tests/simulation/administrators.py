"""Two administrators and a technician: they put a machine out of service, let it go on, and enrol it anew."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from device_agent.enrolling import MachineKeys, admitted
from firmware_protocol.enrolments import Presentation, Terms, comparison_code, read_admission
from server.cabinets.admission import Admissions
from server.custody.enrolments import Enrolment, EnrolmentState
from server.custody.facts import Agent
from server.custody.refusals import Refused
from server.store.fact_rows import FactRows
from server.usecases.answer_change import AnswerChange, answer_change
from server.usecases.compare_enrolment import CompareEnrolment, compare_enrolment
from server.usecases.open_enrolment import EnrolmentOpened, OpenEnrolment, open_enrolment
from server.usecases.present_enrolment import PresentEnrolment, present_enrolment
from server.usecases.propose_role import ChangeProposed
from server.usecases.revoke_agent import AgentRevoked, RevokeAgent, revoke_agent
from tests.simulation.chance import Chance
from tests.simulation.desk import Desk
from tests.simulation.pi import Pi
from tests.simulation.server import Server
from tests.simulation.timeline import Timeline
from tests.simulation.township import ADMINISTRATORS, Township, plan

THINK_MS = (200, 2_000)
ANEW_MS = 2_000
"""How soon people begin an enrolment again that came to nothing."""
SEED_BYTES = 32
AGREES = 0.6
"""How likely the second administrator confirms that a machine is out of service."""


@dataclass(frozen=True, slots=True)
class Enrolling:
    """A machine that has presented itself: its keys, what it said and what it was told."""

    keys: MachineKeys
    said: Presentation
    terms: Terms

    @property
    def code(self) -> str:
        """On the machine's screen."""
        return comparison_code(self.said, self.terms)


class Administrators:
    """They have no business power. `enrol` ends with the machine at work in its next life, however often it takes."""

    def __init__(self, timeline: Timeline, desk: Desk, server: Server, township: Township, chance: Chance) -> None:
        self._timeline, self._desk, self._server, self._chance = timeline, desk, server, chance
        self._system, self._security = (township.people[name] for name in ADMINISTRATORS)
        self._enrolling: set[str] = set()

    def revoke(self, pi: Pi) -> None:
        """One puts the machine out of service; the other has the last word."""
        asked = RevokeAgent(agent=pi.name, by=self._system, note="柜机不见了")
        self._desk.do(revoke_agent, asked, lambda said: self._soon(lambda: self._last_word(pi, said)))

    def enrol(self, pi: Pi) -> None:
        """The machine gets a new disk, makes itself new keys, and becomes the agent in its next life."""
        if pi.name not in self._enrolling:
            self._enrolling.add(pi.name)
            self._open(pi)

    def enrols_where_none_is(self, pi: Pi) -> None:
        """Where the machine is out of service and nobody is at it, it is enrolled."""
        with self._server.database.reading() as reader:
            agent = FactRows(reader).get(Agent, pi.name)
        if agent is None or not agent.is_active:
            self.enrol(pi)

    def _last_word(self, pi: Pi, revoked: object) -> None:
        if not isinstance(revoked, AgentRevoked) or revoked.change is None:
            self.enrols_where_none_is(pi)
            return
        agrees = self._chance.random() < AGREES
        asked = AnswerChange(by=self._security, change=revoked.change, agrees=agrees, reason="找到了，没有离开过大厅")
        self._desk.do(answer_change, asked, lambda _said: self.enrols_where_none_is(pi))

    # The steps of an enrolment, each by somebody else, and some time after the one before.

    def _open(self, pi: Pi) -> None:
        asked = OpenEnrolment(by=self._system, plan=plan(pi.name))
        self._desk.do(open_enrolment, asked, lambda opened: self._soon(lambda: self._present(pi, opened)))

    def _present(self, pi: Pi, opened: object) -> None:
        if not isinstance(opened, EnrolmentOpened):
            self._begin_anew(pi)
            return
        keys = MachineKeys(
            self._chance.randbytes(SEED_BYTES).hex(), self._chance.randbytes(SEED_BYTES).hex(), tls_key()
        )
        said = keys.presentation(opened.token)
        self._desk.do(
            present_enrolment,
            PresentEnrolment(said, "10.0.0.9"),
            lambda terms: self._soon(lambda: self._compare(pi, keys, said, terms)),
        )

    def _compare(self, pi: Pi, keys: MachineKeys, said: Presentation, terms: object) -> None:
        if not isinstance(terms, Terms):
            self._begin_anew(pi)
            return
        machine = Enrolling(keys, said, terms)
        asked = CompareEnrolment(by=self._system, enrolment=terms.enrolment, seen=machine.code)
        self._desk.do(compare_enrolment, asked, lambda change: self._soon(lambda: self._confirm(pi, machine, change)))

    def _confirm(self, pi: Pi, machine: Enrolling, change: object) -> None:
        if not isinstance(change, ChangeProposed):
            self._begin_anew(pi)
            return
        asked = AnswerChange(by=self._security, change=change.change, agrees=True, seen=machine.code)
        self._desk.do(answer_change, asked, lambda _said: self._soon(lambda: self._fetch(pi, machine)))

    def _fetch(self, pi: Pi, machine: Enrolling) -> None:
        self._desk.await_server(lambda: self._admitted(pi, machine))

    def _admitted(self, pi: Pi, machine: Enrolling) -> None:
        """What the machine asks for over HTTP, and makes of the answer; a key of the server that changed ends it."""
        server = self._server
        with server.database.reading() as reader:
            enrolment = FactRows(reader).get(Enrolment, machine.terms.enrolment)
        if enrolment is None or enrolment.state is not EnrolmentState.CONFIRMED:
            self._begin_anew(pi)
            return
        note = Admissions(server.keys, server.publisher.files.published, lambda _enrolment: "").admit(enrolment)
        if isinstance(note, Refused):
            self._begin_anew(pi)
            return
        admission = read_admission(note, machine.terms)
        self._enrolling.discard(pi.name)
        pi.begin_anew(admitted(admission, machine.terms, machine.keys, "").bundle)

    def _begin_anew(self, pi: Pi) -> None:
        self._timeline.note(f"{pi.name}: enrolling came to nothing")
        self._timeline.after(ANEW_MS, lambda: self._open(pi))

    def _soon(self, act: Callable[[], None]) -> None:
        self._timeline.after(self._chance.uniform(*THINK_MS), act)


@cache
def tls_key() -> str:
    """Stands in for a millisecond of making one; nothing speaks TLS here."""
    key = derive_private_key(1, SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii")
