"""What the log itself has to say, at the end, of machines, of the server's clock and of its keys."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from firmware_protocol.entries import KIND, SERVER
from firmware_protocol.notes import Verifier, document_fields, open_note, parse_note
from firmware_protocol.permits import parse
from firmware_protocol.successions import KIND as SUCCESSION
from firmware_protocol.times import time_from_ms
from server.custody.rotations import Rotation
from server.ledger.clock_steps import STEPPED, TOLERANCE
from server.store import deliveries
from server.store.database import Reader
from server.store.fact_rows import FactRows
from server.store.log_rows import ENTRIES
from server.store.rotations import is_overlapping, keys_version
from tests.simulation.invariants import Violation
from tests.simulation.pi import Pi
from tests.simulation.server import Server

ROUNDING = timedelta(milliseconds=50)
"""What entries lose of a time, and clocks of each other, without having been set."""
_SERVICE = ("agent_added", "agent_reinstated", "agent_revoked")


def are_not_believed(reader: Reader) -> None:
    """I14: between an agent's end of service and its next life, or its return, no entry of it is in the log."""
    speaks: dict[str, int | None] = {}
    wanted = select(ENTRIES.c.by, ENTRIES.c.epoch, ENTRIES.c.type, ENTRIES.c.note).order_by(ENTRIES.c.position)
    for row in reader.execute(wanted):
        if row.by != SERVER and speaks.get(row.by) != row.epoch:
            raise Violation("I14", f"an entry of {row.by}, life {row.epoch}, is believed after it was put out")
        if row.by == SERVER and row.type in _SERVICE:
            about = document_fields(parse_note(row.note).text, KIND)["about"]
            speaks[about["agent"]] = None if row.type == "agent_revoked" else about["epoch"]


@dataclass(frozen=True, slots=True)
class Dated:
    """An entry of the server: when it was written in true time, and what it says of that."""

    type: str
    true_ms: float
    at: datetime


def steps_are_said(reader: Reader, server: Server) -> None:
    """I15: while one program of the server runs, its entries are as far apart as in truth, but for steps they say."""
    starts = sorted(server.opened)
    anchor = None
    for each in _dated(reader, server.commits):
        begun = max(start for start in starts if start[0] <= each.true_ms)
        if anchor is None or anchor[0] < begun[0]:
            anchor = begun
        if each.type == STEPPED:
            anchor = each.true_ms, each.at
        astray = each.at - anchor[1] - timedelta(milliseconds=each.true_ms - anchor[0])
        if abs(astray) > TOLERANCE + ROUNDING:
            raise Violation("I15", f"the server's clock was set by {astray}, and no entry says so before {each.type}")


def _dated(reader: Reader, grown: Iterable[tuple[int, float | None]]) -> Iterator[Dated]:
    """The server's entries whose commit was seen."""
    wanted = select(ENTRIES.c.position, ENTRIES.c.type, ENTRIES.c.at_ms).where(ENTRIES.c.by == SERVER)
    commits = _commits(grown)
    for row in reader.execute(wanted.order_by(ENTRIES.c.position)):
        if (true_ms := commits.get(row.position)) is not None:
            yield Dated(row.type, true_ms, time_from_ms(row.at_ms))


def _commits(grown: Iterable[tuple[int, float | None]]) -> dict[int, float]:
    """By position, when its commit was; an entry whose commit nobody saw the end of is not there."""
    seen: dict[int, float] = {}
    before = 0
    for size, true_ms in grown:
        seen |= {} if true_ms is None else dict.fromkeys(range(before, size), true_ms)
        before = size
    return seen


def what_is_out_may_come_back(reader: Reader, pi: Pi) -> None:
    """I11: an agent in service takes back whatever is out of its cabinet, under whichever key and to whichever disk."""
    held = {item for holding in pi.agent.custody.memory.holdings.values() for item in holding.out}
    for permit, items in deliveries.outstanding(reader, pi.name) if _is_served(reader, pi) else ():
        if not held.issuperset(items):
            raise Violation("I11", f"something is out under {permit.id}, and {pi.name} does not take it back")


def keys_are_known(reader: Reader, server: Server, pi: Pi) -> None:
    """L3: an agent in service knows every change of the server's keys, and no good permit is refused for its key."""
    custody = pi.agent.custody
    if not _is_served(reader, pi) or custody.log.dispute is not None:
        return
    if custody.keys.version != keys_version(reader):
        raise Violation("L3", f"{pi.name} knows {custody.keys.version} of {keys_version(reader)} changes of keys")
    facts = FactRows(reader)
    for permit in deliveries.live_permits(reader, pi.name, server.clock()):
        key = parse(permit.document, [each.verifier for each in server.every_key]).key
        rotation, holding = facts.get(Rotation, f"permit-{key}"), custody.memory.holdings.get(permit.id)
        if rotation is not None and rotation.ended_at is not None:
            continue
        if holding is None or holding.proven_size is None or key in custody.keys.over:
            raise Violation("L3", f"{pi.name} does not hold {permit.id}, or no proof of it, or not its key for good")


def waits_for_people(reader: Reader, pi: Pi) -> bool:
    """Whether an agent was shown two logs, and so believes no later key either: it goes on with its next disk."""
    return pi.agent.custody.log.dispute is not None and pi.agent.custody.keys.version < keys_version(reader)


def _is_served(reader: Reader, pi: Pi) -> bool:
    agent = deliveries.agent(reader, pi.name)
    return agent is not None and agent.is_active and agent.epoch == pi.bundle.epoch and pi.agent.fault is None


def keys_are_named(reader: Reader, server: Server, pis: Sequence[Pi]) -> None:
    """I16: whoever names a key has shown that somebody has it; and a key that is over is kept nowhere."""
    wanted = select(ENTRIES.c.note).where(ENTRIES.c.type.in_(("key_rotated", "agent_key_rotated")))
    for note in reader.execute(wanted).scalars():
        succession = document_fields(parse_note(note).text, KIND)["about"]["succession"].encode()
        fields = document_fields(parse_note(succession).text, SUCCESSION)
        signed = open_note(succession, [Verifier.parse(fields["old"]), Verifier.parse(fields["new"])])
        if len(signed.signatures) != len(fields):
            raise Violation("I16", f"{fields['new']} is named, and nobody has shown to have it")
    before = server.disk.data.keys().log_before
    if before is not None and not is_overlapping(reader, "log", before.verifier):
        raise Violation("I16", "the server keeps a key that is over")
    for pi in pis:
        bundle = pi.disk.bundle()
        if bundle.former is not None and pi.agent.acked_seq >= bundle.rotated_seq:
            raise Violation("I16", f"{pi.name} keeps a key that is over")
