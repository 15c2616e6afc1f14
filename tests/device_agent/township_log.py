"""A township's log that grows as tests want it: real entries, a real tree, heads signed by the real kind of key."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from device_agent.addressee import Addressee
from device_agent.arrivals import HeadArrived, Holdings, PermitArrived, receive
from device_agent.custodian.inputs import PermitReceived
from device_agent.translation import input_of_arrival
from firmware_protocol import permits, slips
from firmware_protocol.checkpoints import sign_checkpoint
from firmware_protocol.cosignatures import cosign, with_signatures
from firmware_protocol.entries import SERVER, Chain, compose
from firmware_protocol.key_changes import KeyChange, KeyDelivery, KeyHistory, encode_changes
from firmware_protocol.log_heads import Shown
from firmware_protocol.log_policy import Policy
from firmware_protocol.log_steps import Issued, LogStep, encode_step
from firmware_protocol.messages import PermitDelivery, down_topic, encode_delivery
from firmware_protocol.notes import Signer, parse_note
from firmware_protocol.permits import Permit
from firmware_protocol.proofs import leaf_hash
from firmware_protocol.successions import write_succession
from server.ledger.prove import consistency_proof, inclusion_proof, root_of
from tests.device_agent.hall import AGENT, LOG_SIGNER, NOON, SERVER_SIGNER, slip_for


@dataclass
class TownshipLog:
    """One history. `fork` begins another one that is the same so far.

    `permit` signs its entries, `log` its heads, `before` too where there is one.
    """

    entries: list[bytes] = field(default_factory=list)
    at: datetime = NOON
    permit: Signer = SERVER_SIGNER
    log: Signer = LOG_SIGNER
    before: tuple[Signer, ...] = ()

    def fork(self) -> "TownshipLog":
        return replace(self, entries=list(self.entries))

    @property
    def size(self) -> int:
        return len(self.entries)

    def grow(self, count: int = 1) -> "TownshipLog":
        """Some entries more; a second passes with each."""
        for _ in range(count):
            self.append("demonstration_started", {})
        return self

    def append(self, event_type: str, about: dict[str, object]) -> None:
        chain = Chain(SERVER, 1, self.size, hashlib.sha256(b"".join(self.entries[-1:])).hexdigest())
        note = compose(chain, self.permit, at=self.at, clock="sync", event_type=event_type, about=about)
        self.entries.append(note)
        self.at += timedelta(seconds=1)

    def issue(self, permit: Permit) -> bytes:
        """The permit as signed, with its entry in the log."""
        document = permits.encode(permit, self.permit)
        digest = hashlib.sha256(document).hexdigest()
        self.append("permit_issued", {"permit": permit.id, "agent": permit.agent, "document": digest})
        return document

    def head(self, *witnesses: Signer) -> bytes:
        """The signed head of all of it, with the log's own time and these cosignatures."""
        note = sign_checkpoint(self.size, root_of(self._hashes()), self.log, *self.before)
        text = parse_note(note).text
        return with_signatures(note, [cosign(text, each, self.at) for each in (self.log, *self.before, *witnesses)])

    def rotate(self, new: Signer) -> "TownshipLog":
        """The next entry gives the key of this name a successor; with the log's, both sign heads from here on."""
        is_log = new.name == self.log.name
        old = self.log if is_log else self.permit
        about: dict[str, object] = {"role": "log" if is_log else "permit", "replaces": old.verifier.key_id.hex()}
        self.append("key_rotated", {**about, "succession": write_succession(old, new).decode()})
        self.log, self.before = (new, (old,)) if is_log else (self.log, self.before)
        self.permit = self.permit if is_log else new
        return self

    def end(self, old: Signer) -> "TownshipLog":
        """The next entry ends a key that was followed by another."""
        about: dict[str, object] = {"role": old.name.rpartition("/")[2], "key": old.verifier.key_id.hex()}
        self.append("key_retired", about)
        self.before = tuple(each for each in self.before if each != old)
        return self

    def changes(self) -> tuple[KeyChange, ...]:
        """The entries about keys with their places in the newest tree."""
        found = [at for at, entry in enumerate(self.entries) if b'"type":"key_r' in entry]
        return tuple(map(self.proven_at, found))

    def proven_at(self, index: int) -> KeyChange:
        """An entry with its place in the newest tree, whether it changed a key or not."""
        return KeyChange(index, self.entries[index], tuple(inclusion_proof(self._hashes(), index)))

    def keys(self, earlier: int = 0) -> bytes:
        """What is sent to an agent that holds the head of `earlier` entries."""
        return encode_changes(KeyDelivery(self.changes(), self.step(earlier)))

    def step(
        self, earlier: int = 0, permit: Permit | None = None, *, agent: str = AGENT, witnesses: tuple[Signer, ...] = ()
    ) -> bytes:
        """The newest head proven from the tree of `earlier` entries, and where this permit was issued."""
        proof = tuple(consistency_proof(self._hashes(), earlier)) if 0 < earlier <= self.size else ()
        issued = None if permit is None else self.issued(permit)
        return encode_step(LogStep(agent, self.head(*witnesses), earlier, proof, issued), self.permit)

    def issued(self, permit: Permit) -> Issued:
        """Where this permit's issuance stands."""
        index = next(at for at, entry in enumerate(self.entries) if f'"{permit.id}"'.encode() in entry)
        return Issued(permit.id, self.entries[index], index, tuple(inclusion_proof(self._hashes(), index)))

    def _hashes(self) -> list[bytes]:
        return [leaf_hash(entry) for entry in self.entries]


def addressee(policy: Policy | None = None) -> Addressee:
    """hall-1, as it believes messages."""
    return Addressee(AGENT, 1, KeyHistory.of(SERVER_SIGNER.verifier, LOG_SIGNER.verifier), policy or Policy())


def shown(step: bytes, policy: Policy | None = None) -> Shown:
    """A step as the agent reads it."""
    arrival = receive(addressee(policy), Holdings(), down_topic(AGENT, "log"), step, is_retained=False)
    assert isinstance(arrival, HeadArrived), arrival
    return arrival.shown


def permit_input(
    permit: Permit, step: bytes | None, document: bytes | None = None, policy: Policy | None = None
) -> PermitReceived:
    """A permit as it comes down the wire, with what came along to prove it."""
    document = document or permits.encode(permit, SERVER_SIGNER)
    delivery = encode_delivery(PermitDelivery(document, slips.encode(slip_for(permit), SERVER_SIGNER), step=step))
    arrival = receive(addressee(policy), Holdings(), down_topic(AGENT, "permit"), delivery, is_retained=False)
    assert isinstance(arrival, PermitArrived), arrival
    given = input_of_arrival(arrival)
    assert isinstance(given, PermitReceived)
    return given


def proven(permit: Permit) -> PermitReceived:
    """A permit that the log of a township has as its second entry."""
    log = TownshipLog().grow()
    document = log.issue(permit)
    return permit_input(permit, log.step(permit=permit), document)
