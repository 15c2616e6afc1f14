"""Somebody who has stolen every key of the server and sits at its broker: forks of the log, permits nobody logged."""

from dataclasses import replace

from firmware_protocol import permits
from firmware_protocol.checkpoints import sign_checkpoint
from firmware_protocol.cosignatures import cosign, with_signatures
from firmware_protocol.log_steps import LogStep, encode_step
from firmware_protocol.messages import PermitDelivery, decode_delivery, down_topic, encode_delivery
from firmware_protocol.notes import parse_note
from firmware_protocol.proofs import HASH_BYTES
from firmware_protocol.slips import encode as encode_slip
from firmware_protocol.slips import parse as parse_slip
from tests.server.town import KEYS
from tests.simulation.chance import Chance
from tests.simulation.network import Broker
from tests.simulation.pi import Pi
from tests.simulation.timeline import Timeline


class Adversary:
    """What can be done with the keys alone."""

    def __init__(self, timeline: Timeline, broker: Broker, chance: Chance) -> None:
        self._timeline, self._broker, self._chance = timeline, broker, chance

    def forks(self, pi: Pi) -> None:
        """Show an agent a head, perfectly signed, of a log that it never saw; the proof is from where it stands."""
        self._timeline.note(f"adversary: another log for {pi.name}")
        known = pi.agent.custody.log.size if pi.is_up else 0
        step = LogStep(pi.name, self._head(known + self._chance.randint(1, 3)), known, self._hashes(), None)
        self._broker.inject(down_topic(pi.name, "log"), encode_step(step, KEYS.permit))

    def issues(self, pi: Pi) -> None:
        """A permit like one that was delivered once, under another id, which the log has never heard of."""
        delivered = self._broker.kept(down_topic(pi.name, "permit"))
        if delivered is None:
            return
        self._timeline.note(f"adversary: a secret permit for {pi.name}")
        delivery = decode_delivery(delivered)
        permit = permits.parse(delivery.permit, [KEYS.permit.verifier])
        slip = parse_slip(delivery.slip, [KEYS.permit.verifier])
        secret = f"m-{self._chance.randbytes(8).hex()}"
        forged = PermitDelivery(
            permits.encode(replace(permit, id=secret, checkout=f"k-{secret}"), KEYS.permit),
            encode_slip(replace(slip, permit=secret), KEYS.permit),
            step=delivery.step,
        )
        self._broker.inject(down_topic(pi.name, "permit"), encode_delivery(forged))

    def _head(self, size: int) -> bytes:
        note = sign_checkpoint(size, self._chance.randbytes(HASH_BYTES), KEYS.log)
        return with_signatures(note, [cosign(parse_note(note).text, KEYS.log, self._timeline.now)])

    def _hashes(self) -> tuple[bytes, ...]:
        return tuple(self._chance.randbytes(HASH_BYTES) for _ in range(self._chance.randint(0, 7)))
