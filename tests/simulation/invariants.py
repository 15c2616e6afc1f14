"""What must never be, and what must come to be: watched while a schedule runs, and looked up when it is over.

I1  no pulse without a durable burn, and no burn is ever forgotten
I2  each burn is one pulse at most, and a permit that opened its door opens it no more
I3  no take outside its permit's window, whatever the clocks say, nor longer after the last contact than is allowed
I4  whatever an agent wrote is in the log in the end, the intent of every pulse among it
I5  what was acknowledged is in the log, and every head that was let out is the beginning of the log at its end
I6  every head that an agent vouched for is a head of that one log
I7  each agent's numbers in the log have no gap
I8  a permit whose revocation an agent holds opens nothing there any more
I9  a thing is where the server says it is: inside, or out under one checkout
I10 the tables say what the log says, nothing more and nothing less
I11 whoever holds something may bring it back, offline, late, frozen or revoked
I12 what the server never logged opens nothing, whatever keys it is signed with
L1  once everything works, nothing is left unsent
L2  what is committed is published
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select

from device_agent.custodian.decisions import Burn, Pulse
from device_agent.custodian.inputs import Choice
from device_agent.custodian.memory import Holding, Memory
from device_agent.custodian.offers import judge
from firmware_protocol.log_heads import Head
from firmware_protocol.permit_checks import Allowed, Staleness
from firmware_protocol.proofs import leaf_hash
from server.custody.facts import Item
from server.custody.states import ItemState
from server.ledger.tree import Frontier
from server.operate.verify import verify_database
from server.store import deliveries
from server.store.database import Reader
from server.store.fact_rows import all_facts
from server.store.log_rows import ENTRIES
from tests.server.town import KEYS
from tests.simulation.pi import Pi
from tests.simulation.server import Server
from tests.simulation.timeline import Timeline
from tests.simulation.visit import Things

PULSE_LATE_MS = 8000
"""How long after it was ordered a pulse may still come: the master's patience and the controller's."""
SPRUNG_MS = 120
LOOK_AGAIN_MS = 10_000
PUBLISHED_WITHIN_MS = 2000
STALE = timedelta(hours=Staleness().seal_h)


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
    """What was seen of one agent, across all its lives."""

    orders: dict[str, list[Order]] = field(default_factory=lambda: defaultdict(list))
    burns: list[Burn] = field(default_factory=list)
    revoked: set[str] = field(default_factory=set)
    contact_ms: float = 0.0
    acked_seq: int = 0
    heads: dict[int, set[bytes]] = field(default_factory=lambda: defaultdict(set))
    memory: Memory | None = None
    looked_ms: float = 0.0


class Invariants:
    """The watcher of one schedule."""

    def __init__(self, timeline: Timeline, server: Server, things: Things) -> None:
        self._timeline, self._server, self._things = timeline, server, things
        self._seen: dict[str, Seen] = defaultdict(Seen)
        self._opened: set[str] = set()
        self.pulses = 0
        server.grown = self._grown

    # While it runs.

    def booted(self, pi: Pi) -> None:
        """Whatever was pulsed before is still burned."""
        for burn in self._seen[pi.name].burns:
            if not pi.journal.has_for_good(burn):
                raise Violation("I1", f"{pi.name} has forgotten the burn of {burn}")

    def ordered(self, pi: Pi, pulse: Pulse) -> None:
        """The moment before a lock is told to open."""
        seen, burn = self._seen[pi.name], pulse.burn
        if not pi.journal.has_for_good(burn):
            raise Violation("I1", f"{burn} is pulsed and not burned")
        if burn in seen.burns:
            raise Violation("I2", f"{burn} is pulsed a second time")
        seen.burns.append(burn)
        seen.orders[pulse.compartment].append(Order(self._timeline.now_ms, burn))
        self.pulses += 1
        if burn.kind == "attempt":
            self._may_take(pi, seen, burn)

    def coil(self, pi: Pi, place: str, at_ms: float) -> None:
        """The coil of a lock had current."""
        orders = self._seen[pi.name].orders[place]
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
        seen, agent = self._seen[pi.name], pi.agent
        if agent.acked_seq > seen.acked_seq:
            seen.acked_seq = agent.acked_seq
            self._is_committed(pi, agent.acked_seq)
        if agent.custody.contact_at is not None:
            contact = agent.custody.contact_at - self._timeline.now
            seen.contact_ms = self._timeline.now_ms + contact / timedelta(milliseconds=1)
        if agent.fault is None:
            seen.revoked |= agent.custody.revoked
            if agent.custody.memory is not seen.memory or self._timeline.now_ms > seen.looked_ms + LOOK_AGAIN_MS:
                seen.memory, seen.looked_ms = agent.custody.memory, self._timeline.now_ms
                self._may_return(pi)

    def cosigned(self, pi: Pi, head: Head) -> None:
        """An agent vouches for a head."""
        self._seen[pi.name].heads[head.size].add(head.checkpoint.root)

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
        if not permit.not_before <= self._timeline.now <= permit.not_after:
            raise Violation("I3", f"{burn.permit} ends {permit.not_after}, and is used {self._timeline.now}")
        if timedelta(milliseconds=self._timeline.now_ms - seen.contact_ms) > STALE:
            raise Violation("I3", f"{pi.name} was in contact {seen.contact_ms / 1000:.0f} s, and takes out now")
        if burn.permit in self._opened:
            raise Violation("I2", f"{burn.permit} opened its door before")
        with self._server.database.reading() as reader:
            if deliveries.permit_note(reader, burn.permit) is None:
                raise Violation("I12", f"{burn.permit} was never issued")
        if burn.number > permit.attempts:
            raise Violation("I2", f"{burn} is more than the permit allows")

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
        if committed < seq:
            raise Violation("I5", f"{pi.name} believes entry {seq} committed, and the server has {committed}")

    # When it is over.

    def at_the_end(self, written: Mapping[Pi, int], *, is_thorough: bool) -> None:
        """Everything works again and has had time: look everything up.

        `written` is how far each journal had come some while ago; thoroughly the whole log is replayed as well (I10).
        """
        with self._server.database.reading() as reader:
            notes = list(reader.execute(select(ENTRIES.c.note).order_by(ENTRIES.c.position)).scalars())
            for pi, seq in written.items():
                self._has_all(reader, pi, seq)
            self._heads_are_of(notes)
            self._things_are_where_said(reader)
            if is_thorough and (wrong := verify_database(reader, KEYS).wrong) is not None:
                raise Violation("I10", str(wrong))
        if not self._server.publisher.is_well:
            raise Violation("L2", "the log is not published any more")

    def _has_all(self, reader: Reader, pi: Pi, seq: int) -> None:
        written = pi.entries()
        wanted = select(ENTRIES.c.seq, ENTRIES.c.note).where(ENTRIES.c.by == pi.name).order_by(ENTRIES.c.seq)
        rows = reader.execute(wanted).all()
        if [row.seq for row in rows] != list(range(1, len(rows) + 1)):
            raise Violation("I7", f"the log's entries of {pi.name} have gaps")
        if [row.note for row in rows] != written[: len(rows)]:
            raise Violation("I4", f"the log has other entries of {pi.name} than its journal")
        if len(rows) < seq:
            raise Violation("L1", f"{seq - len(rows)} entries of {pi.name} were never taken in")
        intended = {note for note in written if b'"opening_intended"' in note}
        if len(intended) < len(self._seen[pi.name].burns):
            raise Violation("I4", f"a pulse of {pi.name} has no entry")

    def _heads_are_of(self, notes: list[bytes]) -> None:
        """The root at each size, from the entries alone, against everything that was ever said of it."""
        said: dict[int, set[bytes]] = defaultdict(set)
        for published in self._server.heads:
            said[published.size].add(published.checkpoint.root)
        vouched: dict[int, set[bytes]] = defaultdict(set)
        for seen in self._seen.values():
            for size, roots in seen.heads.items():
                vouched[size] |= roots
        root_at = root_finder([leaf_hash(note) for note in notes])
        _compare("I5", "let out", said, root_at)
        _compare("I6", "vouched for", vouched, root_at)

    def _things_are_where_said(self, reader: Reader) -> None:
        items = all_facts(reader, Item)
        for item in items.values():
            is_out = item.id in self._things.out
            if item.state in (ItemState.IN_CABINET, ItemState.OUT) and (item.state is ItemState.OUT) is not is_out:
                raise Violation(
                    "I9", f"{item.name} ({item.id}) is {item.state}, and really {'out' if is_out else 'in'}"
                )
            if (item.state is ItemState.OUT) is not (item.holder is not None):
                raise Violation("I9", f"{item.name} ({item.id}) is {item.state}, held by {item.holder}")


def root_finder(hashes: list[bytes]) -> Callable[[int], bytes | None]:
    """The root over the first so many leaf hashes; None where there are not so many."""
    frontier, roots = Frontier(), [Frontier().root]
    for each in hashes:
        frontier = frontier.extend([each])
        roots.append(frontier.root)
    return lambda size: roots[size] if size < len(roots) else None


def _compare(invariant: str, what: str, said: dict[int, set[bytes]], root_at: Callable[[int], bytes | None]) -> None:
    for size, roots in said.items():
        if roots != {root_at(size)}:
            raise Violation(invariant, f"a head of {size} entries was {what} that is none of this log")
