"""What must never be, and what must come to be: watched while a schedule runs; `aftermath` looks up what came of it.

I1  no pulse without a durable burn, and no burn is ever forgotten
I2  each burn is one pulse at most, and a permit that opened its door opens it no more
I3  no take outside its permit's window, whatever an agent's clock says (where the server's own clock was set, its time
    is the township's), nor longer after its last contact than is allowed, whatever any clock says
I4  whatever an agent wrote is in the log in the end, the intent of every pulse among it
I5  what was acknowledged is in the log, and every head that was let out is the beginning of the log at its end
I6  every head that an agent vouched for is a head of that one log
I7  each agent's numbers in the log have no gap
I8  a permit whose revocation an agent holds opens nothing there any more
I9  a thing is where the server says it is: inside, or out under one checkout
I10 the tables say what the log says, nothing more and nothing less
I11 whoever holds something may bring it back, offline, late, frozen or revoked
I12 what the server never logged opens nothing, whatever keys it is signed with
I13 a permit opens nothing under a key that has ended, as soon as its agent was in contact after the end
I14 what an agent says that is out of service, or in an earlier life, is not believed, and it gets no answer
I15 the server's entries bear the time of its clock, and each step of that clock is an entry
I16 nobody believes a key that was not made for the server, or for the agent, and named in the log
L1  once everything works, nothing is left unsent
L2  what is committed is published
L3  in the end every agent knows every key, and holds every permit that is good, under whichever key that counts
"""

from collections import defaultdict
from dataclasses import dataclass, field

from device_agent.custodian.decisions import Burn, Pulse
from device_agent.custodian.inputs import Choice
from device_agent.custodian.log_view import KeysView
from device_agent.custodian.memory import Holding, Memory
from device_agent.custodian.offers import judge
from firmware_protocol.log_heads import Head
from firmware_protocol.permit_checks import Allowed, Staleness
from firmware_protocol.permits import Permit
from server.custody.facts import Agent
from server.custody.rotations import Rotation
from server.store import deliveries
from server.store.fact_rows import FactRows
from tests.simulation.pi import Pi
from tests.simulation.server import Server
from tests.simulation.timeline import Timeline
from tests.simulation.visit import Things
from tests.simulation.wall_clock import LONG_AGO_MS

PULSE_LATE_MS = 8000
"""How long after it was ordered a pulse may still come: the master's patience and the controller's."""
SPRUNG_MS = 120
LOOK_AGAIN_MS = 10_000
PUBLISHED_WITHIN_MS = 2000
STALE_MS = Staleness().seal_h * 3_600_000
Source = tuple[str, int]
"""An agent and which life of its journal."""


class Violation(BaseException):
    """An invariant does not hold. No `except Exception` of the product may survive it."""

    def __init__(self, invariant: str, what: str) -> None:
        super().__init__(f"{invariant}: {what}")
        self.invariant = invariant


@dataclass
class Order:
    """A pulse that was ordered at a compartment, and whether its coil has had it."""

    at_ms: float
    burn: Burn
    is_spent: bool = False


@dataclass
class Seen:
    """What was seen of one agent, from one disk to the next."""

    burns: list[Burn] = field(default_factory=list)
    revoked: set[str] = field(default_factory=set)
    newest_revoked: frozenset[str] = frozenset()
    contact_ms: float = LONG_AGO_MS
    acked_seq: int = 0
    heads: dict[int, set[bytes]] = field(default_factory=lambda: defaultdict(set))
    memory: Memory | None = None
    keys: KeysView | None = None
    looked_ms: float = 0.0


