"""Somebody who has stolen every key of the server and sits at its broker: forks of the log, permits nobody logged."""

from dataclasses import replace

from firmware_protocol import permits
from firmware_protocol.checkpoints import sign_checkpoint
from firmware_protocol.cosignatures import cosign, with_signatures
from firmware_protocol.entries import SERVER, Chain, compose
from firmware_protocol.key_changes import ROTATED, KeyChange, KeyDelivery, encode_changes
from firmware_protocol.log_steps import LogStep, encode_step, parse_step
from firmware_protocol.messages import PermitDelivery, decode_delivery, down_topic, encode_delivery
from firmware_protocol.notes import Signer, parse_note
from firmware_protocol.proofs import HASH_BYTES
from firmware_protocol.slips import encode as encode_slip
from firmware_protocol.slips import parse as parse_slip
from firmware_protocol.successions import write_succession
from server.store.rotations import key_changes
from tests.simulation.chance import Chance
from tests.simulation.network import Broker
from tests.simulation.pi import Pi
from tests.simulation.server import Server
from tests.simulation.timeline import Timeline

NEWEST = 0.7
"""How likely the newest of the keys that were stolen is used."""


class Adversary:
    """What can be done with the keys alone."""

    def __init__(self, timeline: Timeline, broker: Broker, server: Server, chance: Chance) -> None:
        self._timeline, self._broker, self._server, self._chance = timeline, broker, server, chance

    def forks(self, pi: Pi) -> None:
        """Show an agent a head, perfectly signed, of a log that it never saw; the proof is from where it stands."""
        self._timeline.note(f"adversary: another log for {pi.name}")
        known = pi.agent.custody.log.size if pi.is_up else 0
        step = LogStep(pi.name, self._head(known + self._chance.randint(1, 3)), known, self._hashes(), None)
        self._broker.inject(down_topic(pi.name, "log"), encode_step(step, self._key("permit")))

    def issues(self, pi: Pi) -> None:
        """A permit like one that was delivered once, under another id, which the log has never heard of."""
        delivered = self._broker.kept(down_topic(pi.name, "permit"))
        if delivered is None:
            return
        self._timeline.note(f"adversary: a secret permit for {pi.name}")
        delivery, known = decode_delivery(delivered), [each.verifier for each in self._server.every_key]
        permit, slip, key = permits.parse(delivery.permit, known), parse_slip(delivery.slip, known), self._key("permit")
        secret = f"m-{self._chance.randbytes(8).hex()}"
        forged = PermitDelivery(
            permits.encode(replace(permit, id=secret, checkout=f"k-{secret}"), key),
            encode_slip(replace(slip, permit=secret), key),
            step=delivery.step,
        )
        self._broker.inject(down_topic(pi.name, "permit"), encode_delivery(forged))

    def names(self, pi: Pi) -> None:
        """A key of their own, as the successor of the permit key, in an entry that is in no log; the head is real."""
        shown = self._broker.kept(down_topic(pi.name, "log"))
        if shown is None or not self._server.is_up:
            return
        self._timeline.note(f"adversary: another permit key for {pi.name}")
        mine, newest = Signer(self._server.keys.permit.name, self._chance.randbytes(32)), self._server.keys.permit
        about = {"role": "permit", "succession": write_succession(newest, mine).decode()}
        entry = compose(Chain(SERVER, 1), newest, at=self._timeline.now, clock="sync", event_type=ROTATED, about=about)
        with self._server.database.reading() as reader:
            changes = (*key_changes(reader), KeyChange(1, entry))
        known = parse_step(shown, [each.verifier for each in self._server.every_key])
        step = encode_step(LogStep(pi.name, known.checkpoint, known.earlier, known.consistency, None), mine)
        self._broker.inject(down_topic(pi.name, "keys"), encode_changes(KeyDelivery(changes, step)))

    def _head(self, size: int) -> bytes:
        key = self._key("log")
        note = sign_checkpoint(size, self._chance.randbytes(HASH_BYTES), key)
        return with_signatures(note, [cosign(parse_note(note).text, key, self._timeline.now)])

    def _key(self, role: str) -> Signer:
        """One that the server signs with, or did."""
        keys = [each for each in self._server.every_key if each.name.endswith(role)]
        return keys[-1] if self._chance.random() < NEWEST else self._chance.choice(keys)

    def _hashes(self) -> tuple[bytes, ...]:
        return tuple(self._chance.randbytes(HASH_BYTES) for _ in range(self._chance.randint(0, 7)))
