"""What a thief does with keys that were followed by others: with the old ones, and by naming successors himself."""

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from device_agent.arrivals import Declined, Holdings, receive
from device_agent.custodian.log_view import KeysReceived
from device_agent.translation import input_of_arrival
from firmware_protocol.entries import SERVER
from firmware_protocol.key_changes import KeyDelivery, KeyHistory, encode_changes
from firmware_protocol.messages import down_topic
from firmware_protocol.notes import Signer
from firmware_protocol.proofs import leaf_hash
from firmware_protocol.receipts import issue_receipt
from firmware_protocol.successions import write_succession
from server.operate.verify_log import Unreadable, check_earlier, check_receipt, verify
from server.usecases.take_in_events import TakenIn
from tests.device_agent.hall import AGENT, LOG_SIGNER, SERVER_SIGNER, hall
from tests.device_agent.hall import after as after_all
from tests.device_agent.test_keys_of_the_server import delivered
from tests.device_agent.township_log import TownshipLog, addressee, permit_input
from tests.drills.noticed import AUDITOR, CABINET, WITNESS, Drill, Noticed
from tests.drills.on_device_events import at_the_server
from tests.drills.on_entries import found
from tests.drills.on_permits import PERMIT, at_the_door
from tests.drills.on_witnesses import asked
from tests.fixtures.exported_logs import AGENTS, LOG, History
from tests.fixtures.exported_logs import PERMIT as OLD_PERMIT
from tests.server.town import Hall, Town
from tests.server.usecases.test_an_agents_new_key import rotates
from tests.server.witness.conftest import Office

NEXT_LOG, STOLEN_LOG = (Signer(LOG.name, bytes([n]) * 32) for n in (61, 62))
NEXT_PERMIT = Signer(OLD_PERMIT.name, bytes([63]) * 32)
HALLS_LOG, HALLS_PERMIT, STOLEN = (
    Signer(name, bytes([n]) * 32)
    for name, n in ((LOG_SIGNER.name, 64), (SERVER_SIGNER.name, 65), (SERVER_SIGNER.name, 66))
)


def lived() -> History:
    """Entry 30 gives the log's key a successor, 31 the permit key; 32 ends the old log key."""
    history = History.lived(30)
    _rotated(history, LOG, NEXT_LOG, OLD_PERMIT)
    _rotated(history, OLD_PERMIT, NEXT_PERMIT, OLD_PERMIT)
    about = {"role": "log", "key": LOG.verifier.key_id.hex()}
    history.says(SERVER, "key_retired", about, signer=NEXT_PERMIT)
    history.says(SERVER, "signed_out", {"person": "p-33"}, signer=NEXT_PERMIT)
    return history


def _rotated(history: History, old: Signer, new: Signer, by: Signer) -> None:
    about = {"role": old.name.rpartition("/")[2], "replaces": old.verifier.key_id.hex()}
    history.says(SERVER, "key_rotated", {**about, "succession": write_succession(old, new).decode()}, signer=by)


def _a_head_after_its_end(folder: Path) -> Noticed:
    """The thief grows the log by an entry of a cabinet, and signs the head with the old key."""
    stolen = lived()
    stolen.says("hall-1", "door_opened", {"opening": "o-x", "compartment": "CAB-01/7"})
    try:
        verify(stolen.write(folder, log=LOG))
    except Unreadable as error:
        return Noticed(AUDITOR, str(error))
    return Noticed(AUDITOR)


def _a_head_kept_by_somebody(folder: Path) -> Noticed:
    (folder / "kept").write_bytes(lived().checkpoint(log=LOG))
    wrong = check_earlier(verify(lived().write(folder, log=NEXT_LOG)), folder / "kept")
    return Noticed(AUDITOR, "" if wrong is None else wrong.what)


def _a_receipt_after_its_end(folder: Path) -> Noticed:
    head = lived().checkpoint(log=LOG)
    code = issue_receipt(head, LOG.verifier, 5, leaf_hash(lived().notes[5])).code
    wrong = check_receipt(verify(lived().write(folder, log=NEXT_LOG)), code)
    return Noticed(AUDITOR, "" if wrong is None else wrong.what)


def _an_entry_by_the_old_permit_key(folder: Path) -> Noticed:
    stolen = lived()
    stolen.says(SERVER, "permit_issued", {"permit": "m-x"}, signer=OLD_PERMIT)
    return found(verify(stolen.write(folder, log=NEXT_LOG)))


def _a_log_key_that_nobody_handed_over(folder: Path) -> Noticed:
    """The permit key is stolen, the log's is not."""
    stolen = lived()
    _rotated(stolen, STOLEN_LOG, Signer(LOG.name, bytes([67]) * 32), NEXT_PERMIT)
    return found(verify(stolen.write(folder, log=NEXT_LOG)))


def _an_entry_by_an_agents_old_key(folder: Path) -> Noticed:
    """A cabinet gave its key a successor; whoever has the old one tells a story in its name."""
    stolen = History.lived(30)
    old, new = AGENTS["hall-1"], Signer(AGENTS["hall-1"].name, bytes([68]) * 32)
    stolen.says("hall-1", "agent_key_rotated", {"succession": write_succession(old, new).decode()})
    stolen.says("hall-1", "agent_started", {"boot": 2}, signer=new)
    stolen.says("hall-1", "door_opened", {"opening": "o-x", "compartment": "CAB-01/7"}, signer=old)
    return found(verify(stolen.write(folder)))