class Invariants:
    """The watcher of one schedule."""

    def __init__(self, timeline: Timeline, server: Server, things: Things) -> None:
        self._timeline, self._server, self._things = timeline, server, things
        self.seen: dict[Source, Seen] = defaultdict(Seen)
        self._orders: dict[str, list[Order]] = defaultdict(list)
        self._opened: set[str] = set()
        self.pulses = 0
        server.grown = self._grown
        server.answered = self._answered

    # While it runs.

    def booted(self, pi: Pi) -> None:
        """Whatever was pulsed before is still burned, whatever was revoked still revoked."""
        seen = self.seen[pi.source]
        for burn in seen.burns:
            if not pi.journal.has_for_good(burn):
                raise Violation("I1", f"{pi.name} has forgotten the burn of {burn}")
        if not seen.newest_revoked <= pi.agent.custody.revoked:
            raise Violation("I8", f"{pi.name} has forgotten a revocation")

    def ordered(self, pi: Pi, pulse: Pulse) -> None:
        """The moment before a lock is told to open."""
        seen, burn = self.seen[pi.source], pulse.burn
        if not pi.journal.has_for_good(burn):
            raise Violation("I1", f"{burn} is pulsed and not burned")
        if burn in seen.burns:
            raise Violation("I2", f"{burn} is pulsed a second time")
        seen.burns.append(burn)
        self._orders[pulse.compartment].append(Order(self._timeline.now_ms, burn))
        self.pulses += 1
        if burn.kind == "attempt":
            self._may_take(pi, seen, burn)

    def coil(self, pi: Pi, place: str, at_ms: float) -> None:
        """The coil of a lock had current."""
        orders = self._orders[place]
        order = next((each for each in orders if not each.is_spent), None)
        if order is None:
            raise Violation("I2", f"{place} is pulsed without an order, or twice for one")
        late_ms = at_ms - order.at_ms
        if late_ms > PULSE_LATE_MS:
            orders.remove(order)
            self.coil(pi, place, at_ms)
            return
        order.is_spent = True
        if order.burn.kind == "attempt":
            self._timeline.after(SPRUNG_MS, lambda: self._look(pi, place, order.burn))

    def _look(self, pi: Pi, place: str, burn: Burn) -> None:
        """Whether the door did spring open, which a coil with too little power does not make it do."""
        if pi.hardware.lock(place).is_open(self._timeline.now_ms):
            self._opened.add(burn.permit)

    def handled(self, pi: Pi) -> None:
        """An input was taken in."""
        seen, agent = self.seen[pi.source], pi.agent
        if agent.acked_seq > seen.acked_seq:
            seen.acked_seq = agent.acked_seq
            self._is_committed(pi, agent.acked_seq)
        if agent.custody.contact is not None:
            seen.contact_ms = self._server.clock.said_ms(agent.custody.contact.at)
        if agent.custody.keys is not seen.keys:
            seen.keys = agent.custody.keys
            self._are_the_servers(pi, seen.keys)
        if agent.fault is None:
            seen.revoked |= agent.custody.revoked
            seen.newest_revoked = agent.custody.revoked
            if agent.custody.memory is not seen.memory or self._timeline.now_ms > seen.looked_ms + LOOK_AGAIN_MS:
                seen.memory, seen.looked_ms = agent.custody.memory, self._timeline.now_ms
                self._may_return(pi)

    def cosigned(self, pi: Pi, head: Head) -> None:
        """An agent vouches for a head."""
        self.seen[pi.source].heads[head.size].add(head.checkpoint.root)

    def _grown(self, size: int) -> None:
        """A commit: it is published before long, if the server lives."""

        def is_published() -> None:
            published = self._server.heads[-1].size
            if published < size:
                raise Violation("L2", f"{size} entries are committed, {published} published")

        self._timeline.after(PUBLISHED_WITHIN_MS, is_published, self._server.life)

    def _may_take(self, pi: Pi, seen: Seen, burn: Burn) -> None:
        permit = pi.agent.custody.memory.holdings[burn.permit].permit
        if burn.permit in seen.revoked:
            raise Violation("I8", f"{burn.permit} is revoked, and {pi.name} knows it")
        if not any(permit.not_before <= now <= permit.not_after for now in self._server.clock.times()):
            raise Violation("I3", f"{burn.permit} ends {permit.not_after}, and is used {self._timeline.now}")
        self._key_counts(pi, seen, permit)
        if self._timeline.now_ms - seen.contact_ms > STALE_MS:
            raise Violation("I3", f"{pi.name} was in contact {seen.contact_ms / 1000:.0f} s, and takes out now")
        if burn.permit in self._opened:
            raise Violation("I2", f"{burn.permit} opened its door before")
        with self._server.database.reading() as reader:
            if deliveries.permit_note(reader, burn.permit) is None:
                raise Violation("I12", f"{burn.permit} was never issued")
        if burn.number > permit.attempts:
            raise Violation("I2", f"{burn} is more than the permit allows")

    def _key_counts(self, pi: Pi, seen: Seen, permit: Permit) -> None:
        with self._server.database.reading() as reader:
            rotation = FactRows(reader).get(Rotation, f"permit-{permit.key}")
        if rotation is None or rotation.ended_at is None:
            return
        if self._server.clock.said_ms(rotation.ended_at) <= seen.contact_ms:
            raise Violation("I13", f"{permit.id} is under a key that had ended when {pi.name} was in contact")

    def _are_the_servers(self, pi: Pi, keys: KeysView) -> None:
        if keys.history is None:
            return
        known = {each.verifier for each in self._server.every_key}
        if not {*keys.history.permit.every, *keys.history.log.every} <= known:
            raise Violation("I16", f"{pi.name} believes a key that the server never had")

    def _answered(self, name: str) -> None:
        with self._server.database.reading() as reader:
            agent = FactRows(reader).get(Agent, name)
        if agent is None or not agent.is_active:
            raise Violation("I14", f"{name} is out of service, and is answered")

    def _may_return(self, pi: Pi) -> None:
        """Judged for the holder and an officer, whoever is there at the moment."""
        for holding in pi.agent.custody.memory.holdings.values():
            if holding.out and holding.undeclared is None:
                self._returns(pi, holding)

    def _returns(self, pi: Pi, holding: Holding) -> None:
        custody, roster = pi.agent.custody, pi.agent.custody.roster
        holder, permit = holding.holder.person, holding.permit
        grant = permit.return_grant
        if roster is None or holder is None or grant is None:
            return
        second = next((each for each in roster.people if grant.second.admits(each, permit.cooperative)), None)
        first = custody.person(holder)
        if first is None or second is None or not (first.active and second.active):
            return
        now, _ = pi.agent.look_at_clock()
        offer = judge(custody, Choice("return", permit.id), (holder, second.id), now)
        if not isinstance(offer.verdict, Allowed):
            raise Violation("I11", f"{permit.id} may not be brought back: {offer.verdict.rule}")

    def _is_committed(self, pi: Pi, seq: int) -> None:
        with self._server.database.reading() as reader:
            committed = deliveries.acked_seq(reader, pi.name, pi.bundle.epoch)
        if max(committed, self._server.had.get(pi.source, 0)) < seq:
            raise Violation("I5", f"{pi.name} believes entry {seq} committed, and the server has {committed}")
