"""What comes to the server in a controller's name: left out, repeated, rewritten, forged, or said with a stolen key."""

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from firmware_protocol.entries import Chain, compose
from firmware_protocol.messages import CarriedEntry, Hello
from firmware_protocol.notes import Signer
from server.custody.contradictions import SENTENCES
from server.store.database import Database
from server.store.lists import entries
from server.store.lists.entries import LogFilter
from server.usecases.journal_breaks import CompareHello, compare_hello
from server.usecases.revoke_agent import RevokeAgent, revoke_agent
from server.usecases.revoke_permit import RevokePermit, revoke_permit
from server.usecases.take_in_events import TakenIn
from tests.drills.noticed import SERVER, Drill, Noticed
from tests.server.town import AGENT, KEYS, Hall, Town

Deed = Callable[[Town, Hall], TakenIn | None]


def at_the_server(deed: Deed) -> Drill:
    """A furnished township in which it happens; what the server answers, and what it puts into the log about it."""

    def run(folder: Path) -> Noticed:
        with closing(Town(Database.open(f"sqlite:///{folder / 'town.sqlite'}")).furnish()) as town:
            assert town.hall is not None
            taken = deed(town, town.hall)
            return Noticed(SERVER, "；".join([*_flagged(town), *_answered(taken)]))

    return run


def _flagged(town: Town) -> list[str]:
    """The server's own entries about what does not fit, each with the number of the entry that it is about."""
    with town.database.reading() as reader:
        lines = entries.log(reader, LogFilter()).rows
    flags = [line.about for line in lines if line.type == "device_contradiction"]
    twice = [line.about["seq"] for line in lines if line.type == "device_equivocated"]
    said = [f"第 {about['seq']} 号：{SENTENCES[about['rule']]}" for about in flags]
    return [*said, *(f"第 {seq} 号：{SENTENCES['equivocation']}" for seq in twice)]


def _answered(taken: TakenIn | None) -> list[str]:
    if taken is None or (taken.stopped_by is None and taken.stored):
        return []
    return [f"taken in up to {taken.seq}, {taken.stored} new: {taken.stopped_by or 'known already'}"]


def _started(hall: Hall, count: int) -> list[CarriedEntry]:
    return [hall.writes("agent_started", {"boot": n}) for n in range(count)]


def _left_out(_town: Town, hall: Hall) -> TakenIn:
    first, _, third = _started(hall, 3)
    return hall.sends(first, third)


def _repeated(_town: Town, hall: Hall) -> TakenIn:
    sent = _started(hall, 3)
    hall.sends()
    return hall.sends(*sent)


def _forged(town: Town, hall: Hall) -> TakenIn:
    forger = Signer(f"{KEYS.origin}/agent/{AGENT}", bytes(32))
    about = {"compartment": "CAB-01/1"}
    note = compose(hall.chain, forger, at=town.now, clock="sync", event_type="door_forced", about=about)
    return hall.sends(CarriedEntry(note))


def _edited(_town: Town, hall: Hall) -> TakenIn:
    (sent,) = _started(hall, 1)
    return hall.sends(replace(sent, note=sent.note.replace(b'"boot":0', b'"boot":9')))


def _told_twice(_town: Town, hall: Hall) -> TakenIn:
    before = hall.chain
    _started(hall, 1)
    hall.sends()
    hall.chain = before
    return hall.sends(hall.writes("agent_started", {"boot": 99}))


def _rewritten(town: Town, hall: Hall) -> TakenIn:
    _started(hall, 1)
    hall.sends()
    other = compose(Chain(AGENT, 1), hall.signer, at=town.now, clock="sync", event_type="agent_started", about={})
    hall.chain = Chain(AGENT, 1).extend(other)
    return hall.sends(hall.writes("agent_started", {"boot": 99}))


def _put_back(town: Town, hall: Hall) -> None:
    _started(hall, 3)
    hall.sends()
    town.do(compare_hello, CompareHello(Hello(AGENT, 1, 1, 2, 2, 0, 0, (), town.now, "nonce")))


def _other_body(_town: Town, hall: Hall) -> TakenIn:
    missing = hall.writes("items_missing", {"opening": "o-1", "compartment": "CAB-01/1"}, {"note": "少了公章"})
    return hall.sends(replace(missing, body=b'{"note":"ok"}'))


def _without_body(_town: Town, hall: Hall) -> TakenIn:
    missing = hall.writes("items_missing", {"opening": "o-1", "compartment": "CAB-01/1"}, {"note": "少了公章"})
    return hall.sends(CarriedEntry(missing.note))


def _with_a_revoked_key(town: Town, hall: Hall) -> TakenIn:
    town.do(revoke_agent, RevokeAgent(agent=AGENT))
    return hall.sends(*_started(hall, 1))


def _without_a_permit(town: Town, hall: Hall) -> TakenIn:
    """Whoever stole the controller's key says that people took the seal under a permit that nobody issued."""
    seal = town.item("东坑一社")
    people = [town.person(name).id for name in ("游少玉", "林少军")]
    place = {"opening": "o-1", "compartment": "CAB-01/1", "permit": "m-invented", "persons": people}
    hall.writes("opening_intended", {**place, "action": "take", "attempt": 1})
    hall.writes("items_taken", {**place, "items": [seal.id]})
    return hall.sends()


def _twice_under_one_permit(town: Town, hall: Hall) -> TakenIn:
    decided, seal = town.permitted(), town.item("东坑一社")
    hall.opens("take", decided, seal)
    hall.opens("take", decided, seal)
    return hall.sends()


def _dated_late(town: Town, hall: Hall) -> TakenIn:
    """The controller's clock was set back, or its key signs an opening with a time of its own."""
    decided = town.permitted()
    town.passes(days=9)
    hall.opens("take", decided, town.item("东坑一社"))
    return hall.sends()


def _after_revocation(town: Town, hall: Hall) -> TakenIn:
    decided = town.permitted()
    assert decided.permit is not None
    town.do(revoke_permit, RevokePermit(by=town.person("何慧敏").id, permit=decided.permit, reason="印章要换"))
    town.passes(hours=1)
    hall.opens("take", decided, town.item("东坑一社"))
    return hall.sends()


def _alone(town: Town, hall: Hall) -> TakenIn:
    hall.opens("take", town.permitted(), town.item("东坑一社"), people=("游少玉",))
    return hall.sends()


DRILLS: Mapping[str, Drill] = {
    "a device event is left out": at_the_server(_left_out),
    "device events are sent twice": at_the_server(_repeated),
    "a device event is forged": at_the_server(_forged),
    "a device event is edited on the way": at_the_server(_edited),
    "a device event's body is exchanged": at_the_server(_other_body),
    "a device event's body is kept back": at_the_server(_without_body),
    "two device events under one number": at_the_server(_told_twice),
    "a device's journal is rewritten": at_the_server(_rewritten),
    "a device's journal is put back": at_the_server(_put_back),
    "a revoked device's key goes on writing": at_the_server(_with_a_revoked_key),
    "a stolen device key claims an opening without a permit": at_the_server(_without_a_permit),
    "a stolen device key claims a permit's opening twice": at_the_server(_twice_under_one_permit),
    "a stolen device key dates an opening outside its permit": at_the_server(_dated_late),
    "a stolen device key opens under a revoked permit": at_the_server(_after_revocation),
    "a stolen device key claims an opening by one person": at_the_server(_alone),
}