def _sent_by_an_agents_old_key(_town: Town, hall: Hall) -> TakenIn:
    old, new = hall.signer, Signer(hall.signer.name, bytes([69]) * 32)
    rotates(hall, new)
    hall.writes("agent_started", {"boot": 2})
    hall.sends()
    hall.signer = old
    return hall.sends(hall.writes("agent_started", {"boot": 3}))


def _declined(topic: str, payload: bytes, keys: KeyHistory) -> Noticed:
    arrival = receive(replace(addressee(), keys=keys), Holdings(), down_topic(AGENT, topic), payload, is_retained=False)
    return Noticed(CABINET, f"declined a message: {arrival.reason}" if isinstance(arrival, Declined) else "")


def _known(log: TownshipLog) -> KeyHistory:
    return KeyHistory.of(SERVER_SIGNER.verifier, LOG_SIGNER.verifier).follow(log.changes())


def _a_permit_by_the_old_key(_folder: Path) -> Noticed:
    log = TownshipLog().grow(3).rotate(HALLS_PERMIT).end(SERVER_SIGNER)
    return _declined("permit", delivered(SERVER_SIGNER), _known(log))


def _a_successor_that_is_not_in_the_log(_folder: Path) -> Noticed:
    log, beside = TownshipLog().grow(5), TownshipLog().grow(3).rotate(STOLEN).grow(1)
    payload = encode_changes(KeyDelivery(beside.changes(), replace(log, permit=STOLEN).step(3)))
    return _declined("keys", payload, _known(log))


def _a_list_made_longer(_folder: Path) -> Noticed:
    """It takes no key: entries of the log, proven as the changes are, behind a step that the broker has delivered."""
    log = TownshipLog().grow(5)
    more = tuple(log.proven_at(index) for index in range(log.size))
    return _declined("keys", encode_changes(KeyDelivery(more, log.step(log.size))), _known(log))


def _a_permit_held_since_before(_folder: Path) -> Noticed:
    """It came while both keys were believed; the old one was ended because it was stolen."""
    log = TownshipLog().grow(3)
    document = log.issue(PERMIT)
    held = permit_input(PERMIT, log.step(permit=PERMIT), document)
    size = log.size
    arrived = receive(
        addressee(),
        Holdings(),
        down_topic(AGENT, "keys"),
        log.rotate(HALLS_PERMIT).end(SERVER_SIGNER).keys(size),
        is_retained=False,
    )
    assert not isinstance(arrived, Declined)
    given = input_of_arrival(arrived)  # type: ignore[arg-type]
    assert isinstance(given, KeysReceived)
    return at_the_door(after_all(hall(), held, given).custody)


def _in_a_witness_sight(deed: Callable[[Office, TownshipLog], str]) -> Drill:
    def run(folder: Path) -> Noticed:
        office, log = Office(folder / "witness"), TownshipLog().grow(5)
        with closing(office):
            office.sees(log)
            office.sees(log.rotate(HALLS_LOG).grow(1))
            office.cried.clear()
            return Noticed(WITNESS, deed(office, log))

    return run


def _grown_by_the_old_key(office: Office, log: TownshipLog) -> str:
    office.sees(replace(log, log=LOG_SIGNER, before=()).grow(1))
    return "".join(office.cried)


def _asked_by_the_old_key(office: Office, log: TownshipLog) -> str:
    answer = office.watch.add(asked(replace(log, log=LOG_SIGNER, before=()), log.size))
    return f"HTTP {answer.status}" if hasattr(answer, "status") else ""


DRILLS: Mapping[str, Drill] = {
    "a stolen log key that has ended signs a longer log": _a_head_after_its_end,
    "a checkpoint kept by somebody bears a log key that has ended": _a_head_kept_by_somebody,
    "a receipt bears a log key that has ended": _a_receipt_after_its_end,
    "a stolen permit key that was followed by another writes an entry": _an_entry_by_the_old_permit_key,
    "a stolen permit key names a log key that nobody handed over": _a_log_key_that_nobody_handed_over,
    "a stolen cabinet's key that was followed by another writes an entry": _an_entry_by_an_agents_old_key,
    "a stolen cabinet's key that was followed by another sends an entry": at_the_server(_sent_by_an_agents_old_key),
    "a stolen permit key that has ended signs a permit": _a_permit_by_the_old_key,
    "a stolen permit key names a successor that is not in the log": _a_successor_that_is_not_in_the_log,
    "a broker makes the list of keys longer, so that no later one counts": _a_list_made_longer,
    "a permit held since before its key was ended": _a_permit_held_since_before,
    "a stolen log key that was followed by another, in a witness's sight": _in_a_witness_sight(_grown_by_the_old_key),
    "a witness is asked to vouch under a log key that was followed": _in_a_witness_sight(_asked_by_the_old_key),
}
